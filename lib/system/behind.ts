/**
 * A process of ours that goes on when we have ended.
 *
 * @module
 */

import type { NotifierOrder } from "../context.ts";
import { withoutDescriptors } from "./descriptors.ts";
import { noticeMode } from "./hook_mode.ts";
import { ownCommand } from "./program.ts";

const isWindows = Deno.build.os === "windows";

/**
 * Starts the notifier in a session of its own: a Ctrl-C at our terminal is not for it, and who waits
 * for the end of our output, or for a lock, does not wait for its end. Needs the permission run, and
 * all of them to know what is open.
 */
export function startNotifier({ words, env }: NotifierOrder): Promise<void> {
  const own = [...ownCommand(), noticeMode, ...words];
  const [program, ...args] = isWindows ? own : withoutDescriptors(own);
  const child = new Deno.Command(program!, {
    args,
    clearEnv: true,
    env: { ...env },
    cwd: isWindows ? Deno.env.get("SystemRoot") ?? "C:\\" : "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  // Where we live longer, it must not stay in the list of processes.
  child.status.catch(() => {});
  return Promise.resolve();
}
