/**
 * What `stsmfa process` prints, for tests.
 *
 * @module
 */

import type { Home } from "./homes.ts";
import { assertEquals } from "@std/assert";

/** The JSON of `stsmfa process`; fails when it fails, or when anything else is on stdout. */
export async function processOutput(
  home: Home,
  ...args: string[]
): Promise<Readonly<Record<string, unknown>>> {
  assertEquals(await home.run("process", ...args), 0, home.stderr);
  assertEquals(home.stdout, `${JSON.stringify(home.json)}\n`);
  return home.json;
}
