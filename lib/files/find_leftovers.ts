/**
 * Looks for what killed runs left, at the start of every command: cheap, since there is nothing
 * nearly always.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { importLazily } from "../import_lazily.ts";

/** Whether a file is a temporary one of ours; the second form is that of version 0.1. */
export function isLeftoverName(name: string): boolean {
  return /^\.(.+\.stsmfa-tmp|stsmfa-[0-9a-f-]{36}\.tmp)$/.test(name);
}

/** Removes leftovers from directories, where there are some and nobody is at work there. */
export async function clearLeftovers(
  context: Context,
  directories: Iterable<string>,
): Promise<void> {
  for (const directory of new Set(directories)) {
    const names = await context.files.list(directory).catch(() => []);
    if (!names.some(isLeftoverName)) continue;
    const { sweep } = await importLazily<typeof import("./leftovers.ts")>(
      "./leftovers.ts",
      import.meta.url,
    );
    await sweep(context, directory);
  }
}
