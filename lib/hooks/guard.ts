/**
 * Guards: hooks that were approved to run before a refresh, and so may keep it from happening. A
 * guard that cannot be read or run keeps it from happening, too.
 *
 * What is known of them is what approvals say, also approvals of other bytes: a file that is gone,
 * damaged or changed cannot say itself what it was. What makes it stricter counts whoever wrote it,
 * as a denial does.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { basename, dirname, join } from "../path.ts";
import { type DecidedFile, keptDecisions } from "./approval.ts";
import { findHook, hookCandidates } from "./file.ts";

/**
 * Returns the files that count as a hook of this name or path, by what was decided about them: those
 * at its paths, what links there lead to or have led to.
 */
async function knownFiles(
  context: Context,
  word: string,
): Promise<(DecidedFile & { readonly isGuard: boolean })[]> {
  const paths = new Set<string>();
  const real = (path: string) => context.files.resolveLinks(path).catch(() => path);
  for (const path of hookCandidates(context, word)) {
    paths.add(path).add(await real(path));
    paths.add(join(await real(dirname(path)), basename(path)));
  }
  const decisions = await keptDecisions(context);
  return decisions.filter(({ path, foundAt }) => paths.has(path) || paths.has(foundAt ?? path));
}

/**
 * Returns the files that a denial of a hook is about: its own, and those that were approved as it. A
 * guard that is gone, or cannot be read, can be denied.
 *
 * @throws StsmfaError `InvalidHook`, `FileUnreadable` if nothing was ever decided about it, either
 */
export async function filesToDeny(
  context: Context,
  word: string,
): Promise<[DecidedFile, ...DecidedFile[]]> {
  const known = await knownFiles(context, word);
  try {
    const file = await findHook(context, word);
    return [file, ...known.filter(({ path, isGuard }) => isGuard && path !== file.path)];
  } catch (error) {
    const [first, ...others] = known;
    if (first === undefined) throw error;
    return [first, ...others];
  }
}

/** Reports whether an approval of a hook says that it runs before a refresh. */
export async function isKnownGuard(context: Context, word: string): Promise<boolean> {
  return (await knownFiles(context, word)).some(({ isGuard }) => isGuard);
}
