/**
 * Where killed runs can have left something: beside AWS's two files, and in the state directory.
 *
 * @module
 */

import { awsFilePaths } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { clearLeftovers } from "../files/find_leftovers.ts";
import { dirname } from "../path.ts";
import { stateDirectory } from "./directory.ts";

/** Removes it. Never fails: what is in the way of that is in the way of the next write, too. */
export async function clearAllLeftovers(
  context: Context,
  flags: Parameters<typeof awsFilePaths>[1],
): Promise<void> {
  const directories = await besideAwsFiles(context, flags).catch((): string[] => []);
  const state = stateDirectory(context);
  if (state !== undefined) directories.push(`${state}/sessions`, `${state}/hooks`);
  await clearLeftovers(context, directories);
}

async function besideAwsFiles(
  context: Context,
  flags: Parameters<typeof awsFilePaths>[1],
): Promise<string[]> {
  const { files, env } = context;
  const { credentials, config } = awsFilePaths(env, flags);
  const directories: string[] = [];
  for (const path of [credentials, config]) {
    directories.push(dirname(path));
    // The file may be a link into a folder of dotfiles; asking where none is costs more.
    if (await files.status(path) !== undefined) {
      directories.push(dirname(await files.resolveLinks(path)));
    }
  }
  return directories;
}
