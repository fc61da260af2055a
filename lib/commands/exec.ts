/**
 * `stsmfa exec`: runs a program with a session in its environment.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError, systemErrorCode } from "../errors.ts";
import { sessionEnvironment } from "../session_environment.ts";
import type { Command, CommandResult } from "./command.ts";
import { type SessionFlags, sessionFlags, toggle } from "./flags.ts";
import { oneProfile } from "./profile_operand.ts";
import { profileSession } from "./profile_session.ts";

interface Flags extends SessionFlags {
  readonly legacy?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Runs a program with the profile's session in its environment, as `stsmfa env` sets it, in place",
    "of any other. The terminal, signals and the exit status are the program's; 127 when there is no",
    "such program, 126 when it cannot be run.",
    "",
    "Examples:",
    "  stsmfa exec prod -- terraform apply",
    "  stsmfa exec -- aws s3 ls",
  ],
  flags: {
    ...sessionFlags,
    legacy: toggle(
      "Also set AWS_ACCESS_KEY, AWS_SECRET_KEY, AWS_DELEGATION_TOKEN, AWS_SECURITY_TOKEN",
    ),
  },
  aliases: { f: "force", p: "profile", q: "quiet" },
  operands: "[PROFILE] -- COMMAND...",
  takesCommandLine: true,
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  operands: readonly string[],
  commandLine: readonly string[],
): Promise<CommandResult> {
  const [program, ...args] = commandLine;
  if (program === undefined || program === "") {
    const [name = "PROFILE", ...words] = operands;
    const hint = words.length > 0 ? `${name} -- ${words.join(" ")}` : `${name} -- COMMAND`;
    throw new StsmfaError("Usage", "exec needs the command to run, behind --", {
      hint: `stsmfa exec ${hint}`,
    });
  }
  const name = oneProfile(context.env, flags, operands);
  const session = await profileSession(context, flags, name);
  const { legacy = false } = flags;
  const environment = sessionEnvironment(context.env, session, { legacy, marks: false });
  // A code is good for one use, and not for others to see.
  const unset = [...environment.unset, "STSMFA_TOKEN_CODE"];
  try {
    const exitStatus = await context.runAttached({
      argv: [program, ...args],
      environment: { ...environment, unset },
    });
    return { json: undefined, human: () => "", exitStatus };
  } catch (error) {
    return notStarted(program, error);
  }
}

/** What shells say, and the status they end with. */
function notStarted(program: string, error: unknown): CommandResult {
  const code = systemErrorCode(error);
  const isMissing = code === "ENOENT";
  if (!isMissing && code !== "EACCES" && code !== "ENOTDIR" && code !== "ENOEXEC") throw error;
  const problem = isMissing ? `there is no program ${program}` : `cannot run ${program}`;
  const hint = /\s/.test(program) ? "for a shell's command line: -- sh -c 'COMMAND'" : undefined;
  return {
    json: undefined,
    human: () => "",
    exitStatus: isMissing ? 127 : 126,
    errors: [{ error: new StsmfaError("CommandNotFound", problem, { hint, cause: error }) }],
  };
}
