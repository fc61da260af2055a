/**
 * Tests of install.sh, one for each shell.
 *
 * @module
 */

import { posix, testOrSkip } from "./abilities.ts";
import { needsProgram, needsShell, type ShellProgram } from "./shells.ts";

const shells: readonly ShellProgram[] = ["dash", "bash"];

/** Adds a test for each installed shell. */
export function inEachShell(name: string, fn: (shell: ShellProgram) => Promise<void>): void {
  for (const shell of shells) {
    const lack = [needsShell(shell), needsProgram("curl")].find(({ ignore }) => ignore);
    testOrSkip({
      name: `install.sh in ${shell} ${name}${posix.isHere ? lack?.name ?? "" : ""}`,
      ignore: lack !== undefined,
      reason: posix.reason,
      fn: () => fn(shell),
    });
  }
}
