/**
 * `stsmfa use`: a profile's session for the shell that asks, by way of the functions of
 * `stsmfa shell`; alone, what that shell has.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { describesSession, legacyFlag, type SessionFlags, sessionFlags } from "../cli/flags.ts";
import { namedProfiles, oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import { functionShellFlag, neededShell } from "../cli/shell_flag.ts";
import type { Context } from "../context.ts";
import { formatExpiration, parseExpiration, secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { line, paint } from "../screen.ts";
import { environmentState, sessionEnvironment } from "../shell/environment.ts";
import { type FunctionShell, scriptMark } from "../shell/function.ts";
import { terminalTalk } from "../talk.ts";
import { statementsResult } from "./env.ts";

interface Flags extends SessionFlags {
  readonly shell?: FunctionShell;
  readonly legacy?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Gives this shell the session of a profile, in place of any it has. Alone, shows whose session",
    "it has and how long it lasts; the exit status is then 8 when there is none or it has expired.",
    "",
    "It needs the function that `stsmfa shell` prints; see: stsmfa shell --help",
    "",
    "Examples:",
    "  stsmfa use prod",
    "  stsmfa use",
    "  stsmfa unset",
  ],
  flags: {
    ...sessionFlags,
    shell: functionShellFlag,
    legacy: legacyFlag,
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
  if (isQuestion(flags, positionals)) return stateResult(context);
  const shell = neededShell("use", flags);
  const name = oneProfile(context.env, flags, positionals);
  const session = await profileSession(context, flags, name);
  const changes = sessionEnvironment(context.env, session, {
    legacy: flags.legacy ?? false,
    marks: true,
  });
  const left = secondsLeft(session.credentials.expiration, context.clock.now());
  terminalTalk(context.terminal, flags).note(`${name} is set, expires in ${formatDuration(left)}`);
  return statementsResult(shell, changes, scriptMark(shell));
}

/** Whether nothing asks for a session. */
function isQuestion(flags: Flags, positionals: readonly string[]): boolean {
  return namedProfiles(flags, positionals).length === 0 && !describesSession(flags) &&
    !flags.force && flags.tokenCode === undefined;
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
