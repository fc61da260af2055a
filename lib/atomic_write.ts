/**
 * Replaces a file in one step: at any moment, also after a crash or on a full disk, it is the old
 * one or the new one.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Context, FileStatus, NewFile } from "./context.ts";

/**
 * Writes a file beside the old one, makes it durable and renames it over the old one, keeping mode
 * and owner. No temporary file is left, whatever fails.
 *
 * @param path where symbolic links have been followed already
 * @param old the file that is replaced, if there is one
 */
export async function replaceFile(
  context: Context,
  path: string,
  content: Uint8Array,
  old: Pick<FileStatus, "mode" | "uid" | "gid"> | undefined,
): Promise<void> {
  const { files } = context;
  const temporary = join(dirname(path), `.stsmfa-${crypto.randomUUID()}.tmp`);
  const file = await files.createNew(temporary, 0o600);
  try {
    await fill(file, content);
    if (old?.uid !== undefined && old.gid !== undefined) {
      const fresh = await files.status(temporary);
      if (fresh?.uid !== old.uid || fresh?.gid !== old.gid) {
        await files.changeOwner(temporary, old.uid, old.gid);
      }
    }
    if (old?.mode !== undefined && old.mode !== 0o600) {
      await files.changeMode(temporary, old.mode);
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw error;
  }
  // The new file is in place; some network file systems cannot sync a directory.
  await files.syncDirectory(dirname(path)).catch(() => {});
}

async function fill(file: NewFile, content: Uint8Array): Promise<void> {
  try {
    for (let rest = content; rest.length > 0;) rest = rest.subarray(await file.write(rest));
    await file.sync();
  } finally {
    file.close();
  }
}
