/**
 * The flags of every command, from its help.
 *
 * @module
 */

import type { TestContext } from "./test_context.ts";

/** Returns all long flags by command, including those of the older tools. */
export async function flagsOfHelp(test: TestContext): Promise<Record<string, string[]>> {
  await test.run("--help");
  const names = [...test.stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name!);
  const found: Record<string, string[]> = {};
  for (const name of names) {
    await test.run("help", name);
    const [, flags = ""] = test.stdout.split("\nFlags:\n");
    found[name] = [...flags.matchAll(/^ {2}(?:-.,| {3})? ?(--[a-z-]+)/gm)].map(([, flag]) => flag!);
  }
  return found;
}
