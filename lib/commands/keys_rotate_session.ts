/**
 * What the calls of a rotation are made with: one MFA session of the user, kept or new.
 *
 * @module
 */

import { type IamClient, iamClient } from "../aws/iam.ts";
import type { CallerIdentity } from "../aws/identity_answer.ts";
import { stsClient } from "../aws/sts.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { renewalOptions } from "../cli/renewal_options.ts";
import { tokenCodeProvider } from "../cli/token_code_flag.ts";
import type { Context } from "../context.ts";
import { type LongTermCredentials, type ProvidedCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { withSecret } from "../keys/fetch.ts";
import type { KeyPlace } from "../keys/places.ts";
import type { TokenCodeSources } from "../mfa/code_sources.ts";
import { type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import { completeProfile, type Profile } from "../profile/profile.ts";
import { sessionTokenRange } from "../profile/session_duration.ts";
import {
  keysIn,
  longTermKeysOf,
  type LongTermSource,
  storedKeyIn,
  type StoredSource,
} from "../profile/source.ts";
import { currentSession } from "../session/current.ts";
import { openedSession } from "../session/sealer.ts";
import { defaultMinLeftSeconds } from "../session/valid.ts";
import type { KeptSession } from "../state/kept_sessions.ts";
import { SessionCache } from "../state/session_cache.ts";
import { keptSession } from "../state/session_lookup.ts";
import type { Talk } from "../talk.ts";
import type { KeysFlags } from "./keys_flags.ts";

/** The user's own MFA session as a profile: no role, no hook, written nowhere. */
export type UserProfile = Profile & { readonly source: LongTermSource | StoredSource };

/**
 * Returns the profile by which the user of a key proves MFA.
 *
 * @param name as the user named it: device and endpoints are those of that profile
 */
export function userProfile(
  context: Context,
  files: AwsFiles,
  flags: KeysFlags,
  name: string,
  place: KeyPlace,
): UserProfile {
  const resolved = resolvedFor(context, files, flags, name);
  const profile = completeProfile({ ...resolved, chain: { ...resolved.chain, hops: [] } });
  const { role: _, ...plain } = profile;
  return {
    ...plain,
    kind: "standard",
    source: sourceAt(files, place),
    usesMfa: true,
    roles: [],
    hooks: [],
    durationSeconds: sessionTokenRange.usual,
    isMfaSessionAlone: true,
  };
}

/** Returns the profile itself, for its hooks; `undefined` if it has none. */
export function profileWithHooks(
  context: Context,
  files: AwsFiles,
  flags: KeysFlags,
  name: string,
): Profile | undefined {
  const resolved = resolvedFor(context, files, flags, name);
  return resolved.settings.hooks.length === 0 ? undefined : completeProfile(resolved);
}

function resolvedFor(
  { env }: Context,
  files: AwsFiles,
  { longTermSuffix, mfaSerial, region }: KeysFlags,
  name: string,
): ResolvedIdentity {
  return resolveIdentity(files, env, { longTermSuffix, mfaSerial, region }, name);
}

function sourceAt(files: AwsFiles, { profile, file, store }: KeyPlace) {
  const found = store === "file" ? keysIn(files, profile, file) : storedKeyIn(files, profile, file);
  return longTermKeysOf(found!);
}

/** Who rotates, and the calls that it is done with. */
export interface SignedIn {
  readonly caller: CallerIdentity;
  readonly userName: string;
  readonly iam: IamClient;
}

/** Signs in for a rotation. */
export class RotationSessions {
  readonly #given;
  /** Whether the user has no MFA device, so that keys themselves sign. */
  #isBare = false;

  constructor(
    private readonly context: Context,
    private readonly files: AwsFiles,
    private readonly profile: UserProfile,
    private readonly flags: KeysFlags,
    private readonly talk: Talk,
    private readonly policyCommand: string,
  ) {
    this.#given = tokenCodeProvider(context, flags.tokenCode);
  }

  /**
   * Returns calls made with a session of the key, or of an old one that it has replaced.
   *
   * @param olds keys of unfinished rotations, whose kept sessions may still serve
   * @param next returns the new key of a rotation that has made this one inactive
   * @throws StsmfaError `RequestRefused` for who is no IAM user; what obtaining a session throws
   */
  async signIn(
    olds: readonly string[],
    next: () => Promise<LongTermCredentials | undefined>,
  ): Promise<SignedIn> {
    const { context, talk } = this;
    let { profile } = this;
    let { credentials } = await withSecret(context, profile.source, talk);
    let refused: StsmfaError | undefined;
    // Needs no code, so a key that AWS does not take is known before one is asked.
    const caller = await this.callerOf(credentials).catch(async (error) => {
      const isRefused = error instanceof StsmfaError && error.code === "AccessKeyRefused";
      const other = isRefused ? await next() : undefined;
      if (other === undefined) throw error;
      refused = error as StsmfaError;
      credentials = other;
      profile = withKey(profile, other.accessKeyId, other.secretAccessKey);
      return await this.callerOf(other);
    });
    const userName = userNameOf(caller);
    const requireOfOneUser = async (iam: IamClient) => {
      if (refused === undefined) return;
      const { keys } = await iam.listAccessKeys();
      const { accessKeyId } = this.profile.source.credentials;
      if (!keys.some((each) => each.accessKeyId === accessKeyId)) throw refused;
    };
    if (this.#given === undefined) {
      for (const accessKeyId of [credentials.accessKeyId, ...olds]) {
        const kept = await this.#kept(withKey(profile, accessKeyId));
        const iam = kept && this.#iam(kept.credentials, userName);
        if (iam && await iam.listAccessKeys().catch(unlessGone)) {
          await requireOfOneUser(iam);
          return { caller, userName, iam };
        }
      }
    }
    const iam = this.#iam(await this.#session(profile, credentials), userName);
    await requireOfOneUser(iam);
    return { caller, userName, iam };
  }

  /** Returns calls with a session of another key, if that can be had without asking a person. */
  async quietly(key: LongTermCredentials, userName: string): Promise<IamClient | undefined> {
    if (this.#isBare) return this.#iam(key, userName);
    const profile = withKey(this.profile, key.accessKeyId, key.secretAccessKey);
    const kept = await this.#kept(profile);
    if (kept === undefined && profile.mfa.process === undefined) return undefined;
    try {
      const credentials = kept?.credentials ?? await this.#obtain(profile, false);
      return this.#iam(credentials, userName);
    } catch (error) {
      if (error instanceof StsmfaError && error.code !== "Cancelled") return undefined;
      throw error;
    }
  }

  /** Asks AWS, as a key, who it is of. */
  async callerOf(key: LongTermCredentials): Promise<CallerIdentity> {
    return await stsClient(this.context, this.profile, key).getCallerIdentity();
  }

  /** Forgets the sessions that a key which is gone has made. */
  async forget(accessKeyId: string): Promise<void> {
    const { context, talk } = this;
    const cache = await SessionCache.open(context, withKey(this.profile, accessKeyId), {
      timeoutSeconds: 10,
      onWait: () => {},
      warn: talk.warn,
    });
    try {
      await cache.clear();
    } finally {
      cache.close();
    }
  }

  async #kept(profile: UserProfile): Promise<KeptSession | undefined> {
    const { context, talk } = this;
    return await openedSession(context, await keptSession(context, profile, leastSeconds), talk);
  }

  /** Returns an MFA session; for a user without any device, the key itself. */
  async #session(
    profile: UserProfile,
    key: LongTermCredentials,
  ): Promise<ProvidedCredentials> {
    const { talk } = this;
    try {
      return await this.#obtain(profile, !this.flags.nonInteractive, this.#given);
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code !== "MfaDeviceMissing") throw error;
      this.#isBare = true;
      talk.note("this user has no MFA device: the key itself is used");
      return key;
    }
  }

  async #obtain(
    profile: Profile,
    interactive: boolean,
    given?: TokenCodeSources["given"],
  ): Promise<ProvidedCredentials> {
    const { context, files, talk } = this;
    const flags = { ...this.flags, nonInteractive: !interactive };
    const { credentials } = await currentSession(context, files, profile, false, {
      ...renewalOptions(context, flags, { talk, profiles: [profile.name], runsHooks: "before" }),
      // What is kept for this key was tried before.
      force: true,
      minLeftSeconds: leastSeconds,
      given,
    });
    return credentials;
  }

  #iam(credentials: ProvidedCredentials, userName: string): IamClient {
    const { context, profile, policyCommand } = this;
    return iamClient(context, profile, credentials, { userName, policyCommand });
  }
}

/** A rotation takes a minute or two. */
const leastSeconds = defaultMinLeftSeconds;

function withKey(
  profile: UserProfile,
  accessKeyId: string,
  secretAccessKey = new Secret(""),
): UserProfile {
  const { source } = profile;
  return {
    ...profile,
    source: source.kind === "stored"
      ? { ...source, credentials: { accessKeyId } }
      : { ...source, credentials: { accessKeyId, secretAccessKey } },
  };
}

/**
 * Returns the name of an IAM user.
 *
 * @throws StsmfaError `RequestRefused` for who is none
 */
export function userNameOf({ arn }: CallerIdentity): string {
  const userName = /^arn:[^:]+:iam::[^:]*:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (userName !== undefined) return userName;
  throw new StsmfaError(
    "RequestRefused",
    `the key belongs to ${arn}, and only access keys of IAM users can be rotated`,
    {
      hint: arn.endsWith(":root")
        ? "delete the root user's key, and make an IAM user for what it does"
        : "see who the profile is: stsmfa whoami",
    },
  );
}

/** A kept session can be over, such as with its key. */
function unlessGone(error: unknown): undefined {
  const codes = ["AccessKeyRefused", "SessionExpired"];
  if (!(error instanceof StsmfaError) || !codes.includes(error.code)) throw error;
}
