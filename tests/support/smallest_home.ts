/**
 * The smallest home for which something still holds, and homes as people read them.
 *
 * @module
 */

import type { Home } from "./resolution.ts";

/**
 * Returns the smallest home that can be found by taking away lines and variables, for which
 * something still holds.
 */
export async function smallestHome<T extends Home>(
  home: T,
  holds: (home: T) => Promise<boolean>,
): Promise<T> {
  let smallest = home;
  const isStill = async (candidate: T) => {
    if (!await holds(candidate)) return false;
    smallest = candidate;
    return true;
  };
  let before: T;
  do {
    before = smallest;
    for (const file of ["config", "credentials"] as const) {
      // Many lines at once first: most of a home has nothing to do with what is sought.
      for (const size of [16, 4, 1]) {
        let lines = smallest[file]?.split("\n") ?? [];
        for (let at = 0; at < lines.length;) {
          const fewer = lines.toSpliced(at, size);
          const text = fewer.join("\n");
          const isLess = text !== smallest[file];
          if (isLess && await isStill({ ...smallest, [file]: text })) lines = fewer;
          else at += size;
        }
      }
    }
    for (const name of Object.keys(smallest.variables)) {
      const { [name]: _, ...variables } = smallest.variables;
      await isStill({ ...smallest, variables });
    }
  } while (smallest !== before);
  return smallest;
}

/** Returns a home as a person would look at it. */
export function shownHome({ config, credentials, variables }: Home): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [
    `--- config${config === null ? " (absent)" : ""}`,
    config ?? "",
    `--- credentials${credentials === null ? " (absent)" : ""}`,
    credentials ?? "",
    `--- variables: ${set.join(" ")}`,
  ].join("\n");
}
