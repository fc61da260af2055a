/**
 * `stsmfa whoami`: who AWS says a profile is.
 *
 * @module
 */

import { stsClient } from "../aws/sts.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult } from "../cli/command.ts";
import { parseMinLeft, type SessionFlags, sessionFlags, toggle } from "../cli/flags.ts";
import { planResult } from "../cli/plan.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft } from "../credentials.ts";
import { expiryWords } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { resolveConnection, resolveProfile } from "../profile/profile.ts";
import { isLongTerm } from "../profile/source.ts";
import { refusedSource } from "../session/refused_source.ts";
import { defaultMinLeftSeconds } from "../session/valid.ts";

interface Flags extends SessionFlags {
  readonly dryRun?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa whoami prod", "who prod is"],
    ["stsmfa whoami prod --dry-run", "how stsmfa would get its session"],
    ["stsmfa whoami --role-arn arn:aws:iam::222222222222:role/Administrator", "try a role"],
  ],
  description: [
    "Asks AWS whose session it is (GetCallerIdentity, which needs no permission). The session is " +
    "renewed first if it has to be.",
  ],
  flags: {
    ...sessionFlags,
    dryRun: toggle("Show each step to the session, and do nothing"),
  },
  aliases: { f: "force", n: "dryRun", p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const profile = oneProfile(context.env, flags, positionals);
  if (flags.dryRun) return await plan(context, flags, profile);
  const { credentials, resolved } = await profileSession(context, flags, profile);
  const connection = resolveConnection(resolved);
  const { accountId, arn, userId } = await stsClient(context, connection, credentials)
    .getCallerIdentity()
    .catch((error) => {
      const { source, hops } = resolved.chain;
      const isOwn = hops.length === 0 && !isLongTerm(source);
      throw isOwn ? refusedSource(error, source, source.kind !== "session") : error;
    });
  const end = credentials.expiration;
  const left = end && secondsLeft(end, context.clock.now());
  const expiration = end === undefined ? null : formatExpiration(end);
  return {
    json: { profile, accountId, arn, userId, expiration, secondsLeft: left ?? null },
    human: () => [
      arn,
      `account ${accountId}, user id ${userId}${
        end === undefined ? "" : `, ${expiryWords(end, context.clock)}`
      }`,
    ],
    isAnswer: true,
    exitStatus: ExitStatus.Ok,
  };
}

async function plan(context: Context, flags: Flags, name: string): Promise<CommandResult> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const profile = resolveProfile(files, context.env, flags, name);
  const minLeftSeconds = flags.minLeft === undefined
    ? defaultMinLeftSeconds
    : parseMinLeft(flags.minLeft);
  return await planResult(context, files, [profile], [], { ...flags, minLeftSeconds });
}
