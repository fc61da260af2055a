/**
 * The names and options of hooks in a profile's `hooks = NAME, PATH`.
 *
 * @module
 */

import { nearest } from "../nearest.ts";
import { basename } from "../path.ts";

/** The hooks that come with stsmfa. */
export const shippedHooks = ["docker", "dotenv", "kube"] as const;

/** A hook that a profile asks for. */
export interface ProfileHook {
  /** The name or path, as written there. */
  readonly word: string;
  /** Its name. */
  readonly name: string;
  /** The `NAME_*` keys of the block, in lower case and without the name. */
  readonly options: Readonly<Record<string, string>>;
}

/** Reports whether a hook is named by its path. */
export function isHookPath(word: string): boolean {
  return /[/\\]/.test(word);
}

/** Returns a hook's name: for a path, the last part without its extension. */
export function hookName(word: string): string {
  return isHookPath(word) ? basename(word).replace(/\.[jt]s$/, "") : word;
}

/**
 * Returns the hook that a key of the block is an option of, and the option's name. If several hooks
 * match, the longest name wins; `-` and `_` are the same.
 */
export function hookOption(
  key: string,
  names: readonly string[],
): { readonly name: string; readonly option: string } | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll("-", "_");
  const [name] = names.filter((each) => plain(key).startsWith(`${plain(each)}_`))
    .sort((a, b) => b.length - a.length);
  return name === undefined ? undefined : { name, option: plain(key).slice(name.length + 1) };
}

/**
 * Reports whether a key is an option of a hook that comes with stsmfa, whose name among the profile's
 * hooks is misspelt. That is a fault of the hook, not of the block.
 */
export function isOfMisspelt(key: string, names: readonly string[]): boolean {
  return shippedHooks.some((shipped) =>
    hookOption(key, [shipped]) !== undefined && !names.includes(shipped) &&
    names.some((name) => nearest(name, [shipped]) !== undefined)
  );
}
