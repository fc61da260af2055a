/**
 * Takes the types off a hook, in the hook's own process: a text that is nested deeply enough ends the
 * process that does it.
 *
 * @module
 */

/**
 * The JavaScript in TypeScript, every character where it was.
 *
 * It stands for itself: it is sent as text, too. Has to be called before the realm is closed.
 *
 * @throws what the runtime throws for what is no TypeScript, or has no such function (before Deno 2.8)
 */
export function withoutTypes(code: string): string {
  const { process } = globalThis as unknown as {
    process: {
      getBuiltinModule(name: string): { stripTypeScriptTypes(code: string): string };
    };
  };
  return process.getBuiltinModule("node:module").stripTypeScriptTypes(code);
}
