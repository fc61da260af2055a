/**
 * Gets the token code from a command, such as a password manager's.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { requireOurs } from "../files/ours.ts";
import { mfaCommand } from "../profile/mfa_command.ts";
import type { Origin } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import type { KeyedSource } from "../profile/source.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";
import { normaliseTokenCode, tokenCodeComplaint } from "./token_code.ts";

/** Tells a stsmfa started by an `mfa_process` which access keys, by ID, are waiting for a code. */
const variable = "STSMFA_ASKING_FOR";

/**
 * Fails if this command was started by the `mfa_process` whose code it needs, since the two would
 * wait for each other.
 *
 * @throws StsmfaError `Recursion`
 */
export function refuseRecursion(
  { env }: Context,
  { name, source: { section, credentials } }: Pick<Profile, "name"> & {
    readonly source: KeyedSource;
  },
): void {
  if (!(env.get(variable) ?? "").split(" ").includes(credentials.accessKeyId)) return;
  throw new StsmfaError(
    "Recursion",
    `the mfa_process that is to print a code of [${section}] asks for a session of profile ${name}, which needs that code itself`,
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

/** The time limit of a command, long enough to touch a security key or unlock a vault. */
const mfaProcessSeconds = 60;

/**
 * Runs the profile's `mfa_process` and returns the code it prints. A JSON list is run as is, any
 * other text by the shell.
 *
 * @throws StsmfaError `MfaProcessFailed`, which never repeats what the command printed;
 * `UntrustedFile`
 */
export async function tokenCodeFromProcess(
  context: Context,
  { command, accessKeyId, origin }: MfaProcess,
  signal: AbortSignal,
): Promise<string> {
  if (origin?.kind === "file") await requireOursToRun(context, origin.path);
  const argv = mfaCommand(command, context.os);
  const deadline = context.clock.deadline(mfaProcessSeconds * 1000);
  const failed = (problem: string, cause?: unknown) =>
    new StsmfaError("MfaProcessFailed", `mfa_process ${problem}`, {
      hint: "run the command by hand to see why; stsmfa --dry-run tells where it is set",
      cause,
    });
  try {
    const result = await context.runCommand({
      argv,
      env: { [variable]: [context.env.get(variable) ?? [], accessKeyId].flat().join(" ") },
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    if (result.exitStatus !== 0) throw failed(`ended with exit status ${result.exitStatus}`);
    const tokenCode = normaliseTokenCode(result.stdout);
    const complaint = tokenCodeComplaint(tokenCode);
    if (complaint !== undefined) throw failed("printed something other than six digits");
    return tokenCode;
  } catch (error) {
    if (error instanceof StsmfaError) throw error;
    if (signal.aborted) throw signal.reason;
    if (deadline.signal.aborted) {
      throw failed(`printed no code within ${mfaProcessSeconds} seconds`, error);
    }
    const missing = systemErrorCode(error) === "ENOENT";
    throw failed(missing ? `cannot start: there is no program ${argv[0]}` : "cannot start", error);
  } finally {
    deadline.cancel();
  }
}

/** Refuses a file that another user can write, who could make us run anything. */
async function requireOursToRun(context: Context, path: string): Promise<void> {
  try {
    await requireOurs(context, path, { isAwsFile: true, isRun: true });
  } catch (error) {
    throw storageError("read", path, error);
  }
}
