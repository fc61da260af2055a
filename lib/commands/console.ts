/**
 * `stsmfa console`: signs the browser in to the AWS console.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { warnOfHeaders } from "../cli/header_warnings.ts";
import { profileChoice, rememberUse } from "../cli/pick_flag.ts";
import { profileSession } from "../cli/profile_session.ts";
import { tokenCodeProvider } from "../cli/token_code_flag.ts";
import { loginUrl } from "../console/login_url.ts";
import {
  federatedMeaning,
  federatedUser,
  givenSigner,
  roleByKey,
  type Signer,
} from "../console/signer.ts";
import { sweepPages } from "../console/page.ts";
import { signinToken } from "../console/signin_token.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { describeOrigin } from "../profile/origin.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import { type ConsoleFlags, consoleFlags } from "./console_flags.ts";
import { handOver } from "./console_hand_over.ts";
import { consolePlan } from "./console_plan.ts";
import { type ConsoleStart, consoleStart } from "./console_start.ts";

const command: Command<ConsoleFlags> = {
  examples: [
    ["stsmfa console prod", "open the console as prod"],
    ["stsmfa console --pick", "choose from a list"],
    ["stsmfa console prod -s ec2", "open a service's page"],
    ["stsmfa console prod --logout-first", "switch accounts"],
    ["stsmfa console prod --browser 'firefox -P work'", "use a browser profile"],
    ["stsmfa console prod --url", "print the URL only"],
  ],
  description: [
    "Signs your browser in to the AWS console for as long as the profile's session lasts. Without a " +
    "browser, as over SSH, the URL is printed, which works for 15 minutes and for whoever has it.",
    "Without a role, the sign-in is without MFA, and what needs MFA is denied.",
  ],
  details: [
    "The browser gets the URL from a page that only you can read and that is removed once it was " +
    "read, at the latest after five seconds; no list of processes shows it.",
  ],
  flags: consoleFlags,
  aliases: { f: "force", n: "dryRun", p: "profile", q: "quiet", s: "service" },
  positionals: "[PROFILE]",
  run,
};
export default command;

/** A console is to last for a while: a session that ends sooner is renewed, where that can be. */
const leastSeconds = { usual: 1800, partOfDuration: 0.5 };

async function run(
  context: Context,
  flags: ConsoleFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const choice = profileChoice(context, flags, positionals, "stsmfa console PROFILE");
  tokenCodeProvider(context, flags.tokenCode);
  const talk = terminalTalk(context, flags);
  const name = await choice();
  const start = await consoleStart(context, flags, name);
  if (flags.dryRun) return await consolePlan(context, flags, start);
  warnOfHeaders(start.resolved.files, [name], talk);
  const { signIn, place } = start;
  if (signIn.origin.kind !== "default") {
    talk.note(
      `the session is sent to ${new URL(signIn.value).host} (${describeOrigin(signIn.origin)})`,
    );
  }
  await sweepPages(context);
  const signer = await signerFor(context, flags, start, talk);
  if (signer.arn !== undefined && !signer.arn.startsWith(`arn:${place.partition.name}:`)) {
    throw new StsmfaError(
      "InvalidSetting",
      `the session belongs to ${signer.arn}, and would be sent to ${place.partition.name}`,
      { hint: withArguments("stsmfa console", [name], " --region REGION") },
    );
  }
  await rememberUse(context, name);
  const token = await signinToken(context, {
    signIn: signIn.value,
    credentials: signer.credentials,
    sessionDuration: signer.isFederated ? undefined : start.length.sessionDuration,
    caBundle: start.connection.endpoints.caBundle?.value,
    refusedHint: refusedHint(start),
  });
  const url = loginUrl({
    signIn: signIn.value,
    destination: start.destination,
    token,
    isLogoutFirst: flags.logoutFirst ?? false,
  });
  return await handOver(context, start, signer, url, talk);
}

/** Gets the session that signs in. */
async function signerFor(
  context: Context,
  { duration: _, ...flags }: ConsoleFlags,
  { name, resolved, signer, profile, connection, length }: ConsoleStart,
  talk: Talk,
): Promise<Signer> {
  const { files } = resolved;
  const { federationSeconds } = length;
  if (signer === "user") {
    talk.note(`${name} ${federatedMeaning}`);
    return await federatedUser(context, files, profile!, federationSeconds, talk);
  }
  if (length.isRoleByKey) return await roleByKey(context, files, profile!, talk);
  const options = { leastSeconds, isRegionOfUse: true };
  const { credentials } = await profileSession(context, flags, name, options);
  const kind = resolved.chain.source.kind;
  const isRole = signer === "role" || kind === "sso" || kind === "web-identity";
  if (credentials.sessionToken === undefined) talk.note(`${name} ${federatedMeaning}`);
  const { endpoints } = connection;
  return await givenSigner(context, { name, endpoints }, credentials, {
    isRole,
    durationSeconds: federationSeconds,
  });
}

function refusedHint({ name, length, signer }: ConsoleStart): string {
  const again = withArguments("stsmfa console", [name], signer === "user" ? "" : " --force");
  return length.sessionDuration === undefined || signer === "user"
    ? `the session may be expired or revoked; for a new one: ${again}`
    : "drop --duration: AWS only allows it for a role assumed with an access key, " +
      `and the session may be an older one; for a new one: ${again}`;
}
