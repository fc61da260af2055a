/**
 * What was meant, where a command is mistyped or called as in another tool. Loaded lazily.
 *
 * @module
 */

import { type MistypedName, StsmfaError } from "../errors.ts";
import { shellWord } from "../hint_words.ts";
import { nearest } from "../nearest.ts";

/** What people type who know other tools, and what does it here. */
const others: Readonly<Record<string, string>> = {
  add: "stsmfa init PROFILE",
  assume: "stsmfa use PROFILE",
  configure: "stsmfa init PROFILE",
  list: "stsmfa status",
  login: "stsmfa PROFILE",
  logout: "stsmfa clear PROFILE",
  ls: "stsmfa status",
  rotate: "stsmfa keys rotate PROFILE",
  run: "stsmfa exec PROFILE -- COMMAND",
  setup: "stsmfa init PROFILE",
  switch: "stsmfa use PROFILE",
  version: "stsmfa --version",
};

/** Returns the command that was typed, up to the name that was mistyped, with the right one. */
function retyped(words: readonly string[], { given, near }: MistypedName): string {
  // Nobody has typed what the shell's function adds.
  const args = words[1] === "--shell" && words[5] === "--pid"
    ? [words[0]!, ...words.slice(7)]
    : words;
  const at = args.findIndex((word) => word === given || word.endsWith(`=${given}`));
  if (at < 0) return `did you mean ${near}?`;
  const right = [...args.slice(0, at), args[at]!.slice(0, args[at]!.length - given.length) + near];
  const command = ["stsmfa", ...right.map((word) => shellWord(word, "..."))].join(" ");
  return `did you mean: ${command}${at + 1 < args.length ? " ..." : ""}`;
}

/** Returns the command with its flag before a code that stands where a profile would. */
function withCodeFlag({ message }: StsmfaError, args: readonly string[]): string | undefined {
  const end = args.indexOf("--");
  const at = args.findIndex((each, at) => /^\d{6}$/.test(each) && (end < 0 || at < end));
  const isMeant = message.startsWith(`there is no profile ${args[at]} `) ||
    message.startsWith("one profile at a time");
  if (at < 0 || !isMeant || args[at - 1]?.startsWith("-")) return undefined;
  return [
    "stsmfa",
    ...args.map((each, nth) => nth === at ? `--token-code ${each}` : shellWord(each)),
  ].join(" ");
}

/** Adds a hint, since an unknown profile may be a mistyped command, or a flag may precede one. */
export function withCommandHint(
  error: StsmfaError,
  args: readonly string[],
  commands: readonly string[],
): StsmfaError {
  const [word = ""] = args;
  const late = word.startsWith("-") ? args.find((each) => commands.includes(each)) : undefined;
  if (late !== undefined && (error.code === "Usage" || error.code === "ProfileNotFound")) {
    return new StsmfaError(error.code, error.message, {
      hint: `put flags after the command: stsmfa ${late} ${shellWord(word)} ...`,
      cause: error,
    });
  }
  if (error.meant !== undefined && commands.includes(word) && word !== "refresh") {
    return new StsmfaError(error.code, error.message, {
      hint: retyped(args, error.meant),
      cause: error,
    });
  }
  const coded = withCodeFlag(error, args);
  if (coded !== undefined) {
    return new StsmfaError(error.code, error.message, {
      hint: `to give an MFA code: ${coded}`,
      cause: error,
    });
  }
  if (error.code !== "ProfileNotFound" || error.hint?.startsWith("did you mean")) return error;
  if (commands.includes(word)) return error;
  const second = args[1];
  const near = nearest(word, [...commands, "help"]);
  const hint = second !== undefined && commands.includes(second)
    ? `did you mean: stsmfa ${second} ${shellWord(word)}`
    : near !== undefined
    ? `did you mean the command: stsmfa ${near}`
    : Object.hasOwn(others, word)
    ? `did you mean: ${others[word]!.replace("PROFILE", shellWord(second ?? "PROFILE"))}`
    : undefined;
  return hint === undefined
    ? error
    : new StsmfaError(error.code, error.message, { hint, cause: error });
}
