/**
 * Loads a hook in its own process, if the engine there says that the hook loads nothing itself.
 *
 * @module
 */

import { escapedCopies } from "../hooks/escaped_copies.ts";

/** A hook's module, or why its text is refused. */
export type ImportedHook =
  | { readonly module: { readonly default: unknown } }
  | { readonly refused: string };

/**
 * Has the engine compile copies of the text, none of which runs: each begins with a `throw`. With the
 * first that it compiles, the text itself is run, as it is.
 *
 * Behind the text, in copies too, stands a comment that takes its source map away. For an error's
 * lines the runtime opens the file that the last such comment names, or the source that a map within
 * the comment names, and asks no permission.
 *
 * It is sent as text, too, with what it calls.
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
      // What follows names the copy, all of it.
      refused ||= String(Object(error).message ?? error).replace(/\s*(\bat )?data:.*$/s, "");
    }
  }
  return { refused };
}
