/**
 * Which notifier's turn it is: a file named after the process that it watches. Another `use` in the
 * same shell writes another word there, `unset` removes it, and a notifier that does not find its
 * own word any more ends without a sound. Nobody is ended by its number, which may be another's.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { stateDirectory } from "../state/directory.ts";
import { openStateFolder } from "../state/folder.ts";

/** Returns the file of a process; `undefined` without a home. */
export function turnPath(context: Context, process: number): string | undefined {
  const state = stateDirectory(context);
  return state && `${state}/notices/${process}`;
}

/**
 * Takes the turn from any other notifier of the process; removes what killed ones have left.
 *
 * @returns the word that says so
 * @throws StsmfaError for a folder that cannot be made, or in which others could write
 */
export async function takeTurn(
  context: Context,
  state: string,
  process: number,
): Promise<string> {
  const { files } = context;
  await openStateFolder(context, state, "notices");
  for (const name of await files.list(`${state}/notices`)) {
    const isLeft = Number(name) === process || !await context.isRunning(Number(name));
    if (isLeft) await files.remove(`${state}/notices/${name}`).catch(() => {});
  }
  const word = crypto.randomUUID();
  const file = await files.createNew(`${state}/notices/${process}`, 0o600);
  try {
    const bytes = new TextEncoder().encode(word);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } finally {
    file.close();
  }
  return word;
}

/** Reports whether the word in the file still is this one. */
export async function hasTurn({ files }: Context, path: string, word: string): Promise<boolean> {
  const bytes = await files.read(path).catch(() => undefined);
  return bytes !== undefined && new TextDecoder().decode(bytes) === word;
}

/** Ends the turn of a process's notifier, if there is one. */
export async function endTurn(context: Context, process: number): Promise<void> {
  const path = turnPath(context, process);
  if (path !== undefined) await context.files.remove(path).catch(() => {});
}
