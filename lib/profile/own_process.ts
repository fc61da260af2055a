/**
 * Whether a `credential_process` is stsmfa itself, and what it asks for.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { wordsOf } from "../ini/names.ts";

/** The flags of `stsmfa process`: whether they have a value, and make another session of it. */
const processFlags: Readonly<Record<string, { readonly takesValue: boolean; isOther?: true }>> = {
  ...Object.fromEntries(
    ["--min-left", "--duration", "--region", "--mfa-serial", "--mfa-process", "--color"]
      .map((flag) => [flag, { takesValue: true }]),
  ),
  ...Object.fromEntries(
    ["--non-interactive", "--quiet", "-q", "--force", "-f", "--json", "--no-hooks", "--no-backup"]
      .map((flag) => [flag, { takesValue: false }]),
  ),
  ...Object.fromEntries(
    ["--role-arn", "--role-session-name", "--external-id", "--source-profile", "--long-term-suffix"]
      .map((flag) => [flag, { takesValue: true, isOther: true }]),
  ),
};

/** The flags that name AWS's files. */
const fileFlags = { "--config-file": "config", "--credentials-file": "credentials" } as const;

/** The paths of the files that are read now. */
type ReadFiles = Readonly<Record<"config" | "credentials", Pick<AwsFiles["config"], "path">>>;

/** What a command asks stsmfa for. */
interface AskedOfStsmfa {
  readonly profile: string;
  /** The flags that make another session of the profile's. */
  readonly flags: readonly string[];
}

/**
 * Returns what a `credential_process` asks stsmfa for; `undefined` for any other program, and for
 * what no words tell, such as that of other files or variables.
 */
export function askedOfStsmfa(files: ReadFiles, command: string): AskedOfStsmfa | undefined {
  const words = wordsOf(command) ?? [];
  // From source the program is `deno run ... cli.ts`.
  const isProgram = (word: string | undefined) => /\bstsmfa\b|[/\\]cli\.ts$/.test(word ?? "");
  const at = words.findIndex((word, at) => word === "process" && isProgram(words[at - 1]));
  if (at < 0 || words.slice(0, at).some((word) => /^\w+=/.test(word))) return undefined;
  const named: (string | undefined)[] = [];
  const flags: string[] = [];
  const rest = words.slice(at + 1);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = "", value] = /^--/.test(word) ? word.split(/=(.*)/s) : [word];
    const known = Object.hasOwn(processFlags, flag) ? processFlags[flag]! : undefined;
    if (!flag.startsWith("-")) named.push(word);
    else if (flag === "--profile" || flag === "-p") named.push(value ?? rest.shift());
    else if (Object.hasOwn(fileFlags, flag)) {
      const { path } = files[fileFlags[flag as keyof typeof fileFlags]];
      if (!isSamePath(value ?? rest.shift() ?? "", path)) return undefined;
    } else if (known === undefined) return undefined;
    else {
      if (known.takesValue && value === undefined) rest.shift();
      if (known.isOther) flags.push(flag);
    }
  }
  const [profile, ...others] = named;
  return profile === undefined || others.length > 0 ? undefined : { profile, flags };
}

/** Compares a whole path with one that may be relative to the folder that we are in. */
function isSamePath(whole: string, path: string): boolean {
  const [a, b] = [whole, path].map((each) =>
    /^([A-Za-z]:|\\\\)/.test(whole) ? each.replaceAll("\\", "/").toLowerCase() : each
  ) as [string, string];
  return a === b ||
    (!/^([/\\]|[A-Za-z]:)/.test(b) && a.startsWith("/") &&
      a.endsWith(`/${b.replace(/^(\.\/)+/, "")}`));
}

/**
 * Reports whether a `credential_process` is stsmfa, asked for the key that a section names in a key
 * store: then it is what the section is without that.
 */
export function isKeyProcess(command: string, section: string): boolean {
  const words = wordsOf(command) ?? [];
  return words.length > 3 && words.at(-1) === section && words.at(-2) === "process" &&
    words.at(-3) === "keys" && /\bstsmfa\b|[/\\]cli\.ts$/.test(words.at(-4)!);
}

/**
 * Reports whether a `credential_process` is stsmfa, asked for this very profile: then the profile
 * is what it is without that.
 *
 * @param given the flags of this run; one that makes another session of it is asked for by none
 */
export function isOwnProcess(
  files: ReadFiles,
  command: string,
  profile: string,
  given: readonly string[] = [],
): boolean {
  const asked = askedOfStsmfa(files, command);
  return asked?.profile === profile && asked.flags.every((flag) => given.includes(flag));
}
