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
      onWait: async () => {
        if (await isStoppedOn(context, terminal)) throw new NoLongerNeeded();
      },
    });
    return () => lock.close();
  } catch {
    context.signal.throwIfAborted();
    return nothing;
  }
}

/** Reports whether who asks on a terminal is stopped, as by Ctrl-Z, and so reads no keys. */
async function isStoppedOn(context: Context, terminal: string): Promise<boolean> {
  const asking = await askingsOn(context, terminal);
  const stopped = await Promise.all(
    asking.map(async ({ process }) =>
      process !== undefined && await context.terminal.isStopped?.(process)
    ),
  );
  return stopped.length > 0 && stopped.every((each) => each === true);
}
