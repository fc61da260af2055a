/**
 * Looks for what killed runs left, next to AWS's two files, among the kept sessions, trials of hooks
 * and copies of the config file, at the start of every command. There is hardly ever anything, so
 * the code that removes it is loaded on demand.
 *
 * @module
 */

import { awsFilePaths } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { basename, dirname, join } from "../path.ts";
import { stateDirectory } from "./directory.ts";

/** Removes what killed runs left. Never fails: what prevents that also prevents the next write. */
export async function clearLeftovers(
  context: Context,
  flags: Parameters<typeof awsFilePaths>[1],
): Promise<void> {
  const looked = new Set<string>();
  const look = async (directory: string, isAwsFile = true): Promise<string[]> => {
    looked.add(directory);
    const names = await context.files.list(directory).catch(() => []);
    // Part of both forms of names; a regular expression would cost more than all the rest.
    if (names.some((name) => name.includes("stsmfa-"))) {
      const { sweep } = await importLazily<typeof import("../files/leftovers.ts")>(
        "../files/leftovers.ts",
        import.meta.url,
      );
      await sweep(context, directory, { isAwsFile });
    }
    return names;
  };
  try {
    const state = stateDirectory(context);
    if (state !== undefined) {
      // To look for a folder that is not there takes longer than all the rest.
      const folders = await context.files.list(state).catch((): string[] => []);
      if (folders.includes("sessions")) await look(join(state, "sessions"), false);
      if (folders.includes("trials")) await clear(context, join(state, "trials"), trials);
      if (folders.includes("copies")) await clear(context, join(state, "copies"), copies);
    }
    const paths = awsFilePaths(context.env, flags);
    const beside = new Map<string, string[]>();
    for (const path of [paths.credentials, paths.config]) {
      const directory = dirname(path);
      if (!beside.has(directory)) beside.set(directory, await look(directory));
      if (!beside.get(directory)!.includes(basename(path))) continue;
      // The file may be a link into a folder of dotfiles.
      const real = dirname(await context.files.resolveLinks(path));
      if (!looked.has(real)) await look(real);
    }
  } catch { /* such as no home: whoever needs it reports it */ }
}

/** Removes what killed runs have left in a folder of theirs, if there is anything. */
async function clear(
  context: Context,
  folder: string,
  load: () => Promise<(context: Context, folder: string) => Promise<void>>,
): Promise<void> {
  const names = await context.files.list(folder).catch(() => []);
  if (names.length === 0) return;
  const sweep = await load();
  await sweep(context, folder).catch(() => {});
}

async function trials() {
  const { sweepTrials } = await importLazily<typeof import("./trials.ts")>(
    "./trials.ts",
    import.meta.url,
  );
  return sweepTrials;
}

async function copies() {
  const { sweepCopies } = await importLazily<typeof import("./config_copy.ts")>(
    "./config_copy.ts",
    import.meta.url,
  );
  return sweepCopies;
}
