/**
 * The temporary file used to replace a file. It has a fixed name, next to its target, so that what
 * a killed run left is found; its lock tells whether it is in use, so that two runs never write the
 * same one.
 *
 * @module
 */

import type { Context, NewFile } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { pathWord } from "../hint_words.ts";
import { basename, dirname, join } from "../path.ts";
import { systemErrorCode } from "../storage_error.ts";
import { canNotLock, editSeconds, Patience } from "./lock.ts";

/** A file that is to replace another one; nobody else writes it. */
export interface TemporaryFile {
  readonly path: string;
  readonly file: NewFile;
}

/** Who puts something there again and again is removed so often before others get their turn. */
const mostRemovals = 100;

/** Returns the path of a temporary file: for `credentials` it is `.credentials.stsmfa-tmp`. */
export function temporaryPath(target: string): string {
  return join(dirname(target), `.${basename(target)}.stsmfa-tmp`);
}

/**
 * Creates the temporary file of a target, empty, with mode 0600 and locked. Waits while another
 * process uses it; removes a leftover, a link or anything else at its path.
 *
 * @throws StsmfaError `LockTimeout`; what the file system throws
 */
export async function createTemporary(context: Context, target: string): Promise<TemporaryFile> {
  const path = temporaryPath(target);
  const patience = new Patience(context, path, editSeconds);
  try {
    return await createPatiently(context, path, patience);
  } finally {
    patience.end();
  }
}

async function createPatiently(
  context: Context,
  path: string,
  patience: Patience,
): Promise<TemporaryFile> {
  let removals = mostRemovals;
  for (;;) {
    const file = await createOrUndefined(context, path);
    if (file !== undefined) {
      let isOurs = false;
      try {
        // Until it is locked, another run may take it for a leftover.
        isOurs = await lock(file) && await file.isAt(path);
        if (isOurs) return { path, file };
      } catch (error) {
        await context.files.remove(path).catch(() => {});
        throw error;
      } finally {
        if (!isOurs) file.close();
      }
    } else if (await removeUnlessLocked(context, path) && --removals > 0) continue;
    await patience.wait();
    removals = mostRemovals;
  }
}

async function createOrUndefined(context: Context, path: string): Promise<NewFile | undefined> {
  try {
    return await context.files.createNew(path, 0o600);
  } catch (error) {
    // Where root makes one for another user, that user may have put something else in its place.
    if (["EEXIST", "ESTALE"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw error;
  }
}

/**
 * Removes a temporary file that is not in use; a link, or a file that we may not read, at once.
 *
 * @returns whether it is gone
 */
export async function removeUnlessLocked(context: Context, path: string): Promise<boolean> {
  const { files } = context;
  try {
    const file = await files.openExisting(path);
    try {
      if (file !== undefined) {
        if (!await lock(file)) return false;
        // Whoever held the lock has renamed or removed it.
        if (!await file.isAt(path)) return true;
      }
      await files.remove(path);
    } finally {
      file?.close();
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOTEMPTY") throw inTheWay(path, error);
    if (code !== "ENOENT" && code !== "ESTALE") throw error;
  }
  return true;
}

function inTheWay(path: string, cause: unknown): StsmfaError {
  const what = `${path} is a folder, where a temporary file should go`;
  const hint = `see what is in it, and move it away: ls -la ${pathWord(path)}`;
  return new StsmfaError("FileUnwritable", what, { hint, cause });
}

/** Without locks, the later process wins and the other one starts over. */
async function lock(file: Pick<NewFile, "tryLock">): Promise<boolean> {
  try {
    return await file.tryLock();
  } catch (error) {
    if (canNotLock(error)) return true;
    throw error;
  }
}
