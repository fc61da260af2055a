/**
 * Programs that go on when we have ended.
 *
 * @module
 */

import type { NotifierOrder } from "../context.ts";
import { withoutDescriptors } from "./descriptors.ts";
import { noticeMode } from "./hook_mode.ts";
import { ownCommand } from "./program.ts";

const isWindows = Deno.build.os === "windows";

/**
 * Starts a program that outlives us, such as a browser. Needs the permission run, and all of them to
 * know what is open.
 *
 * @returns its exit status, once it has ended; 127 also where there is no such program
 */
export function startDetached(
  argv: readonly [string, ...string[]],
): { readonly ended: Promise<number> } {
  return { ended: startBehind(argv, { detached: !isWindows }) };
}

/** Starts the notifier; needs the same permissions. */
export function startNotifier({ words, env }: NotifierOrder): void {
  startBehind([...ownCommand(), noticeMode, ...words], {
    clearEnv: true,
    env: { ...env },
    cwd: isWindows ? Deno.env.get("SystemRoot") ?? "C:\\" : "/",
    detached: true,
  }).catch(() => {});
}

/**
 * Starts a program without streams and, but on Windows, in a session of its own: a Ctrl-C at our
 * terminal is not for it, and who waits for the end of our output, or for a lock, does not wait for
 * its end.
 */
function startBehind(
  argv: readonly [string, ...string[]],
  options: Pick<Deno.CommandOptions, "clearEnv" | "env" | "cwd" | "detached">,
): Promise<number> {
  const [program, ...args] = isWindows ? argv : withoutDescriptors(argv);
  const child = new Deno.Command(program, {
    ...options,
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  // Where we live longer, it must not stay in the list of processes.
  return child.status.then(({ code }) => code);
}
