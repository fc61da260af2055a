/**
 * Gets the token code from a command, such as a password manager's.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { outputOfProgram } from "../files/run_program.ts";
import { withoutPromptMark } from "../profile/marks.ts";
import { isShellCommand, mfaCommand } from "../profile/mfa_command.ts";
import { describeOrigin, type Origin } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import type { KnownSource } from "../profile/source.ts";
import { askingVariable } from "../profile/waiting_processes.ts";
import { tokenCodeIn } from "./token_code.ts";

/**
 * Fails if this command was started by the `mfa_process` whose code it needs, since the two would
 * wait for each other.
 *
 * @throws StsmfaError `Recursion`
 */
export function refuseRecursion(
  { env }: Context,
  { name, source: { section, credentials } }: Pick<Profile, "name"> & {
    readonly source: KnownSource;
  },
): void {
  if (!(env.get(askingVariable) ?? "").split(" ").includes(credentials.accessKeyId)) return;
  throw new StsmfaError(
    "Recursion",
    `the mfa_process of [${section}] asks for a session of profile ${name}, which needs its code`,
    { hint: "let mfa_process use other credentials, or none" },
  );
}

/** A command that prints a code. */
export interface MfaProcess {
  readonly command: string;
  /** The source's key ID; the command can't ask stsmfa for its sessions. */
  readonly accessKeyId: string;
  /** Where it is set; not trusted in a file that another user could have written. */
  readonly origin?: Origin | undefined;
}

/**
 * Runs the profile's `mfa_process` and returns the code it prints. A JSON list is run as is, any
 * other text by the shell.
 *
 * @param onStderrLine called with each line of its stderr; without it, that is ours
 * @throws StsmfaError `MfaProcessFailed`, which never repeats what the command printed;
 * `UntrustedFile`
 */
export async function tokenCodeFromProcess(
  context: Context,
  { command, accessKeyId, origin }: MfaProcess,
  signal: AbortSignal,
  onStderrLine?: (line: string) => void,
): Promise<string> {
  const failed = (problem: string, cause?: unknown) =>
    new StsmfaError("MfaProcessFailed", `mfa_process ${problem}`, {
      hint: `run the command yourself${
        origin === undefined ? "" : `; it is from ${describeOrigin(origin)}`
      }`,
      cause,
    });
  const program = {
    argv: mfaCommand(command, context.os),
    isQuoted: context.os === "windows" && isShellCommand(command),
    env: {
      ...withoutPromptMark(context.env),
      [askingVariable]: [context.env.get(askingVariable) ?? [], accessKeyId].flat().join(" "),
    },
    namedIn: origin?.kind === "file" ? origin.path : undefined,
    prints: "code",
    onStderrLine,
    failed,
  };
  const tokenCode = tokenCodeIn(await outputOfProgram(context, program, signal));
  if (tokenCode !== undefined) return tokenCode;
  throw failed("printed something other than six digits");
}
