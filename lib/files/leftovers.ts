/**
 * Removes what killed runs left: temporary files with the keys and sessions of the files that they
 * were to replace. Loaded only if there is something to remove.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { join } from "../path.ts";
import { foreignPart, type OursOptions } from "./ours.ts";
import { removeUnlessLocked } from "./temporary.ts";

/** Names of our temporary files; older versions used the second form. */
const leftoverName = /^\.(.+\.stsmfa-tmp|stsmfa-[0-9a-f-]{36}\.tmp)$/;

/**
 * Removes leftovers from a directory whose lock (`lockDirectoryOf`) is held. Files that cannot be
 * removed stay.
 */
export async function removeLeftovers(context: Context, directory: string): Promise<void> {
  const names = await context.files.list(directory).catch(() => []);
  for (const name of names.filter((each) => leftoverName.test(each))) {
    await removeUnlessLocked(context, join(directory, name)).catch(() => {});
  }
}

/**
 * Does the same without holding the lock; removes nothing if another process holds it, nor from a
 * folder that we would not write to, since it is another user's.
 */
export async function sweep(
  context: Context,
  directory: string,
  options: OursOptions = {},
): Promise<void> {
  const names = await context.files.list(directory).catch(() => []);
  if (!names.some((each) => leftoverName.test(each))) return;
  let lock: LockableFile | undefined;
  try {
    if (await foreignPart(context, directory, options) !== undefined) return;
    // Older versions do not lock their temporary files.
    if (context.os !== "windows") {
      lock = await context.files.openLockable(directory, "directory");
      if (!await lock.tryLock().catch(() => true)) return;
    }
    await removeLeftovers(context, directory);
  } catch {
    /* the next run tries again */
  } finally {
    lock?.close();
  }
}
