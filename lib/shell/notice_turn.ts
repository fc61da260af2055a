/**
 * Which notifier's turn it is: a file named after the process that it watches, and after those that
 * its number is of, since machines and containers may share a home. Another `use` in the same shell
 * writes another word there, `unset` removes it, and a notifier that does not find its own word any
 * more ends without a sound. Nobody is ended by its number, which may be another's.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { formatExpiration, parseExpiration } from "../credentials.ts";
import { writeNew } from "../files/write.ts";
import { stateDirectory } from "../state/directory.ts";
import { openStateFolder } from "../state/folder.ts";

/** Returns the file of a process; `undefined` without a home. */
export async function turnPath(context: Context, process: number): Promise<string | undefined> {
  const state = stateDirectory(context);
  return state && `${state}/${folder}/${await context.processRealm()}.${process}`;
}

const folder = "notices";

/**
 * Takes the turn from any other notifier of the process; removes what killed ones have left.
 *
 * @param path the file of the process
 * @param expiration the end that is to be told of, after which nobody needs the file
 * @returns the word that says so
 * @throws StsmfaError for a folder that cannot be made, or in which others could write
 */
export async function takeTurn(
  context: Context,
  path: string,
  expiration: Date,
): Promise<string> {
  const { files } = context;
  const at = path.lastIndexOf(`/${folder}/`);
  await openStateFolder(context, path.slice(0, at), folder);
  const directory = `${path.slice(0, at)}/${folder}`;
  for (const name of await files.list(directory)) {
    const each = `${directory}/${name}`;
    if (each === path || await isLeft(context, each)) await files.remove(each).catch(() => {});
  }
  const word = `${crypto.randomUUID()} ${formatExpiration(expiration)}`;
  await writeNew(files, path, word);
  return word;
}

/** Reports whether a file has no notifier: one elsewhere has none once its session is over. */
async function isLeft(context: Context, path: string): Promise<boolean> {
  const process = Number(path.slice(path.lastIndexOf(".") + 1));
  if (path === await turnPath(context, process)) return !await context.isRunning(process);
  const word = await wordIn(context, path);
  const end = parseExpiration(word?.split(" ")[1] ?? "");
  return end !== undefined && end < context.clock.now();
}

async function wordIn({ files }: Context, path: string): Promise<string | undefined> {
  const bytes = await files.read(path).catch(() => undefined);
  return bytes && new TextDecoder().decode(bytes);
}

/** Reports whether the word in the file still is this one. */
export async function hasTurn(context: Context, path: string, word: string): Promise<boolean> {
  return await wordIn(context, path) === word;
}

/** Ends the turn of a process's notifier, if there is one. */
export async function endTurn(context: Context, process: number): Promise<void> {
  const path = await turnPath(context, process);
  if (path !== undefined) await context.files.remove(path).catch(() => {});
}
