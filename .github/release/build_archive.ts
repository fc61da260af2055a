/**
 * What the archive of a target has in it.
 *
 * @module
 */

import { join } from "node:path";
import { type Entry, tarGz, zip } from "./archive.ts";
import { printed } from "./pack.ts";
import { releaseTime } from "./release_time.ts";
import type { Target } from "./targets.ts";

/** Where files of an archive come from, and where it goes. */
export interface Folders {
  /** Has what was made for it. */
  readonly work: string;
  readonly directory: string;
}

/** Writes the archive of the program in the working folder, and returns its path. */
export async function archive(target: Target, tag: string, folders: Folders): Promise<string> {
  const { work, directory } = folders;
  const read = async (name: string, folder: string, isProgram = false): Promise<Entry> => ({
    name,
    content: await Deno.readFile(join(folder, name)),
    isProgram,
  });
  const entries = await Promise.all([
    read(target.program, ".", true),
    ...["CHANGELOG.md", "LICENSE", "README.md"].map((name) => read(name, ".")),
    ...["LICENSES.txt", ...Object.keys(printed).sort()].map((name) => read(name, work)),
  ]);
  const path = join(directory, `stsmfa-${tag}-${target.triple}.${target.archive}`);
  const write = target.archive === "zip" ? zip : tarGz;
  await Deno.writeFile(path, write(entries, releaseTime()));
  return path;
}
