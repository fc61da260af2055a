/**
 * The hooks that come with stsmfa, for who wants to know what they declare. They run where all hooks
 * run, in a process of their own.
 *
 * @module
 */

import { shippedHookModules } from "../../hooks/mod.ts";
import type { Hook } from "../hook.ts";

/** A hook by its name. */
export async function shippedHook(name: string): Promise<Hook> {
  return (await shippedHookModules[name]!()).default;
}
