/**
 * What a run leaves behind, to look for secrets in.
 *
 * @module
 */

import type { Home } from "./homes.ts";

/**
 * Returns all texts that a home has on the disk and has shown.
 *
 * @param more what else other processes could have seen
 */
export async function traces(home: Home, ...more: readonly string[]): Promise<string> {
  const texts: string[] = [...more, home.test.output, ...home.test.questions];
  const look = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await look(`${folder}/${name}`);
      else texts.push(name, await Deno.readTextFile(`${folder}/${name}`));
    }
  };
  await look(home.test.home);
  return texts.join("\n");
}
