/**
 * Advisory locks between processes. The kernel releases them when a process dies, so there is
 * nothing to clean up after a crash.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { storageError, StsmfaError } from "../errors.ts";

/** How long to wait for whom. */
export interface LockOptions {
  readonly kind: "file" | "directory";
  readonly timeoutSeconds: number;
  /** Called once, when the lock is not free at the first try. */
  readonly onWait?: () => void;
}

/**
 * Opens and locks; closing the file releases the lock.
 *
 * @throws StsmfaError `LockTimeout` when it stays taken, `FileUnwritable`
 */
export async function acquireLock(
  context: Context,
  path: string,
  options: LockOptions,
): Promise<LockableFile> {
  let file: LockableFile;
  try {
    file = await context.files.openLockable(path, options.kind);
  } catch (error) {
    throw storageError("lock", path, error);
  }
  const end = context.clock.now().getTime() + options.timeoutSeconds * 1000;
  try {
    for (let pause = 5; !(await file.tryLock()); pause = Math.min(pause * 2, 200)) {
      if (pause === 5) options.onWait?.();
      if (context.clock.now().getTime() > end) {
        throw new StsmfaError("LockTimeout", `another stsmfa has held ${path} for too long`, {
          hint:
            "one that asks for a code in another terminal? answer it, or end it; to see who it is: ps aux | grep stsmfa",
        });
      }
      await context.clock.sleep(pause, context.signal);
    }
    return file;
  } catch (error) {
    file.close();
    if (error instanceof StsmfaError) throw error;
    throw storageError("lock", path, error);
  }
}
