/**
 * What `stsmfa console` finds out before anybody is asked: whom to sign in, where, for how long and
 * in which browser.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import { regionOf } from "../cli/profile_session.ts";
import { type Browser, findBrowser } from "../console/browser.ts";
import {
  type ConsolePlace,
  consolePlace,
  consoleUrl,
  type SignInHost,
  signInHost,
} from "../console/hosts.ts";
import { type ConsoleLength, consoleLength } from "../console/length.ts";
import { consoleHome, consoleService } from "../console/services.ts";
import { type SignerKind, signerOf } from "../console/signer.ts";
import type { Context } from "../context.ts";
import { type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import {
  completeProfile,
  type Connection,
  type Profile,
  resolveConnection,
} from "../profile/profile.ts";
import type { ConsoleFlags } from "./console_flags.ts";

/** All that is known before anybody is asked. */
export interface ConsoleStart {
  readonly name: string;
  readonly resolved: ResolvedIdentity;
  readonly signer: SignerKind;
  /** Absent for a session whose key is elsewhere. */
  readonly profile: Profile | undefined;
  readonly connection: Connection;
  readonly length: ConsoleLength;
  readonly place: ConsolePlace;
  readonly signIn: SignInHost;
  readonly destination: string;
  /** The browser, or why there is none; `undefined` if none is to be opened. */
  readonly browser: Browser | string | undefined;
}

/**
 * Finds out all that needs nobody: what is wrong is said before a code is asked for.
 *
 * @throws StsmfaError for a profile, a flag or a setting that cannot be followed
 */
export async function consoleStart(
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
