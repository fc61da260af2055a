/**
 * Gets sessions from AWS for profiles of one source and one MFA device, with as few codes as
 * possible.
 *
 * @module
 */

import { type MfaProof, type StsClient, stsClient } from "../aws/sts.ts";
import type { Context, Prompter } from "../context.ts";
import type { SessionCredentials } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { checkSources, type TokenCodeSources, withTokenCode } from "../mfa/ask_code.ts";
import { discoverMfaDevice } from "../mfa/device.ts";
import type { Profile } from "../profile/profile.ts";
import { chainedRoleSeconds, sessionTokenRange } from "../profile/session_duration.ts";
import type { KeptSession, MfaSession } from "../state/kept_sessions.ts";
import type { SessionCache } from "../state/session_cache.ts";
import type { Talk } from "../talk.ts";

/** How sessions are obtained. */
export interface ObtainOptions {
  /** Returns a code that was given in advance. */
  readonly given?: TokenCodeSources["given"];
  /** Returns codes instead of the person at the terminal. */
  readonly provider?: TokenCodeSources["provider"];
  /** Whether the person at the terminal may be asked. */
  readonly interactive: boolean;
  /** Uses no session from before `startedAt`. */
  readonly force: boolean;
  readonly minLeftSeconds: number;
  readonly startedAt: Date;
  readonly talk: Talk;
}

/** A profile's session, or why there is none. */
export interface Obtained {
  readonly profile: Profile;
  readonly result: StsmfaError | {
    readonly credentials: SessionCredentials;
    readonly serialNumber: string;
  };
}

/** An MFA session needs to last only for the AssumeRole call. */
const usableSeconds = 120;

/**
 * Obtains a session for each profile. One MFA session, kept or new, serves all roles of at most an
 * hour; a longer role session needs its own code, since STS counts a role assumed with a session as
 * chained. A profile without a role uses a kept session only if it was made for the same duration
 * and has half of it left.
 */
export async function obtainSessions(
  context: Context,
  profiles: readonly Profile[],
  cache: SessionCache,
  options: ObtainOptions,
): Promise<Obtained[]> {
  const source = new SourceSessions(context, profiles, cache, options);
  const isDirect = (profile: Profile) =>
    profile.roles.length > 0 && profile.durationSeconds > chainedRoleSeconds;
  const obtained: Obtained[] = [];
  let cancelled: StsmfaError | undefined;
  const attempt = async (profile: Profile, get: () => Promise<Obtained["result"]>) => {
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
  readonly #sts: StsClient;
  readonly #mfa: Profile["mfa"];
  readonly #process: TokenCodeSources["process"];
  #serialNumber: Promise<string> | undefined;
  #given: TokenCodeSources["given"];
  #prompter: Promise<Prompter | undefined> | undefined;

  constructor(
    private readonly context: Context,
    profiles: readonly Profile[],
    private readonly cache: SessionCache,
    private readonly options: ObtainOptions,
  ) {
    const first = profiles[0]!;
    this.#sts = stsClient(context, first, first.source.credentials);
    this.#mfa = first.mfa;
    const asker = profiles.find(({ mfa }) => mfa.process !== undefined);
    const { accessKeyId } = first.source.credentials;
    this.#process = asker && {
      command: asker.mfa.process!,
      accessKeyId,
      origin: asker.origins["mfaProcess"],
    };
    this.#given = options.given;
  }

  /** Returns a session for a profile without a role. */
  async plainSession(profile: Profile): Promise<MfaSession> {
    const { durationSeconds } = profile;
    const enough = Math.max(this.options.minLeftSeconds, durationSeconds / 2);
    const kept = this.#kept(enough);
    if (kept?.durationSeconds === durationSeconds && await this.#isMeant(kept)) return kept;
    return await this.#newMfaSession(durationSeconds);
  }

  /**
   * Reports whether a kept session will do: a code given in advance wants a new one, unless this
   * one was made with it.
   */
  async #isMeant(kept: KeptSession & { readonly obtainedAt?: Date }): Promise<boolean> {
    if (this.#given === undefined || this.#isNew(kept)) return true;
    const { serialNumber } = kept;
    return await this.cache.isUsedCode(
      serialNumber,
      await this.#given(serialNumber, this.context.signal),
    );
  }

  /** Assumes roles in parallel, with one MFA session. */
  async roleSessions(profiles: readonly Profile[]): Promise<Obtained[]> {
    const kept = this.#kept(usableSeconds);
    const assumeAll = async (each: readonly Profile[], session: MfaSession) =>
      await Promise.all(each.map((profile) => this.#assumeRole(profile, session)));
    let obtained: Obtained[] = [];
    let missing = profiles;
    if (kept !== undefined) {
      obtained = await assumeAll(profiles, kept);
      missing = obtained.filter(({ result }) => isSessionGone(result)).map((each) => each.profile);
      if (missing.length === 0) return obtained;
      await this.cache.dropSession();
      obtained = obtained.filter(({ result }) => !isSessionGone(result));
    }
    try {
      const session = await this.#newMfaSession(sessionTokenRange.usual);
      return [...obtained, ...await assumeAll(missing, session)];
    } catch (error) {
      const result = expected(error);
      return [...obtained, ...missing.map((profile) => ({ profile, result }))];
    }
  }

  /** Returns a session for a role of more than an hour: the code is sent with AssumeRole itself. */
  async directRoleSession(profile: Profile): Promise<Exclude<Obtained["result"], StsmfaError>> {
    const { talk, force, minLeftSeconds } = this.options;
    // One that could not be written to the file, or whose run was killed.
    const enough = Math.max(minLeftSeconds, profile.durationSeconds / 2);
    const kept = force ? undefined : this.cache.sessionFor(profile, enough);
    if (kept !== undefined && await this.#isMeant(kept)) return kept;
    talk.note(
      `${profile.name} asks for ${
        formatDuration(profile.durationSeconds)
      }; a role that lasts longer than 1h needs a code of its own`,
    );
    const sts = stsClient(this.context, profile, profile.source.credentials);
    const { roles: [role], durationSeconds } = profile;
    const session = await this.#withCode(async (mfa) => ({
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
    const { serialNumber } = this.#mfa;
    return serialNumber === undefined || serialNumber === session.serialNumber
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
    const session = await this.#withCode(async (mfa): Promise<MfaSession> => ({
      credentials: await this.#sts.getSessionToken(mfa, durationSeconds),
      serialNumber: mfa.serialNumber,
      durationSeconds,
      obtainedAt: this.context.clock.now(),
    }));
    await this.cache.keepSession(session);
    return session;
  }

  async #assumeRole(profile: Profile, session: MfaSession): Promise<Obtained> {
    const { serialNumber } = session;
    const { roles, durationSeconds } = profile;
    let { credentials } = session;
    try {
      for (const role of roles) {
        const sts = stsClient(this.context, profile, credentials);
        credentials = await sts.assumeRole({ ...role, durationSeconds });
      }
      return { profile, result: { credentials, serialNumber } };
    } catch (error) {
      return { profile, result: expected(error) };
    }
  }

  async #withCode<T>(send: (mfa: MfaProof) => Promise<T>): Promise<T> {
    const { context, cache, options } = this;
    const sources = {
      given: this.#given,
      provider: options.provider,
      process: this.#process,
      prompter: () => this.#findPrompter(),
    };
    await checkSources(sources, this.#mfa.serialNumber);
    const serialNumber = await this.#device();
    this.#given = undefined;
    return await withTokenCode(context, serialNumber, sources, cache, options.talk, send);
  }

  #device(): Promise<string> {
    const { serialNumber } = this.#mfa;
    return this.#serialNumber ??= serialNumber === undefined
      ? discoverMfaDevice(this.context, this.#sts, () => this.#findPrompter())
      : Promise.resolve(serialNumber);
  }

  /** Opens the terminal only at the first question, since the prompter is slow to load. */
  #findPrompter(): Promise<Prompter | undefined> {
    return this.#prompter ??= this.options.interactive
      ? this.context.terminal.prompter()
      : Promise.resolve(undefined);
  }
}

/** Reports whether AWS says that a session was revoked or ended early. */
function isSessionGone(result: Obtained["result"]): boolean {
  return result instanceof StsmfaError &&
    (result.code === "SessionExpired" || result.code === "AccessKeyRefused");
}
