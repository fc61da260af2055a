/**
 * `stsmfa console`: signs the browser in to the AWS console.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult } from "../cli/command.ts";
import { warnOfHeaders } from "../cli/header_warnings.ts";
import { oneProfile } from "../cli/profile_argument.ts";
import { profileSession, regionOf } from "../cli/profile_session.ts";
import { tokenCodeProvider } from "../cli/token_code_flag.ts";
import { findBrowser, openPage } from "../console/browser.ts";
import { consolePlace, consoleUrl, signInHost } from "../console/hosts.ts";
import { consoleLength } from "../console/length.ts";
import { loginSeconds, loginUrl } from "../console/login_url.ts";
import { withPage } from "../console/page.ts";
import { consoleHome, consoleService } from "../console/services.ts";
import {
  federatedMeaning,
  federatedUser,
  givenSigner,
  roleByKey,
  type Signer,
  signerOf,
} from "../console/signer.ts";
import { signinToken } from "../console/signin_token.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft, type Secret } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { resolveIdentity } from "../profile/identity.ts";
import { completeProfile, resolveConnection } from "../profile/profile.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import { type ConsoleFlags, consoleFlags } from "./console_flags.ts";
import { consolePlan, type ConsoleStart } from "./console_plan.ts";

const command: Command<ConsoleFlags> = {
  description: [
    "Signs the browser in to the AWS console as the profile's role, in its region. The session is",
    "renewed first when less than --min-left remains (default: half an hour), since the console lasts",
    "as long as the session. Where there is no browser, as over SSH, the URL is printed.",
    "",
    "A user without a role is signed in with the user's own rights, without a code and without MFA:",
    "what a policy allows with MFA alone is denied there.",
    "",
    "Examples:",
    "  stsmfa console prod",
    "  stsmfa console prod --service ec2 --region us-east-1",
    "  stsmfa console prod --service /apprunner/home    any path of the console",
    "  stsmfa console prod --browser 'firefox -P work'  a browser profile of its own",
    "  stsmfa console prod --logout-first               in place of who is signed in now",
    "  stsmfa console prod --url                        for another browser, within 15 minutes",
    "",
    "The URL signs in whoever has it. The browser gets it by a page that only you can read and that",
    "is removed after five seconds, or once it was read; no list of processes has it.",
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
  const name = oneProfile(context.env, flags, positionals);
  tokenCodeProvider(context, flags.tokenCode);
  const talk = terminalTalk(context.terminal, flags);
  const start = await startOf(context, flags, name);
  if (flags.dryRun) return await consolePlan(context, flags, start);
  warnOfHeaders(start.resolved.files, [name], talk);
  const signer = await signerFor(context, flags, start, talk);
  const token = await signinToken(context, {
    signIn: start.signIn.value,
    credentials: signer.credentials,
    sessionDuration: start.signer === "user" ? undefined : start.length.sessionDuration,
    caBundle: start.connection.endpoints.caBundle?.value,
    refusedHint: refusedHint(start),
  });
  const url = loginUrl({
    signIn: start.signIn.value,
    destination: start.destination,
    token,
    isLogoutFirst: flags.logoutFirst ?? false,
  });
  return await handOver(context, start, signer, url, talk);
}

/** Finds out all that needs nobody: what is wrong is said before a code is asked for. */
async function startOf(
  context: Context,
  { duration, ...flags }: ConsoleFlags,
  name: string,
): Promise<ConsoleStart> {
  const service = flags.service === undefined ? consoleHome : consoleService(flags.service);
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const resolved = resolveIdentity(files, context.env, flags, name);
  const signer = signerOf(resolved);
  const isForeign = signer === "given" && resolved.chain.source.kind === "session";
  const profile = isForeign ? undefined : completeProfile(resolved);
  const connection = profile ?? resolveConnection(resolved);
  const length = consoleLength(duration, signer, profile);
  const place = consolePlace(regionOf(resolved).region, connection.partition);
  const at = { files, env: context.env, profile: name };
  const signIn = signInHost(at, place, flags.logoutFirst ?? false);
  const browser = flags.url ? undefined : await findBrowser(context, flags.browser);
  const destination = consoleUrl(place, service);
  return {
    name,
    resolved,
    signer,
    profile,
    connection,
    length,
    place,
    signIn,
    destination,
    browser,
  };
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
    ? `the session may be over, or revoked; for a new one: ${again}`
    : "leave --duration out: AWS takes it only where the role was taken with an access key itself, " +
      `and the session may be an older one; for a new one: ${again}`;
}

/** Has the browser open the URL; prints it where there is none, or where that was asked for. */
async function handOver(
  context: Context,
  start: ConsoleStart,
  { credentials, arn }: Signer,
  url: Secret,
  talk: Talk,
): Promise<CommandResult> {
  const { name, signer, place, destination, length, browser } = start;
  const now = context.clock.now();
  const ends = (seconds: number | undefined) =>
    seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000);
  const session = credentials.expiration;
  const sent = signer === "user" ? undefined : length.sessionDuration;
  const expiration = ends(sent) ?? session;
  const facts = {
    profile: name,
    signer: signer === "user" ? "federated-user" : "role",
    arn: arn ?? start.profile?.role?.roleArn ?? null,
    region: place.region ?? null,
    destination,
    expiration: expiration === undefined ? null : formatExpiration(expiration),
  };
  const lasts = expiration === undefined
    ? "as long as the session"
    : `for ${formatDuration(secondsLeft(expiration, now))} (${formatExpiration(expiration)})`;
  let why = typeof browser === "string" ? browser : undefined;
  if (typeof browser === "object") {
    // A terminal shows why it waits; a log has no use for that.
    if (context.terminal.stderr.isTerminal) talk.progress("opening the browser");
    const onWait = () => talk.progress("waiting for the browser to open the page");
    why = await withPage(
      context,
      url,
      browser.isConfined,
      (page) => openPage(context, browser, page, onWait),
    ).finally(() => talk.endProgress());
    if (why === undefined) {
      return {
        json: { ...facts, opened: true, url: null, urlExpiration: null },
        human: () => [`${name}  opened in the browser, signed in ${lasts}`],
        exitStatus: ExitStatus.Ok,
      };
    }
  }
  const urlEnd = new Date(Math.min(ends(loginSeconds)!.getTime(), session?.getTime() ?? Infinity));
  if (secondsLeft(urlEnd, now) <= 0) {
    throw new StsmfaError("SessionExpired", `the session of ${name} has ended by now`, {
      hint: withArguments("stsmfa console", [name], " --force"),
    });
  }
  talk.note(
    `${why === undefined ? "" : `${why}: open the URL yourself; `}it is good for ${
      formatDuration(secondsLeft(urlEnd, now))
    } and signs in whoever has it, ${lasts}`,
  );
  return {
    json: {
      ...facts,
      opened: false,
      url: url.reveal(),
      urlExpiration: formatExpiration(urlEnd),
    },
    data: `${url.reveal()}\n`,
    exitStatus: ExitStatus.Ok,
  };
}
