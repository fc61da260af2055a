/**
 * A hook in the compiled program's hidden mode.
 *
 * @module
 */

import type { HookJob } from "../../lib/context.ts";
import { hookMode } from "../../lib/system/hook_mode.ts";
import { compiledProgram } from "./compiled.ts";
import { homeVariables, systemVariables } from "./system_variables.ts";

/** What the program answers. */
export interface Answer {
  readonly kind: string;
  readonly value?: { readonly message?: string };
  readonly name?: string;
  readonly message?: string;
}

/** Has the program run a hook in its hidden mode, as it has itself do. */
export async function runCompiled(
  hook: HookJob["hook"],
  scope: HookJob["scope"],
): Promise<Answer | undefined> {
  const child = new Deno.Command(compiledProgram(), {
    args: [hookMode],
    cwd: "/",
    clearEnv: true,
    env: { ...systemVariables(), ...homeVariables("/"), DENO_NO_PROMPT: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const order = { nonce: "NONCE", hook, task: "run", event: { version: 1 }, scope };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(order)));
  await writer.close();
  const stdout = await new Response(child.stdout).text();
  await child.status;
  const line = /\nNONCE(.*)\n/.exec(stdout)?.[1];
  return line === undefined ? undefined : JSON.parse(line);
}
