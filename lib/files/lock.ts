/**
 * Advisory locks between processes. The kernel releases them when a process dies, so there is
 * nothing to clean up after a crash.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { dirname } from "../path.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";
import { requireOurs } from "./ours.ts";

/** Learns how long a wait lasts already, and how long it may go on, in milliseconds. */
export type OnWait = (waited: number, left: number) => void | Promise<void>;

/** What to lock, and how long to wait for it. */
export interface LockOptions {
  /** A `mark` is a file that is there for its lock alone, and gone when that is released. */
  readonly kind: "file" | "mark" | "directory";
  readonly timeoutSeconds: number;
  /** Called before each pause while the lock is not free. */
  readonly onWait?: OnWait;
}

/** How long to wait for another process to edit a file, which takes milliseconds. */
export const editSeconds = 30;

/**
 * Opens and locks a file or directory; closing it releases the lock. The locked file is the one
 * that is at the path now, even if the previous holder of the lock replaced it.
 *
 * @throws StsmfaError `LockTimeout` if it stays locked, `FileUnwritable`
 */
export async function acquireLock(
  context: Context,
  path: string,
  { kind, timeoutSeconds, onWait }: LockOptions,
): Promise<LockableFile> {
  const patience = new Patience(context, path, timeoutSeconds, onWait);
  try {
    return await locked(context, path, kind, patience);
  } finally {
    patience.end();
  }
}

async function locked(
  context: Context,
  path: string,
  kind: LockOptions["kind"],
  patience: Patience,
): Promise<LockableFile> {
  let refusals = 0;
  for (;;) {
    let file: LockableFile;
    try {
      file = await context.files.openLockable(path, kind);
    } catch (error) {
      if (!isBeingRemoved(context, kind, error) || ++refusals > mostRefusals) {
        throw storageError("lock", path, error);
      }
      await patience.wait();
      continue;
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

/** How often we try again: for two seconds, longer than anybody waits with such a file open. */
const mostRefusals = 14;

/** On Windows, a removed file cannot be opened until everybody who waited for it has closed it. */
function isBeingRemoved({ os }: Context, kind: LockOptions["kind"], error: unknown): boolean {
  return os === "windows" && kind === "mark" && systemErrorCode(error) === "EACCES";
}

/**
 * Locks the directory of a file that is to be replaced, since a lock on the file would go with it;
 * where directories cannot be locked (Windows, NFS), locks a file next to it, which is gone
 * afterwards.
 *
 * @throws StsmfaError `LockTimeout`, `FileUnwritable`, `UntrustedFile`
 */
export async function lockDirectoryOf(context: Context, path: string): Promise<LockableFile> {
  const timeoutSeconds = editSeconds;
  const lockBeside = async () => {
    await requireOurs(context, `${path}.lock`);
    return await acquireLock(context, `${path}.lock`, { kind: "mark", timeoutSeconds });
  };
  if (context.os === "windows") return await lockBeside();
  try {
    return await acquireLock(context, dirname(path), { kind: "directory", timeoutSeconds });
  } catch (error) {
    if (error instanceof StsmfaError && canNotLock(error.cause)) return await lockBeside();
    throw error;
  }
}

/** Reports whether an error means that the file system cannot lock the file or directory. */
export function canNotLock(error: unknown): boolean {
  const codes = ["EBADF", "ENOLCK", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "ENOSYS"];
  return codes.includes(systemErrorCode(error) ?? "");
}

/** Waits for another process with growing pauses, up to a time limit. */
export class Patience {
  #pause = 5;
  #isTold = false;
  #waited = 0;
  readonly #end: number;
  readonly #milliseconds: number;

  constructor(
    private readonly context: Context,
    private readonly path: string,
    seconds: number,
    private readonly onWait?: OnWait,
  ) {
    this.#milliseconds = seconds * 1000;
    this.#end = context.clock.now().getTime() + this.#milliseconds;
  }

  /** @throws StsmfaError `LockTimeout`, and the signal's reason */
  async wait(): Promise<void> {
    const { clock, signal } = this.context;
    // A clock that is put back while we wait makes nothing last longer.
    const left = Math.min(
      this.#end - clock.now().getTime(),
      this.#milliseconds - this.#waited,
    );
    if (this.onWait !== undefined) await this.onWait(this.#waited, left);
    else if (this.#waited >= 1000) this.#tell(left);
    if (left < 0) {
      throw new StsmfaError("LockTimeout", `another stsmfa has held ${this.path} for too long`, {
        hint: "answer or stop the other one; to find it: ps aux | grep stsmfa",
      });
    }
    await clock.sleep(this.#pause, signal);
    this.#waited += this.#pause;
    this.#pause = Math.min(this.#pause * 2, 200);
  }

  /** Takes off the screen what was said. */
  end(): void {
    if (this.#isTold) this.context.waits?.endProgress();
  }

  #tell(left: number): void {
    this.#isTold = true;
    const seconds = Math.max(0, Math.ceil(left / 1000));
    this.context.waits?.progress(
      `waiting for another stsmfa that holds ${this.path}, ${seconds} s left`,
    );
  }
}
