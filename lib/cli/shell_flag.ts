/**
 * How `stsmfa use` and `stsmfa unset` are told which shell they change.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { type FunctionShell, functionShells } from "../shell/function.ts";
import type { Flag } from "./command.ts";

/** The flag with which the function says what it is. */
export const functionShellFlag: Flag = {
  kind: "choice",
  values: functionShells,
  brief: "Given by the function of `stsmfa shell`",
};

/**
 * The shell that runs the function.
 *
 * @throws StsmfaError `Usage` where there is no function, or where it would get no statements, and
 * nothing would come of it
 */
export function neededShell(
  command: string,
  { shell, json }: { readonly shell?: FunctionShell; readonly json?: boolean },
): FunctionShell {
  if (shell !== undefined && json) {
    throw new StsmfaError("Usage", `${command} prints statements for the shell, and no JSON`, {
      hint: "leave --json out",
    });
  }
  if (shell !== undefined) return shell;
  throw new StsmfaError(
    "Usage",
    `${command} changes the shell it is typed in, and this shell has no function stsmfa yet`,
    {
      hint:
        'for bash, put this line into ~/.bashrc: eval "$(stsmfa shell bash)"; for others see: stsmfa shell --help',
    },
  );
}
