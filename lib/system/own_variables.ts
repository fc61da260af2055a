/**
 * Our own environment, changed for a moment: what the runtime makes while it is changed has the
 * changes, and all that is read or started later does not.
 *
 * @module
 */

import type { EnvironmentChanges } from "../context.ts";

/**
 * Acts in a changed environment. A copy would not do: Deno does not expose variables that are not
 * UTF-8, and what is started is to inherit them. For the same reason such a one, if it is to be
 * changed, does not come back.
 *
 * @param act must be done when it returns, since nothing else may run meanwhile
 */
export function withVariables<T>({ set, unset }: EnvironmentChanges, act: () => T): T {
  const names = [...Object.keys(set), ...unset];
  const before = names.map((name) => [name, valueOf(name)] as const);
  for (const name of unset) Deno.env.delete(name);
  for (const [name, value] of Object.entries(set)) Deno.env.set(name, value);
  try {
    return act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

/** Returns a variable's value; `undefined` also if it is not UTF-8. */
export function valueOf(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return undefined;
    throw error;
  }
}
