/**
 * Lets one process at a time change what is in key stores: another one could remove an item just
 * when a section begins to name it.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { acquireLock } from "../files/lock.ts";
import { requireOurs } from "../files/ours.ts";
import { join } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { openStateFolder } from "../state/folder.ts";
import type { Talk } from "../talk.ts";

/** Longer than a store waits for a person. */
const waitSeconds = 90;

/**
 * Does something with key stores while no other process does. The work reads AWS's files itself:
 * what was read before may have changed. Where no lock can be kept, it is done all the same.
 *
 * @param what what is changed: the key that seals sessions is made while a key is moved, too
 * @throws StsmfaError `LockTimeout`, `UntrustedFile`, and what the work throws
 */
export async function oneAtATime<T>(
  context: Context,
  talk: Talk,
  work: () => Promise<T>,
  what: "keys" | "sealing" = "keys",
): Promise<T> {
  const lock = await lockStores(context, talk, what);
  try {
    return await work();
  } finally {
    lock?.close();
  }
}

async function lockStores(
  context: Context,
  talk: Talk,
  what: "keys" | "sealing",
): Promise<LockableFile | undefined> {
  const state = stateDirectory(context);
  if (state === undefined) return undefined;
  try {
    await openStateFolder(context, state, "keys", talk.warn);
    const path = join(state, "keys", what === "keys" ? "lock" : "sealing-lock");
    return await acquireLock(context, await requireOurs(context, path), {
      kind: "file",
      timeoutSeconds: waitSeconds,
      onWait: () => talk.progress("waiting for another stsmfa that is changing a key store"),
    });
  } catch (error) {
    const isFinal = error instanceof StsmfaError &&
      ["LockTimeout", "UntrustedFile", "Cancelled"].includes(error.code);
    if (isFinal || context.signal.aborted) throw error;
    return undefined;
  }
}
