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
import { namedProfiles, oneProfile } from "../cli/profile_argument.ts";
import {
  askingFunction,
  type FunctionFlags,
  functionFlags,
  neededFunction,
  neededProcess,
  shellProcess,
} from "../cli/shell_flag.ts";
import type { Context } from "../context.ts";
import { formatExpiration, parseExpiration, secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { line, linesForPeople, paint } from "../screen.ts";
import { wholeEnvironment } from "../profile/marks.ts";
import { environmentState, useChanges } from "../shell/environment.ts";
import { endTurn } from "../shell/notice_turn.ts";
import { firstLine, rememberingStatements } from "../shell/remember.ts";
import { type Talk, terminalTalk } from "../talk.ts";

interface Flags extends SessionFlags, FunctionFlags {
  readonly legacy?: boolean;
  readonly notify?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Gives this shell the session of a profile, in place of any it has, and remembers in variables",
    "that are not exported what it replaces, for `stsmfa unset`. Alone, shows whose session",
    "it has and how long it lasts; the exit status is then 8 when there is none or it has expired.",
    "",
    "It needs the function that `stsmfa shell` prints; see: stsmfa shell --help",
    "",
    "Examples:",
    "  stsmfa use prod",
    "  stsmfa use prod --notify     also tells on the desktop ten minutes before it ends",
    "  stsmfa use",
    "  stsmfa unset",
  ],
  flags: {
    ...sessionFlags,
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
  if (isQuestion(flags, positionals)) return await answer(context, flags);
  const { shell, mark } = neededFunction("use", flags);
  const { notify = false } = flags;
  const process = notify ? neededProcess(flags) : shellProcess(flags);
  const name = oneProfile(context.env, flags, positionals);
  const session = await environmentSession(context, flags, name);
  const env = wholeEnvironment(context.env);
  const changes = useChanges(env, session, { legacy: flags.legacy ?? false });
  const text = firstLine(shell, mark) + rememberingStatements(shell, changes, env);
  const { expiration } = session.credentials;
  const end = expiration === undefined
    ? "no known end"
    : `expires in ${formatDuration(secondsLeft(expiration, context.clock.now()))}`;
  const talk = terminalTalk(context.terminal, flags);
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
    !flags.force && flags.tokenCode === undefined;
}

/** Returns what the shell has; if statements are asked for, prints it on stderr instead. */
async function answer(context: Context, flags: Flags): Promise<CommandResult> {
  const result = stateResult(context);
  if (askingFunction(flags) === undefined) return result;
  neededFunction("use", flags);
  if (!flags.quiet) {
    context.terminal.stderr.write(linesForPeople(await result.human?.() ?? [], false));
  }
  return { json: undefined, exitStatus: result.exitStatus };
}

function stateResult({ env, clock }: Context): CommandResult {
  const { profile, accessKeyId, expiration, region } = environmentState(env);
  const end = expiration === undefined ? undefined : parseExpiration(expiration);
  const left = end && secondsLeft(end, clock.now());
  const state = accessKeyId === undefined
    ? "none"
    : left !== undefined && left <= 0
    ? "expired"
    : "valid";
  const human = () => {
    const where = region === undefined ? "" : `, region ${region}`;
    if (state === "none") return [`no session is set in this shell${where}`];
    const whose = profile ?? `keys ${accessKeyId}, not set by stsmfa use`;
    if (left === undefined) return [`${whose}  no known end${where}`];
    if (left <= 0) return [line`${whose}  ${paint("red", "expired")}${where}`];
    const when = `expires in ${formatDuration(left)} (${formatExpiration(end!)})`;
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
    exitStatus: state === "valid" ? ExitStatus.Ok : ExitStatus.NotEnoughLeft,
  };
}
