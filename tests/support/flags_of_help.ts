/**
 * The commands and flags that the help names.
 *
 * @module
 */

import { flagSpellings } from "../../lib/cli/flags.ts";
import type { TestContext } from "./test_context.ts";

/** Returns the names of all commands, in the order of the help. */
export async function commandsOfHelp(
  test: { run(...args: string[]): Promise<number>; readonly stdout: string },
): Promise<string[]> {
  await test.run("--help");
  const [, commands = ""] = test.stdout.split(/\nHelp topics:\n/)[0]!.split(/\n\n(?=Everyday)/);
  return [...commands.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name!);
}

/** Returns all long flags by command, including those of the older tools, which no help shows. */
export async function flagsOfHelp(test: TestContext): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const name of await commandsOfHelp(test)) {
    await test.run(name, "--help");
    const [, flags = ""] = test.stdout.split("\nFlags:\n");
    const ours = [...flags.matchAll(/^ {2}(?:-.,| {3}) (--[a-z-]+)/gm)].map(([, flag]) => flag!);
    const theirs = Object.keys(flagSpellings).filter((each) => ours.includes(flagSpellings[each]!));
    found[name] = [...ours, ...theirs];
  }
  return found;
}
