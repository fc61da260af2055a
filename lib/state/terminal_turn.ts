/**
 * One question at a time on a terminal: of two processes that read its keys, each gets some. They
 * have no other lock in common when they ask for codes of different users.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { acquireLock, NoLongerNeeded } from "../files/lock.ts";
import { join } from "../path.ts";
import { askingsOn } from "./asking.ts";
import { stateDirectory } from "./directory.ts";

/** After this long, somebody else has to answer first, or never will. */
const mostSeconds = 300;

/** How long to wait for somebody of whom nothing is known. */
const mostUnknownMilliseconds = 2000;

/**
 * Waits until no other process asks on a terminal; returns how to let the next one ask. Says nothing
 * meanwhile: the other question is on the screen. Where turns cannot be taken, there are none.
 *
 * @param terminal such as `pts/3`, if the system tells
 * @throws the signal's reason
 */
export async function takeTerminal(
  context: Context,
  terminal: string | undefined,
): Promise<() => void> {
  const state = stateDirectory(context);
  const nothing = () => {};
  if (terminal === undefined || state === undefined) return nothing;
  const path = join(state, "sessions", `${terminal.replace(/\W/g, "-")}.terminal`);
  try {
    const lock = await acquireLock(context, path, {
      kind: "mark",
      timeoutSeconds: mostSeconds,
      onWait: async (waited) => {
        if (!await isAskedOn(context, terminal, waited)) throw new NoLongerNeeded();
      },
    });
    return () => lock.close();
  } catch {
    context.signal.throwIfAborted();
    return nothing;
  }
}

/** Reports whether whoever has the lock asks something, and is not stopped, as by Ctrl-Z. */
async function isAskedOn(context: Context, terminal: string, waited: number): Promise<boolean> {
  const asking = await askingsOn(context, terminal);
  // It takes a moment to write the question down, and some have no place for that.
  if (asking.length === 0) return waited < mostUnknownMilliseconds;
  const stopped = await Promise.all(
    asking.map(async ({ process }) =>
      process !== undefined && await context.terminal.isStopped?.(process)
    ),
  );
  return !stopped.every((each) => each === true);
}
