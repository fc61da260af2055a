/**
 * What `stsmfa use` and `unset` have a shell evaluate: statements that remember in the shell what
 * they replace, and restore it. The shell does that itself, since only it knows its variables byte
 * for byte, including those that are not exported. It remembers them in variables that are not
 * exported either, so no other program sees them.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import type { VariableChange } from "./use_changes.ts";
import type { FunctionShell } from "./function.ts";
import { fishChanges } from "./remember_fish.ts";
import { posixChanges } from "./remember_posix.ts";
import { powershellChanges } from "./remember_powershell.ts";
import { refuseNul } from "./statements.ts";

/** Returns the first line of all statements, with the mark of the call that asked for them. */
export function firstLine(shell: FunctionShell, mark: string): string {
  // Interactive zsh does not accept comments.
  return shell === "sh" || shell === "bash" || shell === "zsh"
    ? `: stsmfa ${mark};\n`
    : `# stsmfa ${mark}\n`;
}

/**
 * Returns the statements after {@link firstLine}; for `nu`, which can't evaluate text, the changes
 * as JSON, which the function applies.
 *
 * @param env the variables exported now
 * @throws StsmfaError `Usage` for a value that no variable can hold
 */
export function rememberingStatements(
  shell: FunctionShell,
  changes: readonly VariableChange[],
  env: Environment,
): string {
  for (const change of changes) if (change.kind === "set") refuseNul(change.value);
  switch (shell) {
    case "fish":
      return fishChanges(changes);
    case "powershell":
      return powershellChanges(changes);
    case "nu":
      return JSON.stringify(changes, null, 1) + "\n";
    default:
      return posixChanges(changes, env, shell);
  }
}
