/**
 * Gets sessions from AWS for profiles of one source and one MFA device, with as few codes as
 * possible.
 *
 * @module
 */

import { type MfaProof, stsClient } from "../aws/sts.ts";
import type { Context } from "../context.ts";
import type { SessionCredentials } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import { withTokenCode } from "../mfa/ask_code.ts";
import { checkSources, type TokenCodeSources } from "../mfa/code_sources.ts";
import { discoverMfaDevice } from "../mfa/device.ts";
import type { Person } from "../mfa/person.ts";
import type { Profile } from "../profile/profile.ts";
import type { Role } from "../profile/role.ts";
import { chainedRoleSeconds, sessionTokenRange } from "../profile/session_duration.ts";
import type { KeyedSource } from "../profile/source.ts";
import type { KeptSession, MfaSession } from "../state/kept_sessions.ts";
import type { SessionCache } from "../state/session_cache.ts";
import { deviceOnTop, usableSeconds } from "../state/session_lookup.ts";
import { isSessionGone, refusedSource } from "./refused_source.ts";
import { SourceKey } from "./source_key.ts";
import type { SourcedProfile } from "./sourced.ts";

/** How sessions are obtained. */
export interface ObtainOptions {
  /** Returns a code that was given in advance. */
  readonly given?: TokenCodeSources["given"];
  /** Returns codes instead of the person at the terminal. */
  readonly provider?: TokenCodeSources["provider"];
  /** The person at the terminal, if there is one who may be asked. */
  readonly person: Person;
  /** Whether this run needs other codes for other profiles. */
  readonly isOneOfSeveral: boolean;
  /** Uses no session from before `startedAt`. */
  readonly force: boolean;
  readonly minLeftSeconds: number;
  readonly startedAt: Date;
}

/** A profile's session, or why there is none. */
export interface Obtained {
  readonly profile: SourcedProfile;
  readonly result: StsmfaError | KeptSession;
}

/** What a role is assumed with. */
interface Signer {
  readonly credentials: Parameters<typeof stsClient>[2];
  /** The device that was proved for it. */
  readonly serialNumber?: string;
}

/**
 * Obtains a session for each profile. One MFA session, kept or new, serves all roles of at most an
 * hour; a longer role session needs its own code, since STS counts a role assumed with a session as
 * chained. A profile without a role uses a kept session only if it was made for the same duration
 * and has half of it left. A source that is a session takes no code: it signs as it is.
 */
export async function obtainSessions(
  context: Context,
  profiles: readonly SourcedProfile[],
  cache: SessionCache,
  options: ObtainOptions,
): Promise<Obtained[]> {
  const source = new SourceSessions(context, profiles, cache, options);
  const isDirect = (profile: SourcedProfile) =>
    profile.usesMfa && profile.roles.length > 0 && profile.durationSeconds > chainedRoleSeconds;
  const obtained: Obtained[] = [];
  let cancelled: StsmfaError | undefined;
  const attempt = async (profile: SourcedProfile, get: () => Promise<Obtained["result"]>) => {
    // Whoever pressed Ctrl-C wants no further question; what a code was spent on is kept.
    const result = cancelled ?? await get().catch(expected);
    if (isCancelled(result)) cancelled = result;
    obtained.push({ profile, result });
  };
  for (const profile of profiles.filter(({ roles }) => roles.length === 0)) {
    await attempt(profile, () => source.plainSession(profile));
  }
  const chained = profiles.filter((each) => each.roles.length > 0 && !isDirect(each));
  if (chained.length > 0) {
    const results: readonly Obtained[] = cancelled === undefined
      ? await source.roleSessions(chained)
      : chained.map((profile) => ({ profile, result: cancelled! }));
    cancelled ??= results.map(({ result }) => result).find(isCancelled);
    obtained.push(...results);
  }
  for (const profile of profiles.filter(isDirect)) {
    await attempt(profile, () => source.directRoleSession(profile));
  }
  return obtained;
}

/** Returns an expected error as a result; rethrows a bug of ours. */
function expected(error: unknown): StsmfaError {
  if (error instanceof StsmfaError) return error;
  throw error;
}

function isCancelled(result: Obtained["result"]): result is StsmfaError {
  return result instanceof StsmfaError && result.code === "Cancelled";
}

/** The sessions of one source key and device. */
class SourceSessions {
  readonly #key: SourceKey;
  readonly #first: SourcedProfile;
  readonly #process: TokenCodeSources["process"];
  #serialNumber: Promise<string> | undefined;
  #given: TokenCodeSources["given"];
  readonly #names: readonly string[];

  constructor(
    private readonly context: Context,
    profiles: readonly SourcedProfile[],
    private readonly cache: SessionCache,
    private readonly options: ObtainOptions,
  ) {
    const first = this.#first = profiles[0]!;
    this.#key = new SourceKey(context, first, options.person.talk);
    const asker = profiles.find(({ mfa }) => mfa.process !== undefined);
    const { accessKeyId } = first.source.credentials;
    this.#process = asker && {
      command: asker.mfa.process!,
      accessKeyId,
      origin: asker.origins["mfaProcess"],
    };
    this.#given = options.given;
    this.#names = profiles.map(({ name }) => name);
  }

  /** Returns a session for a profile without a role. */
  async plainSession(profile: SourcedProfile): Promise<MfaSession> {
    const { durationSeconds, isMfaSessionAlone = false } = profile;
    const { minLeftSeconds } = this.options;
    const enough = isMfaSessionAlone
      ? minLeftSeconds
      : Math.max(minLeftSeconds, durationSeconds / 2);
    const kept = this.#kept(enough);
    const isLike = isMfaSessionAlone || kept?.durationSeconds === durationSeconds;
    if (kept !== undefined && isLike && await this.#isMeant(kept)) return kept;
    return await this.#newMfaSession(durationSeconds);
  }

  /**
   * Reports whether a kept session will do: a code given in advance wants a new one, unless this
   * one was made with it.
   */
  async #isMeant(kept: KeptSession & { readonly obtainedAt?: Date }): Promise<boolean> {
    const { serialNumber } = kept;
    if (this.#given === undefined || serialNumber === undefined || this.#isNew(kept)) return true;
    return await this.cache.isOwnCode(
      serialNumber,
      await this.#given(serialNumber, this.context.signal),
    );
  }

  /** Assumes roles in parallel, with one MFA session, or with what the source has. */
  async roleSessions(profiles: readonly SourcedProfile[]): Promise<Obtained[]> {
    const { source, usesMfa } = this.#first;
    if (source.kind === "session") return await this.#assumeAll(profiles, source);
    const kept = this.#kept(usableSeconds);
    if (!usesMfa) return await this.#assumeWithoutCode(profiles, kept);
    let obtained: Obtained[] = [];
    let missing = profiles;
    if (kept !== undefined) {
      obtained = await this.#assumeAll(profiles, kept);
      missing = obtained.filter(({ result }) => isSessionGone(result)).map((each) => each.profile);
      if (missing.length === 0) return obtained;
      await this.cache.dropSession();
      obtained = obtained.filter(({ result }) => !isSessionGone(result));
    }
    try {
      const session = await this.#newMfaSession(sessionTokenRange.usual);
      return [...obtained, ...await this.#assumeAll(missing, session)];
    } catch (error) {
      const result = expected(error);
      return [...obtained, ...missing.map((profile) => ({ profile, result }))];
    }
  }

  /** Assumes roles as SDKs do where no device is named; with a kept MFA session, if there is one. */
  async #assumeWithoutCode(
    profiles: readonly SourcedProfile[],
    kept: MfaSession | undefined,
  ): Promise<Obtained[]> {
    const isLong = ({ durationSeconds }: Profile) => durationSeconds > chainedRoleSeconds;
    const withKept = kept === undefined ? [] : profiles.filter((profile) => !isLong(profile));
    const proved = kept === undefined ? [] : await this.#assumeAll(withKept, kept);
    const done = proved.filter(({ result }) => !isSessionGone(result));
    const rest = profiles.filter((each) => !done.some(({ profile }) => profile === each));
    const bare = rest.length === 0 ? [] : await this.#assumeBare(rest);
    return [
      ...done,
      ...bare.map(({ profile, result }) => ({
        profile,
        result: isDenied(result) ? withoutDevice(profile, result) : result,
      })),
    ];
  }

  /** Assumes roles with the source's own key. */
  async #assumeBare(profiles: readonly SourcedProfile[]): Promise<Obtained[]> {
    let source: KeyedSource;
    try {
      source = await this.#key.source();
    } catch (error) {
      const result = expected(error);
      return profiles.map((profile) => ({ profile, result }));
    }
    return await this.#assumeAll(profiles, source);
  }

  /** Assumes roles in parallel; those that need a code on their way one by one. */
  async #assumeAll(profiles: readonly SourcedProfile[], signer: Signer): Promise<Obtained[]> {
    const onTheWay = new Map<string, Promise<SessionCredentials>>();
    const isAsking = (profile: SourcedProfile) =>
      profile.roles.some((_, at) => deviceOnTop(profile, at) !== undefined);
    const assume = (profile: SourcedProfile) => this.#assumeRoles(profile, signer, onTheWay);
    const obtained = await Promise.all(profiles.filter((each) => !isAsking(each)).map(assume));
    let cancelled: StsmfaError | undefined;
    for (const profile of profiles.filter(isAsking)) {
      const each = cancelled ? { profile, result: cancelled } : await assume(profile);
      if (isCancelled(each.result)) cancelled = each.result;
      obtained.push(each);
    }
    return obtained;
  }

  /** Returns a session for a role of more than an hour: the code is sent with AssumeRole itself. */
  async directRoleSession(profile: SourcedProfile): Promise<KeptSession> {
    const { person, isOneOfSeveral, provider, force, minLeftSeconds } = this.options;
    // One that could not be written to the file, or whose run was killed.
    const enough = Math.max(minLeftSeconds, profile.durationSeconds / 2);
    const kept = force ? undefined : this.cache.sessionFor(profile, enough);
    if (kept !== undefined && await this.#isMeant(kept)) return kept;
    const isAsked = this.#given === undefined && provider === undefined &&
      this.#process === undefined;
    if (isAsked) await person.introduce([profile.name], isOneOfSeveral);
    person.talk.note(
      `${profile.name} asks for ${
        formatDuration(profile.durationSeconds)
      }; a role that lasts longer than 1h needs an MFA code of its own`,
    );
    const sts = await this.#key.sts(profile);
    const { roles: [role], durationSeconds } = profile;
    const session = await this.#withCode([profile.name], async (mfa) => ({
      credentials: await sts.assumeRole({ ...role!, durationSeconds }, mfa),
      serialNumber: mfa.serialNumber,
    }));
    await this.cache.keepSessionFor(profile, session);
    return session;
  }

  /** Returns the session kept for this source, if it may be used. */
  #kept(seconds: number): MfaSession | undefined {
    const session = this.cache.session(seconds);
    if (session === undefined || (this.options.force && !this.#isNew(session))) return undefined;
    const { usesMfa, mfa: { serialNumber } } = this.#first;
    return !usesMfa || serialNumber === undefined || serialNumber === session.serialNumber
      ? session
      : undefined;
  }

  /**
   * Reports whether a session was made since this run began, by us or by a process we waited for.
   */
  #isNew({ obtainedAt }: { readonly obtainedAt?: Date }): boolean {
    return obtainedAt !== undefined && obtainedAt >= this.options.startedAt;
  }

  async #newMfaSession(durationSeconds: number): Promise<MfaSession> {
    const sts = await this.#key.sts();
    const session = await this.#withCode(this.#names, async (mfa): Promise<MfaSession> => ({
      credentials: await sts.getSessionToken(mfa, durationSeconds),
      serialNumber: mfa.serialNumber,
      durationSeconds,
      obtainedAt: this.context.clock.now(),
    }));
    await this.cache.keepSession(session);
    return session;
  }

  /** Assumes a profile's roles one on top of the other; profiles share what they have in common. */
  async #assumeRoles(
    profile: SourcedProfile,
    { credentials, serialNumber }: Signer,
    onTheWay: Map<string, Promise<SessionCredentials>>,
  ): Promise<Obtained> {
    const { roles, durationSeconds } = profile;
    const last = roles.length - 1;
    this.#noteCap(profile);
    try {
      let signer: Signer["credentials"] = credentials;
      for (const [at, role] of roles.slice(0, last).entries()) {
        const way = JSON.stringify([profile.region, ...roles.slice(0, at + 1)]);
        const seconds = Math.min(role.durationSeconds, chainedRoleSeconds);
        const assume = () => this.#assumeRole(profile, at, role, seconds, signer);
        if (!onTheWay.has(way)) onTheWay.set(way, assume());
        signer = await onTheWay.get(way)!;
      }
      const session = await this.#assumeRole(profile, last, roles[last]!, durationSeconds, signer);
      // Devices of roles above the first one belong to what is asked for.
      return { profile, result: { credentials: session, ...(serialNumber && { serialNumber }) } };
    } catch (error) {
      return { profile, result: expected(error) };
    }
  }

  async #assumeRole(
    profile: SourcedProfile,
    at: number,
    role: Role,
    durationSeconds: number,
    credentials: Signer["credentials"],
  ): Promise<SessionCredentials> {
    const sts = stsClient(this.context, profile, credentials);
    const device = deviceOnTop(profile, at);
    const asked = { ...role, durationSeconds };
    if (device === undefined) {
      return await sts.assumeRole(asked).catch((error) => {
        const isOwn = credentials === profile.source.credentials;
        throw isOwn ? refusedSource(error, profile.source, profile.isPassing) : error;
      });
    }
    return await this.#withCode([profile.name], (mfa) => sts.assumeRole(asked, mfa), device);
  }

  /** Says that a role lasts less than was asked for. */
  #noteCap({ name, roles, durationSeconds }: SourcedProfile): void {
    const asked = roles.at(-1)!.durationSeconds;
    if (asked <= durationSeconds) return;
    this.options.person.talk.note(
      `${name} asks for ${formatDuration(asked)}; AWS limits a role assumed with a session to ${
        formatDuration(durationSeconds)
      }`,
    );
  }

  async #withCode<T>(
    profiles: readonly string[],
    send: (mfa: MfaProof) => Promise<T>,
    device?: string,
  ): Promise<T> {
    const { context, cache, options: { provider, person, isOneOfSeveral, startedAt } } = this;
    const sources = {
      given: this.#given,
      provider,
      process: device === undefined ? this.#process : undefined,
      person,
    };
    await checkSources(sources, device ?? this.#first.mfa.serialNumber);
    const serialNumber = device ?? await this.#device(profiles);
    this.#given = undefined;
    const purpose = { serialNumber, profiles, isOneOfSeveral, startedAt };
    return await withTokenCode(context, purpose, sources, cache, send);
  }

  #device(profiles: readonly string[]): Promise<string> {
    const { context, options: { person, isOneOfSeveral } } = this;
    const { serialNumber } = this.#first.mfa;
    const prompter = async () => {
      await person.introduce(profiles, isOneOfSeveral);
      return await person.prompter();
    };
    return this.#serialNumber ??= serialNumber === undefined
      ? this.#key.sts().then((sts) => discoverMfaDevice(context, sts, prompter))
      : Promise.resolve(serialNumber);
  }
}

function isDenied(result: Obtained["result"]): result is StsmfaError {
  return result instanceof StsmfaError && result.code === "AccessDenied";
}

/** Returns the error of a role that may have been denied for want of a code. */
function withoutDevice({ name }: Profile, error: StsmfaError): StsmfaError {
  return new StsmfaError(error.code, error.message, {
    hint: `if the role requires MFA, name your device: aws configure set mfa_serial ARN ${
      flagWords("--profile", name)
    }`,
    cause: error,
  });
}
