/**
 * File systems that keep no modes, as WSL's drives and FAT: whatever mode is asked for, all files have
 * the same.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { systemErrorCode } from "../storage_error.ts";

/** What such a file system answers its owner who asks for another mode, if it does not just do nothing. */
export const refusals: readonly string[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"];

/** Another process that tries the same may put the mode back in between, but not each time. */
const tries = 8;

/**
 * Whether a file or a folder has a mode that nobody can change. Its owner asks for another one, with
 * one bit less that lets others read or enter, and puts it back. What is not ours can't be tried.
 */
export async function keepsNoModes(
  { files, userId }: Pick<Context, "files" | "userId">,
  path: string,
): Promise<boolean> {
  const before = await files.linkStatus(path);
  if (before?.mode === undefined || before.linkTarget !== undefined) return false;
  if (before.uid !== userId && userId !== 0) return false;
  const { mode } = before;
  const bit = [0o004, 0o040, 0o001, 0o010, 0o002, 0o020].find((each) => (mode & each) !== 0);
  if (bit === undefined) return false;
  try {
    for (let n = 0; n < tries; n++) {
      if (!await tryMode(files, path, mode & ~bit)) return true;
      if ((await files.linkStatus(path))?.mode !== mode) {
        await files.changeMode(path, mode);
        return false;
      }
    }
    return true;
  } catch (error) {
    // Nobody changes a mode there now, but it counts.
    if (systemErrorCode(error) === "EROFS") return false;
    throw error;
  }
}

/** Sets a mode; false where the file system has none to set. */
export async function tryMode(
  files: Context["files"],
  path: string,
  mode: number,
): Promise<boolean> {
  try {
    await files.changeMode(path, mode);
    return true;
  } catch (error) {
    if (refusals.includes(systemErrorCode(error) ?? "")) return false;
    throw error;
  }
}
