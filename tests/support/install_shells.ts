/**
 * Tests of install.sh, one for each shell.
 *
 * @module
 */

import { needsProgram, needsShell, type ShellProgram } from "./shells.ts";

const shells: readonly ShellProgram[] = ["dash", "bash"];

/** Adds a test for each installed shell. */
export function inEachShell(name: string, fn: (shell: ShellProgram) => Promise<void>): void {
  for (const shell of shells) {
    const lack = [needsShell(shell), needsProgram("curl")].find(({ ignore }) => ignore);
    Deno.test({
      name: `install.sh in ${shell} ${name}${lack?.name ?? ""}`,
      ignore: lack !== undefined,
      fn: () => fn(shell),
    });
  }
}
