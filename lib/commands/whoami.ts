/**
 * `stsmfa whoami`: who AWS takes a profile for.
 *
 * @module
 */

import { stsClient } from "../aws/sts.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult } from "../cli/command.ts";
import { type SessionFlags, sessionFlags } from "../cli/flags.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { resolveEndpoints } from "../profile/endpoint.ts";
import { partitionOfRegion } from "../profile/partition.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";

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
  const { credentials, region, files } = await profileSession(context, flags, profile);
  const there = connection(context, files, { ...flags, region }, profile);
  const { accountId, arn, userId } = await stsClient(context, there, credentials)
    .getCallerIdentity();
  const left = secondsLeft(credentials.expiration, context.clock.now());
  const expiration = formatExpiration(credentials.expiration);
  return {
    json: { profile, accountId, arn, userId, expiration, secondsLeft: left },
    human: () => [
      arn,
      `account ${accountId}, user id ${userId}, expires in ${formatDuration(left)}`,
    ],
    isAnswer: true,
    exitStatus: ExitStatus.Ok,
  };
}

/** Where STS is; also for a session whose long-term keys are not here. */
function connection(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  name: string,
): Pick<Profile, "endpoints" | "region" | "partition"> {
  const { env } = context;
  try {
    return resolveProfile(files, env, flags, name);
  } catch (error) {
    if (!(error instanceof StsmfaError) || error.code !== "SourceIsSession") throw error;
  }
  const region = flags.region ?? env.get("AWS_REGION") ?? env.get("AWS_DEFAULT_REGION") ??
    partitionOfRegion("").homeRegion;
  const partition = partitionOfRegion(region);
  return { region, partition, endpoints: resolveEndpoints(files, env, [name], region, partition) };
}
