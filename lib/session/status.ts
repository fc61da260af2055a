/**
 * What session each profile has, and how long it lasts: as the files and the kept sessions say,
 * without a question or a request.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import {
  holdsLongTermCredentials,
  readSessionSection,
  sessionCredentials,
} from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft, type SessionCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import {
  accountOf,
  type ProfileKind,
  type ResolvedIdentity,
  resolveIdentity,
} from "../profile/identity.ts";
import { longTermEnding, managedProfiles } from "../profile/names.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { isLongTerm, knownSource, type ProfileSource, sourceWord } from "../profile/source.ts";
import { withStillFiles } from "../state/still_files.ts";
import { isOfSource } from "./valid.ts";

/** What is known of a profile's session. */
export interface ProfileStatus {
  readonly profile: string;
  /** What it is to stsmfa; `undefined` if its files do not say. */
  readonly kind: ProfileKind | undefined;
  /**
   * `others` for a profile whose credentials others give, unless it is a session whose end is known;
   * `invalid` for one with a fault.
   */
  readonly state: "valid" | "expired" | "none" | "others" | "invalid";
  readonly expiration: Date | undefined;
  /** Negative if it is over. */
  readonly secondsLeft: number | undefined;
  /** The section of the keys, or a word such as `sso`. */
  readonly source: string | undefined;
  /** What that is; `undefined` if nothing says where the session comes from. */
  readonly sourceKind: ProfileSource["kind"] | undefined;
  readonly roleArn: string | undefined;
  /** The account of the role, else that of the MFA device, as far as the files tell. */
  readonly account: string | undefined;
  /** The role's own name, also where IAM Identity Center gives it. */
  readonly roleName: string | undefined;
}

/**
 * Returns the status of these profiles; without names, of all that are somebody's: those that stsmfa
 * writes come first.
 *
 * @throws StsmfaError for a fault of a profile that is named and whose section has no session
 */
export async function profileStatuses(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  names: readonly string[],
): Promise<ProfileStatus[]> {
  const look = lookAtProfiles(context, files, flags, names);
  const found: ProfileStatus[] = [];
  for (const name of look.names) found.push(...await look.at(name));
  return found;
}

/** A look at profiles at one moment, one by one, for who shows the first before the last is known. */
export interface ProfilesLook {
  /** Those that are asked for, else all that may be somebody's. */
  readonly names: readonly string[];
  /** Returns the status of one of them; none if it is nobody's. */
  at(name: string): Promise<ProfileStatus[]>;
}

/** Returns such a look; see {@link profileStatuses}. */
export function lookAtProfiles(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  names: readonly string[],
): ProfilesLook {
  const managed = new Set(managedProfiles(files, context.env, flags));
  const ending = longTermEnding(context.env, flags);
  const isSource = (name: string) =>
    ending !== "" && name.endsWith(ending) && managed.has(name.slice(0, -ending.length));
  const areNamed = names.length > 0;
  const still = withStillFiles(context);
  return {
    names: areNamed
      ? names
      : [...new Set([...managed, ...profileNames(files).filter((each) => !isSource(each))])],
    at: async (name) => {
      const isOurs = areNamed || managed.has(name);
      const resolved = identityOf(context, files, isOurs ? flags : {}, name);
      const status = await statusOf(still, files, name, resolved);
      return isOurs || isSomebodys(status, resolved) ? [status] : [];
    },
  };
}

/** Reports whether a profile that is not managed is one that people use, not just settings. */
function isSomebodys(
  { kind, state }: ProfileStatus,
  resolved: ResolvedIdentity | StsmfaError,
): boolean {
  if (resolved instanceof StsmfaError) return state === "invalid";
  const { chain, serialNumber } = resolved;
  if (kind === "written") return false;
  // Keys that are nothing but the source of others.
  return !isLongTerm(chain.source) || chain.hops.length > 0 || serialNumber !== undefined;
}

function identityOf(
  { env }: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  name: string,
): ResolvedIdentity | StsmfaError {
  try {
    return resolveIdentity(files, env, flags, name);
  } catch (error) {
    if (error instanceof StsmfaError) return error;
    throw error;
  }
}

async function statusOf(
  context: Context,
  files: AwsFiles,
  name: string,
  resolved: ResolvedIdentity | StsmfaError,
): Promise<ProfileStatus> {
  const found = resolved instanceof StsmfaError ? undefined : resolved;
  const { identity } = found ?? {};
  const foreign = found && foreignSession(found);
  const expiration = (await sessionOf(context, files, name, found))?.expiration ??
    foreign?.expiration;
  const left = expiration && secondsLeft(expiration, context.clock.now());
  const isOthers = identity?.kind === "others" &&
    (foreign !== undefined || knownSource(identity.source) === undefined);
  const isFault = resolved instanceof StsmfaError && resolved.code === "InvalidSetting";
  const session = readSessionSection(files.credentials.document, name);
  const roleArn = identity?.role?.roleArn ?? session.roleArn;
  const role = roleArn === undefined ? {} : { role: { roleArn } };
  const signIn = identity?.source.kind === "sso" && roleArn === undefined
    ? identity.source
    : undefined;
  return {
    profile: name,
    kind: identity?.kind,
    state: left !== undefined
      ? left > 0 ? "valid" : "expired"
      : isFault
      ? "invalid"
      : isOthers
      ? "others"
      : "none",
    expiration,
    secondsLeft: left,
    source: sourceOf(identity),
    sourceKind: identity?.source.kind,
    roleArn,
    account: signIn?.accountId ?? accountOf({ mfa: {}, ...identity, ...role }),
    roleName: signIn?.roleName ?? roleArn?.split("/").at(-1),
  };
}

/** Returns the session that others have put into the profile: it is given out as it is. */
function foreignSession({ identity: { source, role } }: ResolvedIdentity) {
  if (source.kind !== "session" || role !== undefined) return undefined;
  return source.credentials.sessionToken.reveal() === "" ? undefined : source.credentials;
}

function sourceOf(identity: ResolvedIdentity["identity"] | undefined): string | undefined {
  if (identity === undefined) return undefined;
  const { source, role } = identity;
  if (isLongTerm(source)) return source.section;
  if (source.kind === "session") return role === undefined ? undefined : source.section;
  return sourceWord(identity);
}

/** Returns the session that is there for a profile: in its section, or kept for who asks stsmfa. */
async function sessionOf(
  context: Context,
  files: AwsFiles,
  name: string,
  resolved: ResolvedIdentity | undefined,
): Promise<SessionCredentials | undefined> {
  const { identity } = resolved ?? {};
  const isForeign = identity === undefined ||
    (identity.source.kind === "session" && identity.role === undefined);
  const section = isForeign ? name : identity.target.section;
  const { document } = files.credentials;
  if (isForeign || identity.kind === "written") {
    const session = readSessionSection(document, section);
    const isMeant = isForeign || session.roleArn === identity.role?.roleArn;
    const isSession = !holdsLongTermCredentials(document, section) ||
      await isKept(context, resolved, session.accessKeyId);
    const written = isMeant && isSession ? sessionCredentials(document, section) : undefined;
    if (isForeign) return written;
    if (written !== undefined && await isOfSource(context, identity, written.accessKeyId)) {
      return written;
    }
  }
  return await keptFor(context, resolved!);
}

async function isKept(
  context: Context,
  resolved: ResolvedIdentity | undefined,
  accessKeyId: string | undefined,
): Promise<boolean> {
  if (resolved === undefined || !accessKeyId?.startsWith("AKIA")) return false;
  const { isKeptSession } = await import("../state/session_lookup.ts");
  const profile = await completeOrUndefined(resolved);
  const source = profile && knownSource(profile.source);
  return source !== undefined &&
    await isKeptSession(context, { ...profile!, source }, accessKeyId);
}

/** Returns the kept session of a profile that must not have it in the credentials file. */
async function keptFor(
  context: Context,
  resolved: ResolvedIdentity,
): Promise<SessionCredentials | undefined> {
  const [{ keptSession }, { isWritable }] = await Promise.all([
    import("../state/session_lookup.ts"),
    import("./write_check.ts"),
  ]);
  const profile = await completeOrUndefined(resolved);
  if (profile === undefined) return undefined;
  const isSealed = profile.source.kind === "stored";
  if (profile.kind === "written" && !isSealed && isWritable(profile, resolved.files)) {
    return undefined;
  }
  const isMfaSessionAlone = profile.roles.length === 0;
  return (await keptSession(context, { ...profile, isMfaSessionAlone }, 0))?.credentials;
}

async function completeOrUndefined(resolved: ResolvedIdentity) {
  const { completeProfile } = await import("../profile/profile.ts");
  try {
    return completeProfile(resolved);
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}
