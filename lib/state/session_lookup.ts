/**
 * Looks up kept sessions without the lock: where those of an access key are, and which one is a
 * profile's.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { requireOurs } from "../files/ours.ts";
import { basename, homeVariable, join } from "../path.ts";
import type { Profile } from "../profile/profile.ts";
import { chainedRoleSeconds } from "../profile/session_duration.ts";
import { type KnownSource, knownSource } from "../profile/source.ts";
import { stateDirectory } from "./directory.ts";
import { type KeptSession, type KeptSessions, parseKeptSessions } from "./kept_sessions.ts";

/** An MFA session needs to last only for the AssumeRole call. */
export const usableSeconds = 120;

/**
 * Reports whether a key ID is that of the kept session. Emulators of STS give out sessions whose key
 * IDs look like long-term ones.
 */
export async function isKeptSession(
  context: Context,
  profile: ScopedProfile,
  accessKeyId: string,
): Promise<boolean> {
  const { session } = await readKeptSessions(context, profile);
  return session?.credentials.accessKeyId === accessKeyId;
}

/** Returns the session kept for this very profile; it may be sealed. */
export async function keptSession(
  context: Context,
  profile: Profile,
  seconds: number,
): Promise<KeptSession | undefined> {
  const source = knownSource(profile.source);
  if (source === undefined) return undefined;
  const kept = await readKeptSessions(context, { ...profile, source });
  return keptFor(kept, profile, seconds, context.clock.now());
}

/** Reports whether an MFA session is kept that serves the profile's roles without a code. */
export async function keptProof(
  context: Context,
  profile: ScopedProfile & Pick<Profile, "roles" | "durationSeconds" | "mfa">,
): Promise<boolean> {
  const { roles, durationSeconds, mfa: { serialNumber } } = profile;
  if (roles.length === 0 || durationSeconds > chainedRoleSeconds) return false;
  const { session } = await readKeptSessions(context, profile);
  return lasting(session, usableSeconds, context.clock.now()) !== undefined &&
    (serialNumber === undefined || session!.serialNumber === serialNumber);
}

async function readKeptSessions(context: Context, profile: ScopedProfile): Promise<KeptSessions> {
  try {
    return await readKept(context, (await cachePath(context, profile)).path);
  } catch {
    return {};
  }
}

/**
 * Reads kept sessions; a file that cannot be read, or that others could have written, counts as
 * empty.
 */
export async function readKept(context: Context, path: string): Promise<KeptSessions> {
  try {
    await requireOurs(context, path);
    const bytes = await context.files.read(path);
    return bytes === undefined ? {} : parseOrNone(bytes, path);
  } catch {
    return {};
  }
}

/** What bytes that were read once say; who looks at a thousand roles gets the same ones each time. */
const parsed = new WeakMap<Uint8Array, { readonly path: string; readonly kept: KeptSessions }>();

/** Parses kept sessions; a torn or foreign file counts as empty. */
export function parseOrNone(bytes: Uint8Array, path: string): KeptSessions {
  const known = parsed.get(bytes);
  if (known?.path === path) return known.kept;
  let kept: KeptSessions = {};
  try {
    kept = parseKeptSessions(bytes, basename(path));
  } catch { /* as if there were none */ }
  parsed.set(bytes, { path, kept });
  return kept;
}

/** Returns the profile's session among the kept ones, unless it has less than `seconds` left. */
export function keptFor(
  { session, others }: KeptSessions,
  profile: Profile,
  seconds: number,
  now: Date,
): KeptSession | undefined {
  const { source, roles, durationSeconds, usesMfa, mfa } = profile;
  // On top of somebody's session no device of the keys is proved.
  const serialNumber = usesMfa && source.kind !== "session" ? mfa.serialNumber : undefined;
  const isPlain = roles.length === 0 &&
    (profile.isMfaSessionAlone || session?.durationSeconds === durationSeconds);
  return [isPlain ? session : undefined, others?.[requestKey(profile)]].find((each) =>
    lasting(each, seconds, now) !== undefined &&
    (serialNumber === undefined || each!.serialNumber === serialNumber)
  );
}

/** Returns the session, unless it has less than `seconds` left. */
export function lasting<T extends KeptSession>(
  session: T | undefined,
  seconds: number,
  now: Date,
): T | undefined {
  if (session === undefined) return undefined;
  const left = secondsLeft(session.credentials.expiration, now);
  return left > 0 && left >= seconds ? session : undefined;
}

/**
 * Returns the device that a role above the first one names, if it is another than that of the long-term
 * keys: its code is sent with the role's own request.
 */
export function deviceOnTop(
  { roles, mfa }: Pick<Profile, "roles" | "mfa">,
  at: number,
): string | undefined {
  const { serialNumber } = roles[at]!;
  return at === 0 || serialNumber === mfa.serialNumber ? undefined : serialNumber;
}

/** Returns all that a request asks STS for, except the MFA codes and the device of the keys. */
export function requestKey(
  profile: Pick<Profile, "roles" | "durationSeconds" | "mfa">,
): string {
  const { roles, durationSeconds } = profile;
  const hops = roles.map((role, at) => {
    const { sourceIdentity, sessionTags } = role;
    const device = deviceOnTop(profile, at);
    const more = sourceIdentity ?? sessionTags ?? device
      ? [{ sourceIdentity, sessionTags, device }]
      : [];
    return [role.roleArn, role.roleSessionName, role.externalId, ...more];
  });
  const [first = [undefined, undefined, undefined], ...more] = hops;
  return JSON.stringify([...first, ...more.flat(), durationSeconds]);
}

/**
 * Returns what an MFA session belongs to: the access key, in its partition or at a custom endpoint. A
 * session from one of AWS's hosts, of whatever kind, is valid at the others of the partition; where
 * one from the global STS is not, in regions that are opted in to, AWS refuses it and it is replaced.
 */
export function sessionScope(profile: ScopedProfile): string {
  const { source, endpoints, partition } = profile;
  const isAws = endpoints.sts.origin.kind === "default";
  return `${source.credentials.accessKeyId} ${isAws ? partition.name : endpoints.sts.value}`;
}

/** What decides where sessions are kept. */
export type ScopedProfile = Pick<Profile, "endpoints" | "partition"> & {
  readonly source: KnownSource;
};

/** Where sessions are kept. */
export interface CachePath {
  /** The state directory. */
  readonly state: string;
  /** The file. */
  readonly path: string;
}

/** @throws StsmfaError `FileUnwritable` if there is no home directory */
export async function cachePath(context: Context, profile: ScopedProfile): Promise<CachePath> {
  const state = stateDirectory(context);
  if (state === undefined) {
    throw new StsmfaError("FileUnwritable", `${homeVariable(context.env)} is not set`);
  }
  const name = await fileName(sessionScope(profile));
  return { state, path: join(state, "sessions", `${name}.json`) };
}

const fileNames = new Map<string, string>();

/** Returns what the file of a scope is called; a thousand roles may have the same one. */
async function fileName(scope: string): Promise<string> {
  const known = fileNames.get(scope);
  if (known !== undefined) return known;
  const name = (await digest(scope)).slice(0, 32);
  fileNames.set(scope, name);
  return name;
}
