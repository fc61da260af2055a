/**
 * Advisory locks between processes. The kernel releases them when a process dies, so there is
 * nothing to clean up after a crash.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { storageError, StsmfaError, systemErrorCode } from "../errors.ts";
import { dirname } from "../path.ts";
import { requireOurs } from "./ours.ts";

/** How long to wait for whom. */
export interface LockOptions {
  readonly kind: "file" | "directory";
  readonly timeoutSeconds: number;
  /** Called once, when the lock is not free at the first try. */
  readonly onWait?: () => void;
}

/** Who edits a file in one step is waited for this long; it takes milliseconds. */
export const editSeconds = 30;

/**
 * Opens and locks; closing the file releases the lock. The file that is locked is the one that the
 * path leads to, also where whoever held the lock has replaced it.
 *
 * @throws StsmfaError `LockTimeout` when it stays taken, `FileUnwritable`
 */
export async function acquireLock(
  context: Context,
  path: string,
  { kind, timeoutSeconds, onWait }: LockOptions,
): Promise<LockableFile> {
  const patience = new Patience(context, path, timeoutSeconds, onWait);
  for (;;) {
    let file: LockableFile;
    try {
      file = await context.files.openLockable(path, kind);
    } catch (error) {
      throw storageError("lock", path, error);
    }
    let isLocked = false;
    try {
      while (!await file.tryLock()) await patience.wait();
      isLocked = kind === "directory" || await file.isAt(path);
    } catch (error) {
      throw storageError("lock", path, error);
    } finally {
      if (!isLocked) file.close();
    }
    if (isLocked) return file;
  }
}

/**
 * Locks the directory of a file that is to be replaced, since a lock on the file would be gone with
 * it; where directories can't be locked (Windows, NFS), a file beside it.
 *
 * @throws StsmfaError `LockTimeout`, `FileUnwritable`, `UntrustedFile`
 */
export async function lockDirectoryOf(context: Context, path: string): Promise<LockableFile> {
  const timeoutSeconds = editSeconds;
  const lockBeside = async () => {
    await requireOurs(context, `${path}.lock`);
    return await acquireLock(context, `${path}.lock`, { kind: "file", timeoutSeconds });
  };
  if (context.os === "windows") return await lockBeside();
  try {
    return await acquireLock(context, dirname(path), { kind: "directory", timeoutSeconds });
  } catch (error) {
    if (error instanceof StsmfaError && canNotLock(error.cause)) return await lockBeside();
    throw error;
  }
}

/** Whether a fault says that the file system has no locks for what was to be locked. */
export function canNotLock(error: unknown): boolean {
  const codes = ["EBADF", "ENOLCK", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "ENOSYS"];
  return codes.includes(systemErrorCode(error) ?? "");
}

/** Waits for others, longer and longer, until it has been too long. */
export class Patience {
  #pause = 5;
  #waited = 0;
  readonly #end: number;
  readonly #milliseconds: number;

  constructor(
    private readonly context: Context,
    private readonly path: string,
    seconds: number,
    private readonly onWait?: () => void,
  ) {
    this.#milliseconds = seconds * 1000;
    this.#end = context.clock.now().getTime() + this.#milliseconds;
  }

  /** @throws StsmfaError `LockTimeout`, and the signal's reason */
  async wait(): Promise<void> {
    const { clock, signal } = this.context;
    if (this.#pause === 5) this.onWait?.();
    // A clock that is put back while we wait makes nothing last longer.
    if (clock.now().getTime() > this.#end || this.#waited > this.#milliseconds) {
      throw new StsmfaError("LockTimeout", `another stsmfa has held ${this.path} for too long`, {
        hint:
          "one that asks for a code in another terminal? answer it, or end it; to see who it is: ps aux | grep stsmfa",
      });
    }
    await clock.sleep(this.#pause, signal);
    this.#waited += this.#pause;
    this.#pause = Math.min(this.#pause * 2, 200);
  }
}
