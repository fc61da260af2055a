/**
 * What `stsmfa process` prints, for tests.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Home } from "./homes.ts";

/**
 * Returns the JSON of `stsmfa process`; fails if the command fails or prints anything else to
 * stdout.
 */
export async function processOutput(
  home: Home,
  ...args: string[]
): Promise<Readonly<Record<string, unknown>>> {
  assertEquals(await home.run("process", ...args), 0, home.stderr);
  assertEquals(home.stdout, `${JSON.stringify(home.json)}\n`);
  return home.json;
}
