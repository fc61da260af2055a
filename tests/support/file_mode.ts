/**
 * File modes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

/** Asserts the mode of files or folders, except on Windows, which has no modes. */
export function assertMode(mode: number, ...paths: readonly string[]): void {
  if (Deno.build.os === "windows") return;
  for (const path of paths) {
    assertEquals((Deno.statSync(path).mode! & 0o777).toString(8), mode.toString(8), path);
  }
}
