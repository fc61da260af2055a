/**
 * Lets one of many processes go first: the others look for what it gets, which takes them a tenth of
 * what it takes to load all that renews a session. It saves work alone: whoever has waited a while,
 * or sees that somebody is asked for something else, goes on as if there were no turns.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { join } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";

/**
 * How long to wait in all, in milliseconds: nobody is told of it. A lock does not say whose it is: a
 * backup program that has the file, or who renews another user's sessions, costs as long at most.
 */
const most = 5000;

/** What a process finds out about its turn. */
export interface Turn<T> {
  /** What another process has got meanwhile. */
  readonly found: T | undefined;
  /** To be closed when ours is over. */
  readonly turn: LockableFile | undefined;
}

/**
 * Waits for our turn, or for what another process gets.
 *
 * @param path the credentials file: its lock is the turn, as nobody else locks it
 * @param profile whose session it is for
 * @param look returns what is wanted, once it is there
 */
export async function takeTurn<T>(
  context: Context,
  path: string,
  profile: string,
  look: () => Promise<T | undefined>,
): Promise<Turn<T>> {
  const none = { found: undefined, turn: undefined };
  // There, a locked file cannot be read.
  if (context.os === "windows") return none;
  let turn: LockableFile | undefined;
  let isOurs = false;
  try {
    turn = await context.files.openExisting(path);
    if (turn === undefined) return none;
    for (let waited = 0, pause = 10;; waited += pause, pause = Math.min(pause * 2, 160)) {
      isOurs = await turn.tryLock();
      // What another process writes is another file.
      const found = isOurs || !await turn.isAt(path) ? await look() : undefined;
      if (found !== undefined) {
        isOurs = false;
        return { found, turn: undefined };
      }
      if (isOurs) return { found, turn };
      if (waited >= most || await isOtherAsked(context, profile)) return none;
      context.clock.pause(pause);
    }
  } catch {
    // Not every file system has locks. What cannot be read is told of by whoever renews.
    isOurs = false;
    return none;
  } finally {
    if (!isOurs) turn?.close();
  }
}

/** Reports whether a question is open that is not for this profile. */
async function isOtherAsked(context: Context, profile: string): Promise<boolean> {
  const state = stateDirectory(context);
  if (state === undefined) return false;
  const names = await context.files.list(join(state, "sessions")).catch(() => []);
  if (!names.some((name) => name.endsWith(".asking"))) return false;
  const { askingFor } = await importLazily<typeof import("../state/asking.ts")>(
    "../state/asking.ts",
    import.meta.url,
  );
  return await askingFor(context, profile) === undefined;
}
