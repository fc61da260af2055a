/**
 * Loads the hooks that come with stsmfa, to learn what they declare. Like all hooks, they run in
 * their own process.
 *
 * @module
 */

import { shippedHookModules } from "../../hooks/mod.ts";
import type { Hook } from "../hook.ts";

/** Loads a hook by its name. */
export async function shippedHook(name: string): Promise<Hook> {
  return (await shippedHookModules[name]!()).default;
}
