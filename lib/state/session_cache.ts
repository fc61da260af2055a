/**
 * MFA sessions kept between runs, so that one code serves many profiles; sessions that cannot be in
 * the credentials file; and the lock under which one process asks for a code while the others wait.
 *
 * One file per access key and endpoint, mode 0600, in the state directory. It holds session
 * credentials, as the AWS CLI's own cache does. The lock is on that file too, and passes to the one
 * that replaces it: a process that waited for the old one checks whether it is still the one at the
 * path, and if not, starts over.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { acquireLock, NoLongerNeeded } from "../files/lock.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile, replaceLocked } from "../files/replace.ts";
import { basename, dirname, join } from "../path.ts";
import type { Profile } from "../profile/profile.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";
import {
  type Asking,
  forgetAsking,
  noteAsking,
  noteRefusal,
  readAsking,
  readRefusal,
  refusalCodes,
  type WindowRefusal,
} from "./asking.ts";
import { closeToOthers, openStateFolder } from "./folder.ts";
import {
  type KeptSession,
  type KeptSessions,
  type MfaSession,
  openSessions,
  type Sealer,
  serialiseKeptSessions,
} from "./kept_sessions.ts";
import {
  type CachePath,
  cachePath,
  keptFor,
  lasting,
  parseOrNone,
  readKept,
  requestKey,
  type ScopedProfile,
} from "./session_lookup.ts";

/** AWS accepts codes of neighbouring time windows too; later the same digits are another code. */
const codeLifeSeconds = 90;

/** A wait for another process; times are in milliseconds. */
export interface CacheWait {
  readonly waited: number;
  readonly left: number;
  /** What that process asks somebody. */
  readonly asking: Asking | undefined;
}

/** How a cache is opened. */
export interface SessionCacheOptions {
  /** How long to wait for a process that holds it. */
  readonly timeoutSeconds: number;
  /** Called again and again while another process holds it. */
  readonly onWait: (wait: CacheWait) => void | Promise<void>;
  /** Called with warnings about where sessions are kept. */
  readonly warn?: (message: string) => void;
  /** Without it, sealed sessions cannot be used, and stay sealed. */
  readonly sealing?: Sealing | undefined;
}

/** How sealed sessions are opened. */
export interface Sealing {
  readonly sealer: Sealer;
  /** Whether what is kept is sealed, too. */
  readonly seals: boolean;
}

/** What keeps sealed sessions from being opened now, though not for ever. */
const storeFaults: readonly string[] = ["KeyStoreLocked", "KeyStoreUnusable"];

/** The file of a cache, while its lock is held. */
interface Locked {
  readonly path: string;
  /** What the file is called, wherever a link there leads. */
  readonly name: string;
  /** Locks of the file and of those that we replaced: an older stsmfa may be waiting for one. */
  readonly locks: LockableFile[];
}

/** The sessions kept for one source's access key, locked until it is closed. */
export class SessionCache {
  #kept: KeptSessions = {};
  #locked: Locked | undefined;
  #fault: string | undefined;

  #sealing: Sealing | undefined;
  #refusal: WindowRefusal | undefined;

  private constructor(private readonly context: Context) {}

  /** Returns a cache that keeps nothing: for credentials that are given anew each time. */
  static none(context: Context): SessionCache {
    return new SessionCache(context);
  }

  /**
   * Opens and locks the cache of a profile's source. If that fails, nothing more is kept, and
   * `fault` says why.
   *
   * @throws StsmfaError `LockTimeout`; `UntrustedFile` if another user could have put sessions
   * there; `NoLongerNeeded` if `onWait` does
   */
  static async open(
    context: Context,
    profile: ScopedProfile,
    options: SessionCacheOptions,
  ): Promise<SessionCache> {
    const cache = new SessionCache(context);
    cache.#sealing = options.sealing;
    let path = "";
    try {
      const found = await cachePath(context, profile);
      path = found.path;
      await cache.#open(found, options);
    } catch (error) {
      cache.close();
      if (error instanceof NoLongerNeeded) throw error;
      const isFinal = error instanceof StsmfaError &&
        ["LockTimeout", "UntrustedFile", ...storeFaults].includes(error.code);
      if (isFinal || context.signal.aborted) throw error;
      cache.#fault = reasonOf(path, error);
      // Sessions kept before can be used until they expire.
      if (isReadOnly(error)) {
        const kept = await readKept(context, path);
        cache.#kept = options.sealing ? await openSessions(kept, options.sealing.sealer) : kept;
      }
    }
    return cache;
  }

  async #open(
    { state, path }: CachePath,
    { timeoutSeconds, onWait, warn }: SessionCacheOptions,
  ): Promise<void> {
    const { files, os } = this.context;
    await openStateFolder(this.context, state, "sessions", warn);
    const real = await requireOurs(this.context, path);
    await closeToOthers(this.context, real, 0o600, warn);
    // On Windows a locked file can be neither read nor replaced.
    const isBeside = os === "windows";
    const lock = await acquireLock(this.context, isBeside ? `${path}.lock` : real, {
      kind: isBeside ? "mark" : "file",
      timeoutSeconds,
      onWait: async (waited, left) =>
        await onWait({ waited, left, asking: await readAsking(this.context, real) }),
    });
    this.#locked = { path: real, name: basename(path), locks: [lock] };
    this.#refusal = await readRefusal(this.context, real);
    // A process that was killed while it asked could not. How a window ended is for all who wait.
    if (this.#refusal === undefined) await forgetAsking(this.context, real);
    // A file that cannot be read is not replaced either: it is still there.
    let bytes: Uint8Array | undefined;
    try {
      bytes = await files.read(real);
    } catch (error) {
      throw storageError("read", path, error);
    }
    this.#kept = bytes === undefined ? {} : parseOrNone(bytes, path);
    if (this.#sealing !== undefined) {
      this.#kept = await openSessions(this.#kept, this.#sealing.sealer);
    }
  }

  /** Why nothing is kept for the next run, or `undefined`. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Returns the MFA session, unless it has less than `seconds` left. */
  session(seconds: number): MfaSession | undefined {
    return lasting(this.#kept.session, seconds, this.#now());
  }

  /** Returns the session kept for this very profile, unless it has less than `seconds` left. */
  sessionFor(profile: Profile, seconds: number): KeptSession | undefined {
    return keptFor(this.#kept, profile, seconds, this.#now());
  }

  /** Keeps a session for this very profile, and forgets expired ones. */
  keepSessionFor(profile: Profile, session: KeptSession): Promise<void> {
    return this.keepSessionsFor([{ profile, ...session }]);
  }

  /** Does the same with several, which are written at once. */
  async keepSessionsFor(
    sessions: readonly (KeptSession & { readonly profile: Profile })[],
  ): Promise<void> {
    const added = sessions.flatMap(({ profile, credentials, serialNumber }) => {
      const key = requestKey(profile);
      const isKept = [this.#kept.session, this.#kept.others?.[key]]
        .some((each) => each?.credentials === credentials);
      const kept = { credentials, ...(serialNumber !== undefined && { serialNumber }) };
      return isKept && this.#fault === undefined ? [] : [[key, kept] as const];
    });
    if (added.length === 0) return;
    const alive = Object.entries(this.#kept.others ?? {})
      .filter(([, each]) => lasting(each, 0, this.#now()) !== undefined);
    await this.#keep({ ...this.#kept, others: Object.fromEntries([...alive, ...added]) });
  }

  /** Reports whether a key ID is that of the kept MFA session. */
  isOurs(accessKeyId: string): boolean {
    return this.#kept.session?.credentials.accessKeyId === accessKeyId;
  }

  /** Keeps a session, unless the previous one lasts longer. */
  async keepSession(session: MfaSession): Promise<void> {
    const before = this.#kept.session?.credentials.expiration;
    const isBetter = before === undefined || before <= session.credentials.expiration;
    await this.#keep(isBetter ? { ...this.#kept, session } : this.#kept);
  }

  /** Forgets a session that AWS no longer accepts. */
  dropSession(): Promise<void> {
    const { session: _, ...rest } = this.#kept;
    return this.#keep(rest);
  }

  /**
   * Forgets all sessions; returns whether there were any and they are gone.
   *
   * @throws StsmfaError if they stay for a reason other than `fault`
   */
  async clear(): Promise<boolean> {
    const { session, others, ...rest } = this.#kept;
    if (session === undefined && others === undefined) return false;
    if (this.#locked === undefined) return false;
    const { path } = this.#locked;
    await this.#keep(rest);
    if (this.#fault !== undefined) {
      // Removing a file works on a full disk too.
      await this.context.files.remove(path).catch((error) => {
        throw storageError("write", path, error);
      });
    }
    return true;
  }

  /** Writes what is kept again: sealed, if it is to be, and plain, if not. */
  async rewrite(): Promise<void> {
    const { session, others } = this.#kept;
    if (session !== undefined || others !== undefined) await this.#keep(this.#kept);
  }

  /** Tells those who wait for us that somebody is asked, and where; returns how to take it back. */
  async noteAsking(asking: Asking): Promise<() => Promise<void>> {
    const { context } = this;
    const path = this.#locked?.path;
    if (path === undefined) return async () => {};
    await noteAsking(context, path, asking);
    return () => forgetAsking(context, path);
  }

  /** Has those who wait for us open no window of their own: the person has sent ours away. */
  async noteRefusal({ code }: StsmfaError): Promise<void> {
    if (this.#locked === undefined || !refusalCodes.includes(code)) return;
    await noteRefusal(this.context, this.#locked.path, { at: this.#now(), code });
  }

  /** Returns how a window ended, as an error, that another process has opened since then. */
  refusalSince(startedAt: Date): StsmfaError | undefined {
    const refusal = this.#refusal;
    if (refusal === undefined || refusal.at <= startedAt) return undefined;
    return new StsmfaError(refusal.code, refusalWords(refusal.code), {
      ...(refusal.code !== "Cancelled" && { hint: "run the same command again" }),
    });
  }

  /** Reports whether AWS has already got this code of this device, for whichever access key. */
  async isUsedCode(serialNumber: string, tokenCode: string): Promise<boolean> {
    if (await this.isOwnCode(serialNumber, tokenCode)) return true;
    const { files } = this.context;
    const path = this.#locked?.path;
    if (path === undefined) return false;
    const folder = dirname(path);
    const others = (await files.list(folder).catch(() => [])).map((name) => join(folder, name))
      .filter((each) => each.endsWith(".json") && each !== path);
    for (const other of others) {
      const bytes = await files.read(other).catch(() => undefined);
      if (bytes === undefined) continue;
      if (await this.#isCodeOf(parseOrNone(bytes, other), serialNumber, tokenCode)) return true;
    }
    return false;
  }

  /** Reports whether AWS has got this code of this device for the access key of this cache. */
  isOwnCode(serialNumber: string, tokenCode: string): Promise<boolean> {
    return this.#isCodeOf(this.#kept, serialNumber, tokenCode);
  }

  async #isCodeOf(
    { usedCode }: KeptSessions,
    serialNumber: string,
    tokenCode: string,
  ): Promise<boolean> {
    if (usedCode === undefined) return false;
    if (-secondsLeft(usedCode.usedAt, this.#now()) > codeLifeSeconds) return false;
    return usedCode.digest === await digest(`${serialNumber} ${tokenCode}`);
  }

  /** Remembers the code as used. */
  async keepUsedCode(serialNumber: string, tokenCode: string): Promise<void> {
    await this.noteUsedCode(serialNumber, tokenCode);
    await this.#keep(this.#kept);
  }

  /** Does the same for a code that gave a session; it is written when the session is kept. */
  async noteUsedCode(serialNumber: string, tokenCode: string): Promise<void> {
    this.#kept = {
      ...this.#kept,
      usedCode: { digest: await digest(`${serialNumber} ${tokenCode}`), usedAt: this.#now() },
    };
  }

  /** Releases the lock. */
  close(): void {
    for (const lock of this.#locked?.locks ?? []) lock.close();
    this.#locked = undefined;
  }

  /** A failure to keep sessions costs a code at the next run, and nothing else. */
  async #keep(kept: KeptSessions): Promise<void> {
    this.#kept = kept;
    const locked = this.#locked;
    if (locked === undefined) return;
    try {
      const sealer = this.#sealing?.seals ? this.#sealing.sealer : undefined;
      const text = await serialiseKeptSessions(kept, locked.name, sealer);
      await this.#write(locked, new TextEncoder().encode(text));
      this.#fault = undefined;
    } catch (error) {
      this.#fault = reasonOf(locked.path, error);
    }
  }

  async #write(locked: Locked, bytes: Uint8Array): Promise<void> {
    const { path } = locked;
    const old = await this.context.files.status(path);
    const asOld = old && { ...old, mode: 0o600 };
    if (this.context.os === "windows") {
      await replaceFile(this.context, path, bytes, asOld);
      return;
    }
    locked.locks.push((await replaceLocked(this.context, path, bytes, asOld))!);
  }

  #now(): Date {
    return this.context.clock.now();
  }
}

function refusalWords(code: WindowRefusal["code"]): string {
  if (code === "Cancelled") return "cancelled, in the window of another stsmfa";
  return code === "TokenCodeRefused"
    ? "AWS refused the codes that were typed in the window of another stsmfa"
    : "no code was typed in the window of another stsmfa";
}

/** Reports whether an error comes from a read-only file system. */
function isReadOnly(error: unknown): boolean {
  const cause = error instanceof StsmfaError ? error.cause : error;
  return systemErrorCode(cause) === "EROFS";
}

/** Returns why nothing was kept; no error at all may cost the user the current session. */
function reasonOf(path: string, error: unknown): string {
  try {
    return storageError("write", path, error).message;
  } catch {
    return error instanceof Error ? error.message : "unknown fault";
  }
}
