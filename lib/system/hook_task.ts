/**
 * Runs a hook in its process, from its text to its answer. The source of all of it is also sent as
 * text, with what it calls.
 *
 * @module
 */

import { importHook } from "./hook_import.ts";
import { closeRealm } from "./hook_realm.ts";
import { thrown } from "./hook_thrown.ts";

/** What a hook's process is asked to do. */
export interface HookOrder {
  readonly hook: { readonly code: string; readonly language?: "ts" };
  readonly task: "describe" | "run";
  readonly event: unknown;
}

/**
 * Loads a user's hook and does its task; returns an answer, whatever goes wrong.
 *
 * @param typesOff returns the JavaScript in TypeScript
 */
export async function performHook(
  { hook, task, event }: HookOrder,
  typesOff: (code: string) => string | Promise<string>,
): Promise<unknown> {
  try {
    let { code } = hook;
    if (hook.language === "ts") {
      try {
        code = await typesOff(code);
      } catch (error) {
        return { kind: "refused", language: "TypeScript", message: String(Object(error).message) };
      }
    }
    closeRealm();
    const imported = await importHook(code);
    if ("refused" in imported) {
      return { kind: "refused", language: "JavaScript", message: imported.refused };
    }
    return { kind: "done", value: await runHookTask(imported.module, task, event) };
  } catch (error) {
    return thrown(error);
  }
}

/** Describes or runs the hook; returns what may leave its process. */
export async function runHookTask(
  module: { default: unknown },
  task: "describe" | "run",
  event: unknown,
): Promise<Record<string, unknown>> {
  const hook = Object(module.default);
  if (task === "describe") {
    const { on, permissions, needs, provides, keyFiles, run } = hook;
    return { on, permissions, needs, provides, keyFiles, run: typeof run === "function" };
  }
  const { message, tokenCode } = Object(await hook.run(event));
  return { message, tokenCode };
}
