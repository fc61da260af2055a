/**
 * Strips the types from a hook, in the hook's own process: a deeply nested text crashes the process
 * that does it.
 *
 * @module
 */

/**
 * Returns the JavaScript in TypeScript, every character where it was.
 *
 * Self-contained, since its source is also sent as text. Must be called before the realm is closed.
 *
 * @throws what the runtime throws for text that is not TypeScript, or if it has no such function
 * (before Deno 2.8)
 */
export function withoutTypes(code: string): string {
  const { process } = globalThis as unknown as {
    process: {
      getBuiltinModule(name: string): { stripTypeScriptTypes(code: string): string };
    };
  };
  return process.getBuiltinModule("node:module").stripTypeScriptTypes(code);
}
