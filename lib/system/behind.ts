/**
 * A process of ours that goes on when we have ended.
 *
 * @module
 */

import type { NotifierOrder } from "../context.ts";
import { noticeMode } from "./hook_mode.ts";
import { ownCommand } from "./program.ts";

/**
 * Starts the notifier in a session of its own: a Ctrl-C at our terminal is not for it, and who waits
 * for the end of our output does not wait for its. Needs the permission run.
 */
export function startNotifier({ words, env }: NotifierOrder): Promise<void> {
  const [program, ...args] = ownCommand();
  const child = new Deno.Command(program, {
    args: [...args, noticeMode, ...words],
    clearEnv: true,
    env: { ...env },
    cwd: Deno.build.os === "windows" ? Deno.env.get("SystemRoot") ?? "C:\\" : "/",
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
