/**
 * What a hook has thrown, in words for its author: where in its file, what caused it, and which
 * permission it lacks.
 *
 * @module
 */

import type { Context, HookJob, ThrownError } from "../context.ts";
import { withArguments } from "../hint_words.ts";
import { basename, homeDirectory, isAbsolute, join } from "../path.ts";
import type { HookFile } from "./file.ts";
import { type PermissionKind, permissionKinds } from "./manifest.ts";
import { oneLine } from "./one_line.ts";
import { covers } from "./permissions.ts";

/** The longest message of one error, so that there is room for what caused it. */
const mostCharacters = 300;

/**
 * Says how a hook failed, as the end of a sentence, and what to do.
 *
 * @param plain takes secrets out of the hook's words, and names the real places of a trial
 */
export async function thrownInWords(
  context: Context,
  file: HookFile,
  job: Pick<HookJob, "task" | "scope">,
  { causes = [], ...error }: ThrownError & { readonly causes?: readonly ThrownError[] },
  plain: (text: string) => string,
): Promise<{ readonly problem: string; readonly hint?: string | undefined }> {
  const all = [error, ...causes].map((each) => ({ ...each, message: plain(each.message) }));
  const words = all.map((each) => {
    const denied = deniedBy(each);
    const message = denied === undefined ? each.message : deniedInWords(denied);
    const place = each.line === undefined
      ? ""
      : ` (${basename(file.path)}:${each.line}:${each.column})`;
    const name = each.name === "" ? "" : `${plain(each.name)}: `;
    return `${cut(`${name}${message}`)}${place}`;
  });
  const scope = {
    ...job.scope,
    read: job.scope.read.map(plain),
    write: job.scope.write.map(plain),
  };
  const denied = all.flatMap((each) => deniedBy(each) ?? [])[0];
  return {
    problem: `failed: ${words.join(", caused by ")}`,
    hint: denied && await permissionHint(context, file, { task: job.task, scope }, denied),
  };
}

function cut(text: string): string {
  const line = oneLine(text);
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}...` : line;
}

/** What the runtime did not permit. */
interface Denied {
  /** Another kind than ours is one that no hook may have. */
  readonly kind: string;
  /** The path, host, program or variable, if the runtime names one. */
  readonly what: string | undefined;
}

/** Reads the runtime's own message, which advises flags that are of no use to a hook. */
function deniedBy({ message }: ThrownError): Denied | undefined {
  const [, kind, quoted] = /^Requires (\w+) access(?: to (".*?"|\S+?))?, (?:run again|specify)/
    .exec(message) ?? [];
  if (kind === undefined) return undefined;
  return { kind, what: quoted?.startsWith('"') ? quoted.slice(1, -1) : undefined };
}

const verbs: Readonly<Record<PermissionKind, string>> = {
  read: "read",
  write: "write",
  net: "reach",
  run: "run",
  env: "see variable",
};

function deniedInWords({ kind, what }: Denied): string {
  if (!isKind(kind)) return `it may not use ${kind}, which no hook may`;
  if (what === undefined && kind === "env") return "it may not see every variable";
  return `it may not ${verbs[kind]} ${what ?? ""}`.trimEnd();
}

function isKind(kind: string): kind is PermissionKind {
  return (permissionKinds as readonly string[]).includes(kind);
}

async function permissionHint(
  context: Context,
  { name, isShipped }: HookFile,
  { task, scope }: Pick<HookJob, "task" | "scope">,
  { kind, what }: Denied,
): Promise<string | undefined> {
  if (isShipped || !isKind(kind)) return undefined;
  if (task === "describe") return "a hook may do nothing while it is loaded: do it in run()";
  let word = what ?? "...";
  if (kind === "read" || kind === "write") {
    if (what !== undefined && !isAbsolute(what)) {
      return "name the file with its full path: a hook's working folder is empty";
    }
    const real = what && await context.files.resolveLinks(what).catch(() => what);
    const granted = real && scope[kind].find((each) => covers(each, real));
    if (granted) {
      return `it may ${kind} ${granted}, which links lead to: take the path from event.permissions`;
    }
    const home = homeDirectory(context.env);
    if (home && word.startsWith(join(home, ""))) {
      const rest = word.slice(home.length);
      word = `~${context.env.os === "windows" ? rest.replaceAll("\\", "/") : rest}`;
    }
  }
  if (word.length > mostCharacters) word = "...";
  const declared = `permissions: { ${kind}: [${JSON.stringify(word)}] }`;
  return `declare it in the hook, ${declared}, and approve that: ${
    withArguments("stsmfa hooks allow", [name])
  }`;
}

/** A place in the standalone program, where a line of a stack ends with one. */
const inProgram = /\/deno-compile-[^/\s]+\/[\w.-]+:\d+:\d+\)?$/;

/** Reports whether a line of a stack is ours, or the runtime's own. */
function isOwnLine(line: string): boolean {
  return /^\s+at /.test(line) &&
    (/data:text\/javascript;base64,|\bext:/.test(line) || inProgram.test(line));
}

/** What the runtime says when a hook has left us waiting. */
const unresolved = /error: Top-level await promise never resolved$/;

/** Names the lines of a hook's text in what it printed, such as a stack, and leaves ours out. */
export function inTermsOf({ path }: HookFile, output: string): string {
  const lines = output.split("\n");
  return lines
    .map((line, at) => isOwnLine(lines[at + 1] ?? "") ? line.replace(unresolved, "") : line)
    .filter((line) => !isOwnLine(line))
    .join("\n")
    .replace(/data:text\/javascript;charset=utf-8;base64,[^\s:)]*(?=:\d+:\d+)/g, basename(path));
}
