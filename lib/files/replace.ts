/**
 * Replaces a file in one step: at any moment, also after a crash or on a full disk, it is the old
 * one or the new one.
 *
 * @module
 */

import type { Context, FileStatus, NewFile } from "../context.ts";
import { systemErrorCode } from "../errors.ts";
import { dirname, join } from "../path.ts";

/**
 * Writes a file beside the old one, makes it durable and renames it over the old one, keeping mode
 * and owner. No temporary file is left, whatever fails.
 *
 * @param path where symbolic links have been followed already
 * @param old the file that is replaced, if there is one
 * @param isCurrent looks, at the last moment, whether the file still is what the content was made of
 * @returns whether it was; if not, nothing is replaced
 */
export async function replaceFile(
  context: Context,
  path: string,
  content: Uint8Array,
  old: Replaced | undefined,
  isCurrent: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  const { files } = context;
  const temporary = temporaryName(dirname(path));
  const file = await files.createNew(temporary, 0o600);
  try {
    await fill(file, content, true);
    await adopt(context, temporary, old);
    if (!await isCurrent()) {
      await files.remove(temporary);
      return false;
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw error;
  }
  // The new file is in place; some network file systems cannot sync a directory.
  await files.syncDirectory(dirname(path)).catch(() => {});
  return true;
}

/** What a new file inherits from the one it replaces. */
export type Replaced = Pick<FileStatus, "mode" | "uid" | "gid">;

/**
 * Tries out whether a file in this directory could be replaced by one of that size: created, filled,
 * given to the old one's owner, removed.
 */
export async function rehearse(
  context: Context,
  directory: string,
  size: number,
  old: Replaced | undefined,
): Promise<void> {
  const { files } = context;
  const temporary = temporaryName(directory);
  const file = await files.createNew(temporary, 0o600);
  try {
    await fill(file, new Uint8Array(size), false);
    await adopt(context, temporary, old);
  } finally {
    // Another run may have taken it for a leftover.
    await files.remove(temporary).catch((error) => {
      if (systemErrorCode(error) !== "ENOENT") throw error;
    });
  }
}

/** Gives a new file owner and mode of the old one. */
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
      // What root writes in another user's folder is that user's, whosever it was.
      groupBits = 0;
    } else if (fresh?.uid !== old.uid || fresh?.gid !== old.gid) {
      try {
        await files.changeOwner(temporary, old.uid, old.gid);
      } catch (error) {
        // Who owns a file may not be in its group; then the group loses what it could do.
        if (fresh?.uid !== old.uid || systemErrorCode(error) !== "EPERM") throw error;
        groupBits = 0;
      }
    }
  }
  const mode = old?.mode === undefined ? 0o600 : old.mode & (0o7707 | groupBits);
  if (mode !== 0o600) await files.changeMode(temporary, mode);
}

/** The name of a file that is not there yet. */
function temporaryName(directory: string): string {
  return join(directory, `.stsmfa-${crypto.randomUUID()}.tmp`);
}

/**
 * Removes what runs that were killed left in a directory: a copy of the whole file, keys and all. To
 * be called under the lock that all writers of the directory take.
 */
export async function removeLeftovers(context: Context, directory: string): Promise<void> {
  const { files } = context;
  const names = await files.list(directory).catch(() => []);
  const leftovers = names.filter((name) => /^\.stsmfa-[0-9a-f-]{36}\.tmp$/.test(name));
  await Promise.all(leftovers.map((name) => files.remove(join(directory, name)).catch(() => {})));
}

async function fill(file: NewFile, content: Uint8Array, isDurable: boolean): Promise<void> {
  try {
    for (let rest = content; rest.length > 0;) {
      const count = await file.write(rest);
      if (count === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
      rest = rest.subarray(count);
    }
    if (isDurable) await file.sync();
  } finally {
    file.close();
  }
}
