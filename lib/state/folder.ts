/**
 * Creates folders of the state directory, and keeps others out of them.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { tryMode } from "../files/no_modes.ts";
import { requireOurs, warnOfNoModes } from "../files/ours.ts";
import { join } from "../path.ts";

/** What is kept apart in the state folder. */
export type StateFolder =
  | "sessions"
  | "sources"
  | "hooks"
  | "trials"
  | "rotations"
  | "keys"
  | "copies"
  | "changed"
  | "console"
  | "devices"
  | "notices"
  | "used";

/**
 * Creates a folder of the state directory, accessible only to us; closes an existing one to others.
 *
 * @param state the result of `stateDirectory`
 * @param warn called with warnings about a folder that is used anyway
 * @throws StsmfaError `UntrustedFile` if another user could have put something there
 */
export async function openStateFolder(
  context: Context,
  state: string,
  name: StateFolder,
  warn?: (message: string) => void,
): Promise<void> {
  const folder = join(state, name);
  await requireOurs(context, folder, warn && { warn });
  const isNew = await context.files.linkStatus(folder) === undefined;
  await context.files.makeDirectory(folder, 0o700);
  // In a folder such as /tmp another user may have been quicker.
  if (isNew) await requireOurs(context, folder);
  for (const each of [state, folder]) await closeToOthers(context, each, 0o700, warn);
}

/** Removes the access of others to a file or folder of stsmfa's own. */
export async function closeToOthers(
  context: Context,
  path: string,
  mode: 0o600 | 0o700,
  warn?: (message: string) => void,
): Promise<void> {
  const { files, userId } = context;
  const isOpen = async () => {
    const status = await files.linkStatus(path);
    if (status === undefined || status.linkTarget !== undefined) return false;
    const isOurs = userId === 0 || status.uid === userId;
    return isOurs && status.mode !== undefined && (status.mode & 0o077) !== 0;
  };
  if (!await isOpen()) return;
  if (!await tryMode(files, path, mode) || await isOpen()) warnOfNoModes(path, warn);
}
