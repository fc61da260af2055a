/**
 * kubectl, if it is installed.
 *
 * @module
 */

import { canRun } from "./ask_once.ts";

/** Returns the options of a test that needs kubectl: skipped, with the reason, if it is missing. */
export function needsKubectl(): { name: string; ignore: boolean } {
  const isHere = canRun("kubectl", "version", "--client");
  return { name: isHere ? "" : " (skipped: no kubectl here)", ignore: !isHere };
}

/** Runs kubectl with nothing but the given environment. */
export async function kubectl(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command("kubectl", {
    args: [...args],
    clearEnv: true,
    env,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
