/**
 * Remembers which MFA device a user has chosen among several.
 *
 * One tiny file for each chosen device, named after its digest: a serial number belongs to one user
 * alone, whichever access key they have. Nothing in it is secret, and nothing depends on it: what
 * is not remembered is asked again.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { digest } from "../digest.ts";
import { requireOurs } from "../files/ours.ts";
import { writeNew } from "../files/write.ts";
import { stateDirectory } from "./directory.ts";
import { openStateFolder } from "./folder.ts";

/**
 * Returns the one of a user's devices that was chosen before, or `undefined`.
 *
 * @param devices the serial numbers of all that can be used
 */
export async function chosenDevice(
  context: Context,
  devices: readonly string[],
): Promise<string | undefined> {
  const chosen: string[] = [];
  for (const each of devices) {
    const path = await pathOf(context, each);
    if (path !== undefined && await isThere(context, path)) chosen.push(each);
  }
  return chosen.length === 1 ? chosen[0] : undefined;
}

/** Remembers a choice, and forgets that of another of these devices. */
export async function rememberDevice(
  context: Context,
  devices: readonly string[],
  chosen: string,
): Promise<void> {
  const { files } = context;
  try {
    const state = stateDirectory(context);
    if (state === undefined) return;
    await openStateFolder(context, state, "devices");
    for (const each of devices) {
      if (each !== chosen) await files.remove((await pathOf(context, each))!).catch(() => {});
    }
    const path = (await pathOf(context, chosen))!;
    if (await isThere(context, path)) return;
    await writeNew(files, path, `${chosen}\n`);
  } catch { /* it is asked again */ }
}

async function isThere(context: Context, path: string): Promise<boolean> {
  try {
    if (await context.files.linkStatus(path) === undefined) return false;
    await requireOurs(context, path);
    return true;
  } catch {
    return false;
  }
}

async function pathOf(context: Context, serialNumber: string): Promise<string | undefined> {
  const state = stateDirectory(context);
  return state && `${state}/devices/${await digest(serialNumber)}`;
}
