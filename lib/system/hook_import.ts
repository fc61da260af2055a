/**
 * Loads a hook in its own process, if the engine there finds that the hook itself loads nothing.
 *
 * @module
 */

import { escapedCopies } from "../hooks/escaped_copies.ts";

/** A hook's module, or why its text is refused. */
export type ImportedHook =
  | { readonly module: { readonly default: unknown } }
  | { readonly refused: string };

/**
 * Has the engine compile copies of the text, none of which runs: each begins with a `throw`. Once
 * one compiles, runs the text itself, unchanged.
 *
 * The text, and each copy, ends with a comment that takes its source map away. To show an error's
 * lines, the runtime opens the file that the last such comment names, or the source that a map
 * within the comment names, without asking for permission.
 *
 * Its source is also sent as text, with what it calls.
 *
 * @throws what the hook throws when it is loaded
 */
export async function importHook(code: string): Promise<ImportedHook> {
  const text = `${code}\n//# sourceMappingURL=`;
  const load = (source: string) => {
    let binary = "";
    for (const byte of new TextEncoder().encode(source)) binary += String.fromCharCode(byte);
    return import(`data:text/javascript;charset=utf-8;base64,${btoa(binary)}`);
  };
  const mark = crypto.randomUUID();
  let refused = "";
  for (const copy of escapedCopies(text)) {
    try {
      await load(`throw "${mark}";${copy}`);
    } catch (error) {
      if (error === mark) return { module: await load(text) };
      // The message ends with the URL of the copy, all of it.
      refused ||= String(Object(error).message ?? error).replace(/\s*(\bat )?data:.*$/s, "");
    }
  }
  return { refused };
}
