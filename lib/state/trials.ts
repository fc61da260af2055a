/**
 * The folders of hooks that are only tried. A trial removes its own; those of killed runs are
 * removed by a later run of any command.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { homeVariable, join } from "../path.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";
import { stateDirectory } from "./directory.ts";
import { openStateFolder } from "./folder.ts";

/** What a trial that was killed has left is removed after that time; none takes longer. */
const mostMilliseconds = 600_000;

/**
 * Makes the folder of a new trial.
 *
 * @returns its path, without links
 * @throws StsmfaError `InvalidSetting`, `UntrustedFile`, `FileUnwritable`
 */
export async function openTrialFolder(context: Context): Promise<string> {
  const { clock, files } = context;
  const state = stateDirectory(context);
  if (state === undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `there is no folder for a trial: ${homeVariable(context.env)} is not set`,
    );
  }
  const folder = join(state, "trials");
  try {
    await openStateFolder(context, state, "trials");
    await sweepTrials(context, folder);
    const root = join(folder, `${clock.now().getTime()}-${crypto.randomUUID().slice(0, 8)}`);
    await files.makeDirectory(root, 0o700);
    return await files.resolveLinks(root);
  } catch (error) {
    throw storageError("write", folder, error);
  }
}

/**
 * Removes what killed trials have left.
 *
 * @param folder that of all trials
 */
export async function sweepTrials(context: Context, folder: string): Promise<void> {
  const now = context.clock.now().getTime();
  for (const name of await context.files.list(folder)) {
    const age = now - Number(name.split("-")[0]);
    if (!(Math.abs(age) < mostMilliseconds)) await removeFolder(context, join(folder, name));
  }
}

/**
 * Removes a file, or a folder with all that is in it; what is gone already is as good.
 *
 * @throws StsmfaError `FileUnwritable`
 */
export async function removeFolder(context: Context, path: string): Promise<void> {
  const { files } = context;
  try {
    if ((await files.linkStatus(path))?.isDirectory) {
      for (const name of await files.list(path)) await removeFolder(context, join(path, name));
    }
    await files.remove(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw storageError("write", path, error);
  }
}
