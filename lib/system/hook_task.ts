/**
 * What is done with a hook's module, once it is loaded.
 *
 * @module
 */

/** Has the hook tell what it declares, or run; gives what may leave its process. */
export async function runHookTask(
  module: { default: unknown },
  task: "describe" | "run",
  event: unknown,
): Promise<Record<string, unknown>> {
  const hook = Object(module.default);
  if (task === "describe") {
    const { on, permissions, needs, provides, run } = hook;
    return { on, permissions, needs, provides, run: typeof run === "function" };
  }
  const { message, tokenCode } = Object(await hook.run(event));
  return { message, tokenCode };
}
