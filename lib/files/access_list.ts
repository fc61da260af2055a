/**
 * Detects access lists (ACLs). A new file has none: and where the old one has one, the group's bits of
 * its mode are the most that anybody in the list may do, and say nothing of the group.
 *
 * @module
 */

import type { Context } from "../context.ts";

/** How long that may take, on a network file system too. */
const mostSeconds = 5;

/** Reports whether a file has one; also if that cannot be found out, it is taken to have none. */
export async function hasAccessList(
  { clock, runCommand, signal }: Pick<Context, "clock" | "runCommand" | "signal">,
  path: string,
): Promise<boolean> {
  const deadline = clock.deadline(mostSeconds * 1000);
  try {
    const { stdout } = await runCommand({
      argv: ["ls", "-ld", "--", path],
      env: { LC_ALL: "C" },
      signal: AbortSignal.any([signal, deadline.signal]),
      onStderr: () => {},
    });
    return /^\S{10}\+/.test(stdout);
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    deadline.cancel();
  }
}
