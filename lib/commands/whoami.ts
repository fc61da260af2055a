/**
 * `stsmfa whoami`: who AWS says a profile is.
 *
 * @module
 */

import { stsClient } from "../aws/sts.ts";
import type { Command, CommandResult } from "../cli/command.ts";
import { type SessionFlags, sessionFlags } from "../cli/flags.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { resolveConnection } from "../profile/profile.ts";

const command: Command<SessionFlags> = {
  description: [
    "Asks AWS who the profile's session belongs to (GetCallerIdentity, which nobody needs a",
    "permission for). The session is renewed first when less than --min-left remains.",
    "",
    "Examples:",
    "  stsmfa whoami prod",
    "  stsmfa whoami --role-arn arn:aws:iam::222222222222:role/Administrator",
  ],
  flags: sessionFlags,
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: SessionFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const profile = oneProfile(context.env, flags, positionals);
  const { credentials, resolved } = await profileSession(context, flags, profile);
  const connection = resolveConnection(resolved);
  const { accountId, arn, userId } = await stsClient(context, connection, credentials)
    .getCallerIdentity();
  const end = credentials.expiration;
  const left = end && secondsLeft(end, context.clock.now());
  const expiration = end === undefined ? null : formatExpiration(end);
  return {
    json: { profile, accountId, arn, userId, expiration, secondsLeft: left ?? null },
    human: () => [
      arn,
      `account ${accountId}, user id ${userId}${
        left === undefined ? "" : `, expires in ${formatDuration(left)}`
      }`,
    ],
    isAnswer: true,
    exitStatus: ExitStatus.Ok,
  };
}
