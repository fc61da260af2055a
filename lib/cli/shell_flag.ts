/**
 * How `stsmfa use` and `stsmfa unset` are told which shell they change.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { type FunctionShell, functionShells, shellFunction } from "../shell/function.ts";
import type { Flag } from "./command.ts";

/** The flags with which the function says what it is, and asks for statements. */
export const functionFlags = {
  shell: {
    kind: "choice",
    values: functionShells,
    brief: "Given by the function of `stsmfa shell`",
    isTypedOnly: true,
  },
  mark: {
    kind: "text",
    placeholder: "word",
    brief: "Given by it, too: begins the statements",
    isTypedOnly: true,
  },
} as const satisfies Record<keyof FunctionFlags, Flag>;

/** What the function gives. */
export interface FunctionFlags {
  readonly shell?: FunctionShell;
  readonly mark?: string;
}

/** Who asks for statements. */
export interface AskingFunction {
  readonly shell: FunctionShell;
  readonly mark: string;
}

/**
 * The function that asks for statements, if one does. With `--shell` nothing but statements may be
 * printed on stdout.
 *
 * @throws StsmfaError `Usage` for a function that evaluates what has no mark of its own
 */
export function askingFunction({ shell, mark }: FunctionFlags): AskingFunction | undefined {
  if (shell === undefined && mark === undefined) return undefined;
  if (shell !== undefined && mark !== undefined && /^[\w-]{2,64}$/.test(mark)) {
    return { shell, mark };
  }
  throw new StsmfaError("Usage", "the function stsmfa of this shell is from another version", {
    hint: `load it anew: ${shellFunction(shell ?? "bash").line}`,
  });
}

/**
 * The function that asks for statements.
 *
 * @throws StsmfaError `Usage` where there is no function, or where it would get no statements, and
 * nothing would come of it
 */
export function neededFunction(
  command: string,
  flags: FunctionFlags & { readonly json?: boolean },
): AskingFunction {
  if (flags.json) {
    throw new StsmfaError("Usage", `${command} prints statements for the shell, and no JSON`, {
      hint: "leave --json out",
    });
  }
  const asking = askingFunction(flags);
  if (asking !== undefined) return asking;
  throw new StsmfaError(
    "Usage",
    `${command} changes the shell it is typed in, and this shell has no function stsmfa yet`,
    {
      hint:
        'for bash, put this line into ~/.bashrc: eval "$(stsmfa shell bash)"; for others see: stsmfa shell --help',
    },
  );
}
