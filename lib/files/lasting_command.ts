/**
 * The words that start this program, for files that are read when another version of it is here.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { isAbsolute, join, native } from "../path.ts";

/**
 * Returns the words that start this program again: a link along PATH that leads to it, as package
 * managers put it there and lead to the next version later, else what was started.
 */
export async function lastingCommand(
  context: Pick<Context, "env" | "files" | "os" | "ownCommand">,
): Promise<readonly string[]> {
  const { env, files, os } = context;
  const own = await context.ownCommand();
  // The runtime, which is told what to run.
  if (own.length > 1) return own;
  const isWindows = os === "windows";
  const real = (path: string) => files.resolveLinks(path).catch(() => undefined);
  const program = await real(own[0]) ?? own[0];
  for (const directory of (env.get("PATH") ?? "").split(isWindows ? ";" : ":")) {
    if (!isAbsolute(directory)) continue;
    const path = join(native(directory), isWindows ? "stsmfa.exe" : "stsmfa");
    if (await real(path) === program) return [path];
  }
  return own;
}
