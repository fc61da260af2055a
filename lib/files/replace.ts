/**
 * Replaces a file atomically: at any moment, even after a crash or on a full disk, it is either the
 * old one or the new one.
 *
 * @module
 */

import type { Context, FileStatus, LockableFile } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { dirname } from "../path.ts";
import { systemErrorCode } from "../storage_error.ts";
import { createTemporary, type TemporaryFile } from "./temporary.ts";
import { writeAll } from "./write.ts";

/** How often to retry when a program ignores the lock and removes our temporary file. */
const mostAttempts = 5;

/**
 * Writes a file next to the old one, syncs it and renames it over the old one, keeping mode and
 * owner. Leaves no temporary file, whatever fails.
 *
 * @param path the path, with symbolic links resolved
 * @param old the file to replace, if there is one
 * @param isCurrent checks, at the last moment, that the file is still the one the content was made
 * from; no other replacement of the file is under way then
 * @returns whether it was; if not, nothing is replaced
 * @throws StsmfaError `LockTimeout`; what the file system throws
 */
export async function replaceFile(
  context: Context,
  path: string,
  content: Uint8Array,
  old: Replaced | undefined,
  isCurrent?: () => Promise<boolean>,
): Promise<boolean> {
  const file = await replaceLocked(context, path, content, old, isCurrent);
  file?.close();
  return file !== undefined;
}

/**
 * Does the same for a file whose lock we hold: the new one is locked before it replaces the old
 * one, and stays locked until it is closed.
 */
export async function replaceLocked(
  context: Context,
  path: string,
  content: Uint8Array,
  old: Replaced | undefined,
  isCurrent: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<LockableFile | undefined> {
  const { files } = context;
  for (let attempt = 1;; attempt++) {
    const temporary = await createTemporary(context, path);
    const { file } = temporary;
    let isDone = false;
    try {
      await writeAll(file, content);
      await file.sync();
      await adopt(context, temporary.path, old).catch(async (error) => {
        if (await file.isAt(temporary.path)) throw error;
      });
      if (!await isCurrent()) return undefined;
      if (await file.isAt(temporary.path)) {
        await files.rename(temporary.path, path);
        isDone = true;
      }
    } finally {
      if (!isDone) await discard(context, temporary);
    }
    if (isDone) {
      // The file is already replaced; some network file systems cannot sync a directory.
      await files.syncDirectory(dirname(path)).catch(() => {});
      return file;
    }
    if (attempt === mostAttempts) {
      throw new StsmfaError("FileUnwritable", `another program removes ${temporary.path}`);
    }
  }
}

/** Removes the temporary file, unless another file is there by now. */
async function discard(context: Context, { path, file }: TemporaryFile): Promise<void> {
  try {
    if (await file.isAt(path).catch(() => true)) await context.files.remove(path);
  } catch {
    /* the next run finds it */
  } finally {
    file.close();
  }
}

/** What a new file inherits from the one it replaces. */
export type Replaced = Pick<FileStatus, "mode" | "uid" | "gid">;

/**
 * Makes sure that a file could be replaced by one of that size: creates one, fills it, gives it to
 * the old one's owner and removes it.
 */
export async function rehearse(
  context: Context,
  path: string,
  size: number,
  old: Replaced | undefined,
): Promise<void> {
  const temporary = await createTemporary(context, path);
  try {
    await writeAll(temporary.file, new Uint8Array(size));
    await adopt(context, temporary.path, old);
  } finally {
    await discard(context, temporary);
  }
}

/** Gives a new file the owner and mode of the old one. */
async function adopt(
  context: Context,
  temporary: string,
  old: Replaced | undefined,
): Promise<void> {
  const { files } = context;
  let groupBits = 0o070;
  if (old?.uid !== undefined && old.gid !== undefined) {
    const fresh = await files.status(temporary);
    if (context.userId === 0 && fresh?.uid !== 0 && fresh?.uid !== old.uid) {
      // What root writes in another user's folder belongs to that user, whoever owned it before.
      groupBits = 0;
    } else if (fresh?.uid !== old.uid || fresh?.gid !== old.gid) {
      try {
        await files.changeOwner(temporary, old.uid, old.gid);
      } catch (error) {
        // The owner of a file may not be in its group; then the group loses its access.
        if (fresh?.uid !== old.uid || systemErrorCode(error) !== "EPERM") throw error;
        groupBits = 0;
      }
    }
  }
  const mode = old?.mode === undefined ? 0o600 : old.mode & (0o7707 | groupBits);
  if (mode !== 0o600) await files.changeMode(temporary, mode);
}
