/**
 * The session that a command prints or uses. This file has only what finding a valid one takes; the
 * rest is loaded if there is none.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials, SessionCredentials } from "../credentials.ts";
import { importLazily } from "../import_lazily.ts";
import { accountOf, type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import { checkRegion } from "../profile/partition.ts";
import { defaultMinLeftSeconds, validSession } from "../session/valid.ts";
import { describesSession, parseMinLeft, type SessionFlags } from "./flags.ts";

/** A profile's session, and what else programs need to know. */
export interface ProfileSession {
  readonly profile: string;
  readonly credentials: ProvidedCredentials;
  /** `undefined` when nothing names the account. */
  readonly accountId: string | undefined;
  /** The region from flags or files; AWS_REGION is ignored. */
  readonly region: string | undefined;
  /** The identity that it was found with. */
  readonly resolved: ResolvedIdentity;
}

/** What differs between commands. */
export interface ProfileSessionOptions {
  /** Replaces the five minutes that a session must have left; may depend on its duration. */
  readonly leastSeconds?: { readonly usual: number; readonly partOfDuration: number };
}

/**
 * Returns the profile's session, renewed first if it has too little time left.
 *
 * @throws StsmfaError whatever keeps the profile from getting a session
 */
export async function profileSession(
  context: Context,
  flags: SessionFlags,
  name: string,
  { leastSeconds }: ProfileSessionOptions = {},
): Promise<ProfileSession> {
  const asked = flags.minLeft === undefined ? undefined : parseMinLeft(flags.minLeft);
  const least = asked ?? leastSeconds?.usual ?? defaultMinLeftSeconds;
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const resolved = resolveIdentity(files, context.env, flags, name);
  const { identity, chain } = resolved;
  const about = { profile: name, region: regionOf(resolved), resolved };
  const isOwn = isOwnProfile(flags);
  if (chain.source.kind === "session" && chain.hops.length === 0) {
    const credentials = isOwn && !flags.force && !namesTarget(flags)
      ? foreignSession(context, resolved, asked ?? 0)
      : undefined;
    if (credentials !== undefined) return { ...about, credentials, accountId: undefined };
  } else if (
    identity.kind === "written" && !describesSession(flags) && !flags.force &&
    flags.tokenCode === undefined
  ) {
    // Flags are validated when the rest of the profile is resolved.
    const credentials = validSession(context, identity, files.credentials, least);
    if (credentials !== undefined) {
      return { ...about, credentials, accountId: accountOf(identity, identity.mfa.serialNumber) };
    }
  }
  const { renewedSession } = await importLazily<typeof import("./renewed_session.ts")>(
    "./renewed_session.ts",
    import.meta.url,
  );
  const minLeftSeconds = (durationSeconds: number) =>
    asked ?? Math.min(least, Math.floor(durationSeconds * (leastSeconds?.partOfDuration ?? 1)));
  const session = await renewedSession(context, flags, resolved, { isOwn, minLeftSeconds });
  return { ...about, ...session };
}

/** Reports whether no flag makes it another session than the one its section is for. */
function isOwnProfile(flags: SessionFlags): boolean {
  const { sourceProfile, longTermSuffix, roleArn, roleSessionName, externalId } = flags;
  const others = [sourceProfile, longTermSuffix, roleArn, roleSessionName, externalId];
  return namesTarget(flags) || others.every((flag) => flag === undefined);
}

function namesTarget({ targetProfile, shortTermSuffix }: SessionFlags): boolean {
  return targetProfile !== undefined || shortTermSuffix !== undefined;
}

/** Returns the profile's region; its source's, unless the caller has one. */
function regionOf({ env, settings, fromSource }: ResolvedIdentity): string | undefined {
  const isCallers = ["AWS_REGION", "AWS_DEFAULT_REGION"].some((name) => env.get(name));
  const region = settings.find("region") ??
    (isCallers ? undefined : settings.inFiles("region", fromSource));
  if (region === undefined) return undefined;
  checkRegion(region);
  return region.value;
}

/**
 * Returns a session that someone else wrote, in a section whose long-term keys we don't know: we
 * can't renew it, so it is good until it expires. Returns `undefined` if another session is wanted.
 */
function foreignSession(
  context: Context,
  { identity: { name, role }, files: { credentials } }: ResolvedIdentity,
  minLeftSeconds: number,
): SessionCredentials | undefined {
  const roleArn = credentials.document.get(name, "assumed_role_arn") || undefined;
  if (role !== undefined && role.roleArn !== roleArn) return undefined;
  const asTarget = { target: { section: name }, ...(roleArn && { role: { roleArn } }) };
  return validSession(context, asTarget, credentials, minLeftSeconds);
}
