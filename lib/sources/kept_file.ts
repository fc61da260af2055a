/**
 * The files in which AWS's tools keep a sign-in: read if they are ours, replaced in one step.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { lockDirectoryOf } from "../files/lock.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { storageError } from "../storage_error.ts";

/**
 * Returns a file's text, or `undefined` if there is none.
 *
 * @throws StsmfaError `UntrustedFile` if another user could have written it, `FileUnreadable`
 */
export async function readOwnFile(context: Context, path: string): Promise<string | undefined> {
  try {
    const bytes = await context.files.read(path);
    if (bytes === undefined) return undefined;
    await requireOurs(context, path, { isAwsFile: true });
    return new TextDecoder().decode(bytes);
  } catch (error) {
    throw storageError("read", path, error);
  }
}

/** Acts while no other stsmfa renews what is kept there; where nothing can be locked, just acts. */
export async function underLock<T>(
  context: Context,
  path: string,
  act: () => Promise<T>,
): Promise<T> {
  let lock: LockableFile | undefined;
  try {
    lock = await lockDirectoryOf(context, path);
  } catch (error) {
    const isTolerable = error instanceof StsmfaError && error.code !== "LockTimeout";
    if (!isTolerable || context.signal.aborted) throw error;
  }
  try {
    return await act();
  } finally {
    lock?.close();
  }
}

/** Replaces a file's content; returns why that failed, if it did. */
export async function keepFile(
  context: Context,
  path: string,
  content: unknown,
): Promise<StsmfaError | undefined> {
  try {
    const real = await context.files.resolveLinks(path);
    const old = await context.files.status(real);
    const bytes = new TextEncoder().encode(`${JSON.stringify(content, undefined, 2)}\n`);
    await replaceFile(context, real, bytes, old);
    return undefined;
  } catch (error) {
    return storageError("write", path, error);
  }
}
