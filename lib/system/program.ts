/**
 * The words that start this program again, from any folder and whatever PATH is.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/**
 * Returns the program's own path, or the runtime's with what it needs to run the program: as it was
 * started, where the system tells, else with all permissions.
 */
export function ownCommand(): readonly [string, ...string[]] {
  const runtime = Deno.execPath();
  if (Deno.build.standalone) return [runtime];
  const own = ["cli.ts", "mod.ts"].map((name) => new URL(`../../${name}`, import.meta.url).href);
  // As a library, we are not what was started.
  if (!own.includes(Deno.mainModule)) return [runtime, "run", "-A", wordOf(own[0]!)];
  return [runtime, ...startedWith() ?? ["run", "-A", wordOf(Deno.mainModule)]];
}

function wordOf(module: string): string {
  return module.startsWith("file:") ? fileURLToPath(module) : module;
}

/** Returns the runtime's own words and the module, as far as they are needed again. */
function startedWith(): string[] | undefined {
  const words = commandLine();
  const end = words.length - Deno.args.length;
  if (end < 2 || !Deno.args.every((arg, at) => arg === words[end + at])) return undefined;
  const module = words[end - 1]!;
  const isName = /^(jsr|npm|https?):/.test(module);
  return [...neededAgain(words.slice(1, end - 1)), isName ? module : wordOf(Deno.mainModule)];
}

function commandLine(): string[] {
  try {
    return Deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** Flags that say what may be done and from where modules come; not those for developing. */
const lasting =
  /^(run|-q|-[ARWNESIP](=.*)?|--(allow|deny|ignore|unstable)-[\w-]+(=.*)?|--(no-prompt|quiet|cached-only|no-config|no-lock|no-remote|no-npm|frozen|vendor|node-modules-dir|permission-set)(=.*)?)$/;

/** Flags with a path, which may be relative to the folder that we were started in. */
const withPath = /^(-c|--config|--import-map|--cert|--lock)(?:=(.*))?$/;

function neededAgain(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    if (lasting.test(word)) return [word];
    const [, flag, value] = withPath.exec(word) ?? [];
    if (flag === undefined || (flag === "--lock" && value === undefined)) return [];
    const path = value ?? words[at + 1] ?? "";
    const isWhole = /^(\/|[A-Za-z]:[\\/]|\w{2,}:)/.test(path);
    return [`${flag === "-c" ? "--config" : flag}=${isWhole ? path : `${Deno.cwd()}/${path}`}`];
  });
}
