/**
 * `stsmfa exec` without a command: a shell of the person's own.
 *
 * @module
 */

import type { SessionFlags } from "../cli/flags.ts";
import type { Context, Environment, EnvironmentChanges } from "../context.ts";
import { expiryWords } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { profileWord, windowsShell } from "../hint_words.ts";
import { basename } from "../path.ts";
import { promptMark, wholeEnvironment } from "../profile/marks.ts";
import type { EnvironmentSession } from "../shell/environment.ts";
import { terminalTalk } from "../talk.ts";

/** Says that a shell was opened by `exec`, and for which profile. */
const subshellMark = "STSMFA_SUBSHELL";

/**
 * Returns the person's shell.
 *
 * @throws StsmfaError `Usage` in a shell that `exec` has opened, and if nothing names a shell
 */
export function ownShell(
  { env, os }: Context,
  named: string | undefined,
  isNested: boolean,
): string {
  const words = named === undefined ? "stsmfa exec" : `stsmfa exec ${profileWord(named)}`;
  const outer = wholeEnvironment(env).get(subshellMark);
  if (outer !== undefined && !isNested) {
    throw new StsmfaError("Usage", `this shell was opened by exec for ${outer}`, {
      hint: "leave it first (exit), or add --nested; for one command: " +
        `${words} -- COMMAND`,
    });
  }
  const shell = env.get("SHELL") ?? (os === "windows" ? shellOnWindows(env) : undefined);
  if (shell !== undefined) return shell;
  const variable = os === "windows" ? "neither SHELL nor COMSPEC is" : "SHELL is not";
  throw new StsmfaError("Usage", `cannot tell which shell to start: ${variable} set`, {
    hint: `name one: ${words} -- bash`,
  });
}

function shellOnWindows(env: Environment): string | undefined {
  const shell = windowsShell(env);
  return shell === "cmd" ? env.get("COMSPEC") : shell;
}

/** Returns the changes for a shell: what prompts show, and by what we know it again. */
export function withShellMarks(
  { set, unset }: EnvironmentChanges,
  name: string,
): EnvironmentChanges {
  const marks = { [promptMark]: name, [subshellMark]: name };
  return { set: { ...set, ...marks }, unset: unset.filter((each) => !Object.hasOwn(marks, each)) };
}

/** Says what the shell has, and until when. */
export function announce(
  context: Context,
  flags: SessionFlags,
  shell: string,
  { profile, credentials: { expiration } }: EnvironmentSession,
  isServed: boolean,
): void {
  const talk = terminalTalk(context, flags);
  const end = expiration && expiryWords(expiration, context.clock);
  const what = isServed ? `sessions of ${profile}` : `a session of ${profile}`;
  const lasting = isServed || end === undefined ? "" : `, ${end}`;
  talk.note(`${basename(shell)} with ${what}${lasting}; to leave it: exit`);
  if (!isServed || end === undefined) return;
  talk.note(`this one ${end}; it is renewed as long as that needs no code`);
}
