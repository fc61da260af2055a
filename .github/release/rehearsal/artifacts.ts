/**
 * What jobs hand to each other.
 *
 * @module
 */

import { basename, dirname, join, matchesGlob, relative } from "node:path";

/** The artifacts of a run, as a job in its folder sees them. */
export interface Artifacts {
  /** Returns the files that these lines name, of which there must be some. */
  files(lines: string): Promise<string[]>;
  /** Keeps the files that these lines name. */
  upload(name: string, lines: string): Promise<void>;
  /** Puts the files of those artifacts whose name fits into one folder. */
  download(pattern: string, folder: string): Promise<void>;
}

/** Returns the artifacts that are kept in a store. */
export function artifacts(store: string, directory: string): Artifacts {
  const files = async (lines: string): Promise<string[]> => {
    const found: string[] = [];
    for (const line of lines.trim().split("\n").map((each) => each.trim())) {
      const path = join(directory, line);
      const isFolder = await Deno.stat(path).then((stat) => stat.isDirectory, () => false);
      if (isFolder) found.push(...await filesBelow(path));
      else {
        const beside = await filesBelow(dirname(path));
        found.push(...beside.filter((each) => matchesGlob(basename(each), basename(path))));
      }
    }
    if (found.length === 0) throw new Error(`there is no ${lines}`);
    return found;
  };
  return {
    files,
    async upload(name, lines) {
      const found = await files(lines);
      // What is above all that was named is left out.
      const isOne = !lines.trim().includes("\n");
      const base = isOne ? dirname(found[0]!) : directory;
      for (const path of found) await copy(path, join(store, name, relative(base, path)));
    },
    async download(pattern, folder) {
      const names = Array.from(Deno.readDirSync(store), ({ name }) => name)
        .filter((name) => matchesGlob(name, pattern));
      if (names.length === 0) throw new Error(`there is no artifact ${pattern}`);
      for (const name of names) {
        for (const path of await filesBelow(join(store, name))) {
          await copy(path, join(directory, folder, relative(join(store, name), path)));
        }
      }
    },
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...await filesBelow(path));
    else found.push(path);
  }
  return found.sort();
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
}
