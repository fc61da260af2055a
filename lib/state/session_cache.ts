/**
 * MFA sessions kept between runs, so that one code serves many profiles; sessions that have no place
 * in the credentials file; and the lock under which one process asks for a code while the others
 * wait.
 *
 * Lock and content are one file per access key and endpoint, mode 0600, in the state directory. It
 * holds session credentials, as the AWS CLI's own cache does.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { acquireLock } from "../files/lock.ts";
import { requireOurs } from "../files/ours.ts";
import type { Profile } from "../profile/profile.ts";
import { closeToOthers, openStateFolder, stateDirectory } from "./directory.ts";
import {
  type KeptSession,
  type KeptSessions,
  type MfaSession,
  parseKeptSessions,
  serialiseKeptSessions,
} from "./kept_sessions.ts";

/** AWS takes codes of neighbouring windows, too; later the same digits are another code. */
const codeLifeSeconds = 90;

/** How a cache is opened. */
export interface SessionCacheOptions {
  /** How long to wait for a process that holds it. */
  readonly timeoutSeconds: number;
  /** Called when another process holds it. */
  readonly onWait: () => void;
  /** Called with the reason when nothing can be kept between runs. */
  readonly onMissing: (reason: string) => void;
  /** Called with what should be known of where sessions are kept. */
  readonly warn?: (message: string) => void;
}

/** The kept sessions of one source key's MFA session, locked until it is closed. */
export class SessionCache {
  #kept: KeptSessions;

  private constructor(
    private readonly file: LockableFile | undefined,
    kept: KeptSessions,
    private readonly now: () => Date,
  ) {
    this.#kept = kept;
  }

  /**
   * Opens and locks the cache of a profile's source.
   *
   * @throws StsmfaError `LockTimeout`; `UntrustedFile` when somebody else could have put sessions there
   */
  static async open(
    context: Context,
    profile: ScopedProfile,
    { timeoutSeconds, onWait, onMissing, warn }: SessionCacheOptions,
  ): Promise<SessionCache> {
    const now = () => context.clock.now();
    let file: LockableFile | undefined;
    try {
      const { state, path } = await cachePath(context, profile);
      await openStateFolder(context, state, "sessions", warn);
      await requireOurs(context, path);
      await closeToOthers(context, path, 0o600, warn);
      file = await acquireLock(context, path, { kind: "file", timeoutSeconds, onWait });
    } catch (error) {
      const isFinal = error instanceof StsmfaError && error.code !== "FileUnwritable";
      if (isFinal || context.signal.aborted) throw error;
      onMissing(error instanceof Error ? error.message : "unknown fault");
      return new SessionCache(undefined, {}, now);
    }
    try {
      return new SessionCache(file, parseKeptSessions(await file.read()), now);
    } catch {
      return new SessionCache(file, {}, now);
    }
  }

  /** The session, unless it has less than `seconds` left. */
  session(seconds: number): MfaSession | undefined {
    return lasting(this.#kept.session, seconds, this.now());
  }

  /** The session kept for this very profile, unless it has less than `seconds` left. */
  sessionFor(profile: Profile, seconds: number): KeptSession | undefined {
    return keptFor(this.#kept, profile, seconds, this.now());
  }

  /** Keeps a session for this very profile, and forgets those that have expired. */
  async keepSessionFor(profile: Profile, session: KeptSession): Promise<void> {
    if (session.credentials === this.#kept.session?.credentials) return;
    const alive = Object.entries(this.#kept.others ?? {})
      .filter(([, each]) => lasting(each, 0, this.now()) !== undefined);
    const { credentials, serialNumber } = session;
    const others = {
      ...Object.fromEntries(alive),
      [requestKey(profile)]: { credentials, serialNumber },
    };
    await this.#keep({ ...this.#kept, others });
  }

  /** Whether a key id is that of the session kept here. */
  isOurs(accessKeyId: string): boolean {
    return this.#kept.session?.credentials.accessKeyId === accessKeyId;
  }

  /** Keeps a session, unless the one before lasts longer. */
  async keepSession(session: MfaSession): Promise<void> {
    const before = this.#kept.session?.credentials.expiration;
    if (before !== undefined && before > session.credentials.expiration) return;
    await this.#keep({ ...this.#kept, session });
  }

  /** Forgets a session that AWS no longer takes. */
  dropSession(): Promise<void> {
    const { session: _, ...rest } = this.#kept;
    return this.#keep(rest);
  }

  /** Forgets all sessions; whether there were any. */
  async clear(): Promise<boolean> {
    const { session, others, ...rest } = this.#kept;
    if (session === undefined && others === undefined) return false;
    await this.#keep(rest);
    return true;
  }

  /** Whether AWS took this code from this device already. */
  async isUsedCode(serialNumber: string, tokenCode: string): Promise<boolean> {
    const { usedCode } = this.#kept;
    if (usedCode === undefined) return false;
    if (-secondsLeft(usedCode.usedAt, this.now()) > codeLifeSeconds) return false;
    return usedCode.digest === await digest(`${serialNumber} ${tokenCode}`);
  }

  /** Remembers the code as used. */
  async keepUsedCode(serialNumber: string, tokenCode: string): Promise<void> {
    await this.#keep({
      ...this.#kept,
      usedCode: { digest: await digest(`${serialNumber} ${tokenCode}`), usedAt: this.now() },
    });
  }

  /** Releases the lock. */
  close(): void {
    this.file?.close();
  }

  async #keep(kept: KeptSessions): Promise<void> {
    this.#kept = kept;
    const bytes = new TextEncoder().encode(serialiseKeptSessions(kept));
    // What can't be kept costs a code at the next run, and nothing else.
    await this.file?.replace(bytes).catch(() => {});
  }
}

/**
 * Whether a key id is that of the kept session, for who only looks: without the lock. Emulators of
 * STS give sessions with key ids like long-term ones.
 */
export async function isKeptSession(
  context: Context,
  profile: ScopedProfile,
  accessKeyId: string,
): Promise<boolean> {
  const { session } = await readKeptSessions(context, profile);
  return session?.credentials.accessKeyId === accessKeyId;
}

/** The session kept for this very profile, for who only looks: without the lock. */
export async function keptSession(
  context: Context,
  profile: Profile,
  seconds: number,
): Promise<KeptSession | undefined> {
  return keptFor(await readKeptSessions(context, profile), profile, seconds, context.clock.now());
}

async function readKeptSessions(context: Context, profile: ScopedProfile): Promise<KeptSessions> {
  try {
    const { path } = await cachePath(context, profile);
    await requireOurs(context, path);
    const bytes = await context.files.read(path);
    return bytes === undefined ? {} : parseKeptSessions(bytes);
  } catch {
    return {};
  }
}

function keptFor(
  { session, others }: KeptSessions,
  profile: Profile,
  seconds: number,
  now: Date,
): KeptSession | undefined {
  const { role, durationSeconds, mfa: { serialNumber } } = profile;
  const isPlain = role === undefined && session?.durationSeconds === durationSeconds;
  return [isPlain ? session : undefined, others?.[requestKey(profile)]].find((each) =>
    lasting(each, seconds, now) !== undefined &&
    (serialNumber === undefined || each!.serialNumber === serialNumber)
  );
}

/** The session, unless it has less than `seconds` left. */
function lasting<T extends KeptSession>(
  session: T | undefined,
  seconds: number,
  now: Date,
): T | undefined {
  if (session === undefined) return undefined;
  const left = secondsLeft(session.credentials.expiration, now);
  return left > 0 && left >= seconds ? session : undefined;
}

/** Everything that STS is asked for, beside the proof of MFA. */
function requestKey({ roles, durationSeconds }: Profile): string {
  const hops = roles.map((role) => [role.roleArn, role.roleSessionName, role.externalId]);
  const [first = [undefined, undefined, undefined], ...more] = hops;
  return JSON.stringify([...first, ...more.flat(), durationSeconds]);
}

/**
 * What an MFA session belongs to: the access key, in its partition or at a custom endpoint. A
 * session of one regional endpoint is good in every region.
 */
export function sessionScope(profile: ScopedProfile): string {
  const { source, endpoints, partition } = profile;
  const isRegional = endpoints.sts.origin.kind === "default";
  return `${source.credentials.accessKeyId} ${isRegional ? partition.name : endpoints.sts.value}`;
}

type ScopedProfile = Pick<Profile, "source" | "endpoints" | "partition">;

async function cachePath(
  context: Context,
  profile: ScopedProfile,
): Promise<{ readonly state: string; readonly path: string }> {
  const state = stateDirectory(context);
  if (state === undefined) throw new StsmfaError("FileUnwritable", "HOME is not set");
  const name = await digest(sessionScope(profile));
  return { state, path: `${state}/sessions/${name.slice(0, 32)}.json` };
}
