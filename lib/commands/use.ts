/**
 * `stsmfa use`: sets a profile's session in the shell it is typed in, through the function of
 * `stsmfa shell`; without arguments, shows what that shell has.
 *
 * @module
 */

import { isPlainlyWritten } from "../aws_files/profile_sections.ts";
import type { Command, CommandResult } from "../cli/command.ts";
import { environmentSession } from "../cli/environment_session.ts";
import {
  describesSession,
  legacyFlag,
  notifyFlag,
  type SessionFlags,
  sessionFlags,
} from "../cli/flags.ts";
import { choose, pickFlag, type PickFlags, profileChoice, rememberUse } from "../cli/pick_flag.ts";
import { namedProfiles } from "../cli/profile_argument.ts";
import {
  askingFunction,
  type FunctionFlags,
  functionFlags,
  functionHint,
  neededFunction,
  neededProcess,
  shellProcess,
} from "../cli/shell_flag.ts";
import type { Context } from "../context.ts";
import { formatExpiration, parseExpiration, secondsLeft } from "../credentials.ts";
import { expiryWords } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { line, linesThatFit, paint } from "../screen.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { environmentState } from "../shell/environment_state.ts";
import { useChanges } from "../shell/use_changes.ts";
import { endTurn } from "../shell/notice_turn.ts";
import { firstLine, rememberingStatements } from "../shell/remember.ts";
import { type Talk, terminalTalk } from "../talk.ts";

interface Flags extends SessionFlags, FunctionFlags, PickFlags {
  readonly legacy?: boolean;
  readonly notify?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa use prod", "switch this shell to prod"],
    ["stsmfa use prod --notify", "and be told before the session ends"],
    ["stsmfa use", "show the current profile, or choose one"],
    ["stsmfa unset", "back to what was there before"],
  ],
  description: [
    "Gives this shell the session of a profile. On its own it shows which profile the shell has and " +
    "how long that lasts, and exits with 8 if it has none or an expired one. At a terminal you can " +
    "then choose one from a list, as with --pick: type parts of a name, an account or a role.",
    "It needs a shell function, once: see `stsmfa shell --help`.",
  ],
  details: [
    "What the session replaces is remembered in variables of the shell that are not exported, for " +
    "`stsmfa unset`. In the list, the profile that you used last comes first.",
  ],
  flags: {
    ...sessionFlags,
    ...pickFlag,
    ...functionFlags,
    legacy: legacyFlag,
    notify: notifyFlag,
  },
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const isAlone = isQuestion(flags, positionals);
  if (isAlone && !await isForChoosing(context, flags)) return await answer(context, flags);
  const { shell, mark } = neededFunction("use", flags, context.env);
  const { notify = false } = flags;
  const process = notify ? neededProcess(flags) : shellProcess(flags);
  const name = isAlone
    ? await choose(context, flags, instead)
    : await profileChoice(context, flags, positionals, instead)();
  const session = await environmentSession(context, flags, name);
  const env = wholeEnvironment(context.env);
  const changes = useChanges(env, session, { legacy: flags.legacy ?? false });
  const text = firstLine(shell, mark) + rememberingStatements(shell, changes, env);
  await rememberUse(context, name);
  const { expiration } = session.credentials;
  const end = expiryWords(expiration, context.clock);
  const talk = terminalTalk(context, flags);
  const { files } = session.resolved;
  if (!isPlainlyWritten(files, name)) {
    const { warnOfHeaders } = await importLazily<typeof import("../cli/header_warnings.ts")>(
      "../cli/header_warnings.ts",
      import.meta.url,
    );
    warnOfHeaders(files, [name], talk);
  }
  talk.note(`${name} is set, ${end}`);
  if (notify) await notifyOf(context, name, expiration, process!, talk);
  else if (process !== undefined) await endTurn(context, process);
  return { json: undefined, data: text, exitStatus: ExitStatus.Ok };
}

/** Tells of the session's end, in place of that of any session that the shell had. */
async function notifyOf(
  context: Context,
  profile: string,
  expiration: Date | undefined,
  process: number,
  talk: Talk,
): Promise<void> {
  const { notifyBeforeEnd } = await importLazily<typeof import("../shell/notice.ts")>(
    "../shell/notice.ts",
    import.meta.url,
  );
  await notifyBeforeEnd(context, { profile, expiration, process, where: "shell" }, talk);
}

/** Reports whether neither arguments nor flags ask for a session. */
function isQuestion(flags: Flags, positionals: readonly string[]): boolean {
  return namedProfiles(flags, positionals).length === 0 && !describesSession(flags) &&
    !flags.force && !flags.pick && flags.tokenCode === undefined;
}

const instead = "stsmfa use PROFILE";

/** Reports whether the shell has nothing to be asked about, and a person can choose what it gets. */
async function isForChoosing({ env, terminal }: Context, flags: Flags): Promise<boolean> {
  const isAsked = flags.json || flags.quiet || flags.nonInteractive ||
    askingFunction(flags) === undefined || !terminal.stderr.isTerminal;
  const { accessKeyId, isServed } = environmentState(wholeEnvironment(env));
  const isEmpty = accessKeyId === undefined && !isServed;
  return !isAsked && isEmpty && await terminal.prompter() !== undefined;
}

/** Returns what the shell has; if statements are asked for, prints it on stderr instead. */
async function answer(context: Context, flags: Flags): Promise<CommandResult> {
  const result = stateResult(context);
  if (askingFunction(flags) === undefined) {
    const { env, terminal: { stdout, stderr } } = context;
    const { accessKeyId, isServed } = environmentState(wholeEnvironment(env));
    const isEmpty = accessKeyId === undefined && !isServed;
    // A function would have asked for a list.
    if (!isEmpty || flags.quiet || !stdout.isTerminal || !stderr.isTerminal) return result;
    const { human } = result;
    return {
      ...result,
      human: async () => [
        ...await human?.() ?? [],
        `to set one, it needs a function; ${functionHint(env)}`,
      ],
    };
  }
  neededFunction("use", flags, context.env);
  if (!flags.quiet) {
    const { stderr } = context.terminal;
    stderr.write(linesThatFit(await result.human?.() ?? [], stderr));
  }
  return { json: undefined, exitStatus: result.exitStatus };
}

function stateResult({ env, clock }: Context): CommandResult {
  const { profile, accessKeyId, expiration, region, isServed } = environmentState(
    wholeEnvironment(env),
  );
  const end = expiration === undefined ? undefined : parseExpiration(expiration);
  const left = end && secondsLeft(end, clock.now());
  const state = isServed
    ? "served"
    : accessKeyId === undefined
    ? "none"
    : left !== undefined && left <= 0
    ? "expired"
    : "valid";
  const human = () => {
    const where = region === undefined ? "" : `, region ${region}`;
    if (isServed) {
      const what = paint("green", "served");
      return [line`${profile ?? "-"}  ${what}, renewed as long as that needs no code${where}`];
    }
    if (state === "none") return [`no session is set in this shell${where}`];
    const whose = profile ?? `keys ${accessKeyId}, not set by stsmfa use`;
    if (left === undefined) return [`${whose}  ${expiryWords(undefined, clock)}${where}`];
    if (left <= 0) return [line`${whose}  ${paint("red", "expired")}${where}`];
    const when = expiryWords(end, clock);
    return [line`${whose}  ${paint("green", "valid")}, ${when}${where}`];
  };
  return {
    json: {
      profile: profile ?? null,
      state,
      accessKeyId: accessKeyId ?? null,
      expiration: end === undefined ? null : formatExpiration(end),
      secondsLeft: left ?? null,
      region: region ?? null,
    },
    human,
    exitStatus: state === "valid" || isServed ? ExitStatus.Ok : ExitStatus.NotEnoughLeft,
  };
}
