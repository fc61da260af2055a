/**
 * How a hook is called in a profile's `hooks = NAME, PATH`.
 *
 * @module
 */

import { basename } from "./path.ts";

/** A hook that a profile asks for. */
export interface ProfileHook {
  /** The name or path, as it is written there. */
  readonly word: string;
  /** Its name. */
  readonly name: string;
  /** The `NAME_*` keys of the block, in lower case and without the name. */
  readonly options: Readonly<Record<string, string>>;
}

/** Whether a hook is named by its path. */
export function isHookPath(word: string): boolean {
  return /[/\\]/.test(word);
}

/** A hook's name: of a path, the last part without its ending. */
export function hookName(word: string): string {
  return isHookPath(word) ? basename(word).replace(/\.[jt]s$/, "") : word;
}

/** What the keys of a hook's options begin with; `-` in its name is `_` in a key, too. */
export function hookPrefix(name: string): string {
  return `${name.toLowerCase().replaceAll("-", "_")}_`;
}
