/**
 * `stsmfa exec`: runs a program with a session in its environment.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { environmentSession } from "../cli/environment_session.ts";
import { legacyFlag, notifyFlag, type SessionFlags, sessionFlags } from "../cli/flags.ts";
import { pickFlag, type PickFlags, profileChoice, rememberUse } from "../cli/pick_flag.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem, startProblem } from "../files/find_program.ts";
import { shellWord } from "../hint_words.ts";
import { importLazily } from "../import_lazily.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { sessionEnvironment } from "../shell/environment.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends SessionFlags, PickFlags {
  readonly legacy?: boolean;
  readonly notify?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Runs a program with the profile's session in its environment, as `stsmfa env` sets it, in place",
    "of any other, with its region, endpoints and other settings, and nothing of [default]. The",
    "terminal, signals and the exit status are the program's; 127 when there is no such program, 126",
    "when it cannot be run.",
    "",
    "Examples:",
    "  stsmfa exec prod -- terraform apply",
    "  stsmfa exec -- aws s3 ls",
    "  stsmfa exec --pick -- aws s3 ls       choose the profile from a list",
    "  stsmfa exec prod --notify -- ./migrate.sh",
    '  stsmfa exec prod -- "$SHELL"          a shell of its own, until it ends',
    "",
    'A program that names a profile itself (profile = "prod" of Terraform, cdk --profile, boto3\'s',
    "profile_name) does not look at its environment. So that it gets the session by that name, here",
    "and elsewhere: stsmfa init prod --adopt",
  ],
  flags: {
    ...sessionFlags,
    ...pickFlag,
    legacy: legacyFlag,
    notify: notifyFlag,
  },
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE] -- COMMAND...",
  takesCommandLine: true,
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
  commandLine: readonly string[],
): Promise<CommandResult> {
  const [program, ...args] = commandLine;
  if (program === undefined || program === "") {
    throw withoutCommand(context.args, flags, positionals);
  }
  // Signals are handled from here on. Half a second after its start, Deno 2.9.2 and newer undoes
  // what `nohup` asked for; this sees it before.
  context.signal.throwIfAborted();
  const choice = profileChoice(context, flags, positionals, "stsmfa exec PROFILE -- COMMAND");
  const problem = await programProblem(context, program);
  if (problem !== undefined) return notStarted(problem);
  const name = await choice();
  const session = await environmentSession(context, flags, name);
  await rememberUse(context, name);
  const { legacy = false } = flags;
  const env = wholeEnvironment(context.env);
  const environment = sessionEnvironment(env, session, { legacy, marks: "all" });
  if (flags.notify) await notifyOf(context, flags, name, session.credentials.expiration);
  // A code works only once, and other programs must not see it.
  const unset = [...environment.unset, "STSMFA_TOKEN_CODE"];
  try {
    const exitStatus = await context.runAttached({
      argv: [program, ...args],
      environment: { ...environment, unset },
    });
    return { json: undefined, exitStatus };
  } catch (error) {
    return notStarted(startProblem(program, error));
  }
}

/** Tells of the session's end, as long as we run, and so the program. */
async function notifyOf(
  context: Context,
  flags: Flags,
  profile: string,
  expiration: Date | undefined,
): Promise<void> {
  const { notifyBeforeEnd } = await importLazily<typeof import("../shell/notice.ts")>(
    "../shell/notice.ts",
    import.meta.url,
  );
  const { process, terminal } = context;
  const session = { profile, expiration, process, where: "program" } as const;
  await notifyBeforeEnd(context, session, terminalTalk(terminal, flags));
}

/** Returns an error that shows where the `--` belongs, as far as the words tell. */
function withoutCommand(
  args: readonly string[],
  { profile }: Flags,
  positionals: readonly string[],
): StsmfaError {
  const words = args.filter((word) => word !== "--");
  const [first] = positionals;
  const named = profile === undefined ? 1 : 0;
  const at = first === undefined ? words.length : words.indexOf(first) + named;
  const command = positionals.length > named ? words.slice(at) : ["COMMAND"];
  const hint = ["stsmfa", ...words.slice(0, at), "--", ...command].map((word) =>
    shellWord(word, "...")
  ).join(" ");
  return new StsmfaError("Usage", "exec needs the command to run, behind --", { hint });
}

/** Returns the exit status that shells use. */
function notStarted(error: StsmfaError): CommandResult {
  const exitStatus = error.code === "CommandNotFound" ? 127 : 126;
  return { json: undefined, exitStatus, errors: [{ error }] };
}
