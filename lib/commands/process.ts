/**
 * `stsmfa process`: a session for `credential_process`.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { withoutWaits } from "../cli/command_line.ts";
import { type SessionFlags, sessionFlags, text } from "../cli/flags.ts";
import { pluginContext } from "../cli/plugin_environment.ts";
import { isNamed, oneProfile } from "../cli/profile_argument.ts";
import { profileSession } from "../cli/profile_session.ts";
import type { Context } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import { ExitStatus } from "../errors.ts";

const command: Command<SessionFlags> = {
  examples: ["stsmfa process prod"],
  description: [
    "Prints the profile's session as JSON, for a line in ~/.aws/config that makes every AWS tool get " +
    "it from stsmfa:",
    { code: ["[profile prod]", "credential_process = stsmfa process prod"] },
    "The access key is in [prod-long-term], or named by the profile's stsmfa block. Questions go to " +
    "the terminal. If many programs ask at once, you are asked once.",
  ],
  flags: {
    ...sessionFlags,
    minLeft: text("Renew if less than this is left (default: 15m, or half of a session)", "time"),
  },
  aliases: { f: "force", p: "profile", q: "quiet" },
  positionals: "[PROFILE]",
  run,
};
export default command;

/**
 * With less left, botocore runs the program again for every client. A shorter session is returned
 * for at least half of its duration, or each client would ask for a code.
 */
const leastSeconds = { usual: 900, partOfDuration: 0.5 };

async function run(
  context: Context,
  flags: SessionFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const name = oneProfile(context.env, flags, positionals);
  const { credentials, accountId } = await profileSession(withoutWaits(context), flags, name, {
    leastSeconds,
    isPlugin: true,
    within: isNamed(flags, positionals) ? pluginContext : undefined,
  });
  const output = {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey.reveal(),
    ...(credentials.sessionToken && { SessionToken: credentials.sessionToken.reveal() }),
    ...(credentials.expiration && { Expiration: formatExpiration(credentials.expiration) }),
    ...(accountId !== undefined && { AccountId: accountId }),
  };
  return {
    json: output,
    data: `${JSON.stringify(output)}\n`,
    exitStatus: ExitStatus.Ok,
  };
}
