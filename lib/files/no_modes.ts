/**
 * Detects file systems without modes, such as WSL's drives and FAT: whatever mode is asked for, all
 * files have the same.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { systemErrorCode } from "../storage_error.ts";

/**
 * What such a file system answers an owner who changes a mode, unless it silently ignores the
 * change.
 */
export const refusals: readonly string[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"];

/**
 * Another process that makes the same check may restore the mode in between, but not every time.
 */
const tries = 8;

/**
 * Reports whether a file or folder has a mode that nobody can change. Clears one bit that gives
 * others access, and restores it. What is not ours cannot be tried.
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
    // Modes cannot be changed there now, but they are enforced.
    if (systemErrorCode(error) === "EROFS") return false;
    throw error;
  }
}

/** Sets a mode; returns false if the file system has no modes. */
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
