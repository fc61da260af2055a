/**
 * `stsmfa exec`: runs a program with a session in its environment.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { environmentSession } from "../cli/environment_session.ts";
import { legacyFlag, notifyFlag, type SessionFlags, sessionFlags, toggle } from "../cli/flags.ts";
import { pickFlag, type PickFlags, profileChoice, rememberUse } from "../cli/pick_flag.ts";
import type { Context, EnvironmentChanges } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem, startProblem } from "../files/find_program.ts";
import { shellWord } from "../hint_words.ts";
import { importLazily } from "../import_lazily.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { type EnvironmentSession, sessionEnvironment } from "../shell/environment.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends SessionFlags, PickFlags {
  readonly legacy?: boolean;
  readonly serve?: boolean;
  readonly nested?: boolean;
  readonly notify?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa exec prod -- terraform apply", "run one program"],
    ["stsmfa exec prod", "open a shell with the session"],
    ["stsmfa exec --pick -- aws s3 ls", "choose the profile from a list"],
    ["stsmfa exec prod --serve -- npm start", "for programs that outlive a session"],
  ],
  description: [
    "The program gets the profile's session, region and endpoints in its environment. Its exit " +
    "status is passed on (127: no such program, 126: cannot be run).",
    "With --serve, the program gets no keys. It gets an address on this machine where every AWS SDK " +
    "finds a session, and a new one when that ends.",
    "For a program that names its profile itself, like cdk --profile, run this once: stsmfa init " +
    "prod --adopt",
  ],
  details: [
    "The environment is the one that `stsmfa env` describes. Keys and profiles that were there before " +
    "are replaced, and nothing of [default] is used. The shell that `stsmfa exec prod` opens has " +
    "AWS_VAULT=prod, which many prompts show.",
    "With --serve, sessions are renewed as long as that needs no code. After that the program is told " +
    "what to type in another terminal, and goes on once that is done. In a container on Linux:",
    {
      code: [
        "stsmfa exec prod --serve -- docker run --rm --network host \\",
        "  -e AWS_CONTAINER_CREDENTIALS_FULL_URI -e AWS_CONTAINER_AUTHORIZATION_TOKEN \\",
        "  -e AWS_REGION -e AWS_DEFAULT_REGION amazon/aws-cli s3 ls",
      ],
    },
  ],
  flags: {
    ...sessionFlags,
    ...pickFlag,
    legacy: legacyFlag,
    serve: toggle("Serve sessions to the program, and renew them"),
    nested: toggle("Allow a shell inside a shell that exec opened"),
    notify: notifyFlag,
  },
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE] [-- COMMAND...]",
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
  // A script that has forgotten its command must neither wait in a shell, nor have its data run.
  const isShell = program === undefined && !context.args.includes("--") &&
    positionals.length <= (flags.profile === undefined ? 1 : 0) &&
    context.terminal.isTyped && context.terminal.stderr.isTerminal;
  if (!isShell && (program === undefined || program === "")) {
    throw withoutCommand(context.args, flags, positionals);
  }
  refuseKeysBesideServer(flags);
  // Signals are handled from here on. Half a second after its start, Deno 2.9.2 and newer undoes
  // what `nohup` asked for; this sees it before.
  context.signal.throwIfAborted();
  const shell = isShell ? await shellPart() : undefined;
  const named = flags.profile ?? positionals[0];
  const argv: [string, ...string[]] = shell === undefined
    ? [program!, ...args]
    : [shell.ownShell(context, named, flags.nested ?? false)];
  const choice = profileChoice(context, flags, positionals, "stsmfa exec PROFILE -- COMMAND");
  const problem = await programProblem(context, argv[0]);
  if (problem !== undefined) return notStarted(problem);
  const name = await choice();
  const { session, environment, close } = flags.serve
    ? await (await servePart()).serve(context, flags, name)
    : await withKeys(context, flags, name);
  await rememberUse(context, name);
  shell?.announce(context, flags, argv[0], session, flags.serve ?? false);
  const marked = shell?.withShellMarks(environment, name) ?? environment;
  // What is served is followed by another session.
  if (flags.notify && !flags.serve) {
    await notifyOf(context, flags, name, session.credentials.expiration);
  }
  try {
    const exitStatus = await context.runAttached({
      argv,
      // A code works only once, and other programs must not see it.
      environment: { ...marked, unset: [...marked.unset, "STSMFA_TOKEN_CODE"] },
      ...(close && { onEnd: close }),
    });
    return { json: undefined, exitStatus };
  } catch (error) {
    await close?.();
    return notStarted(startProblem(argv[0], error, context.os));
  }
}

/** What a program gets, and what is to be done once it has ended. */
interface Given {
  readonly session: EnvironmentSession;
  readonly environment: EnvironmentChanges;
  readonly close?: () => Promise<void>;
}

async function withKeys(context: Context, flags: Flags, name: string): Promise<Given> {
  const session = await environmentSession(context, flags, name);
  const { legacy = false } = flags;
  const env = wholeEnvironment(context.env);
  return { session, environment: sessionEnvironment(env, session, { legacy, marks: "all" }) };
}

function refuseKeysBesideServer({ serve, legacy }: Flags): void {
  if (!serve || !legacy) return;
  throw new StsmfaError("Usage", "--legacy and --serve cannot be used together", {
    hint: "use only one of them",
  });
}

async function shellPart(): Promise<typeof import("./exec_shell.ts")> {
  return await importLazily<typeof import("./exec_shell.ts")>(
    "./exec_shell.ts",
    import.meta.url,
  );
}

async function servePart(): Promise<typeof import("./exec_serve.ts")> {
  return await importLazily<typeof import("./exec_serve.ts")>(
    "./exec_serve.ts",
    import.meta.url,
  );
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
  const { process } = context;
  const session = { profile, expiration, process, where: "program" } as const;
  await notifyBeforeEnd(context, session, terminalTalk(context, flags));
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
  return new StsmfaError("Usage", "exec needs the command to run, after --", { hint });
}

/** Returns the exit status that shells use. */
function notStarted(error: StsmfaError): CommandResult {
  const exitStatus = error.code === "CommandNotFound" ? 127 : 126;
  return { json: undefined, exitStatus, errors: [{ error }] };
}
