/**
 * How `stsmfa use` and `stsmfa unset` are told which shell they change.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { windowsShell } from "../hint_words.ts";
import { type FunctionShell, functionShells, shellFunction } from "../shell/function.ts";
import type { Flag } from "./command.ts";

/** The flags with which the function names its shell and asks for statements. */
export const functionFlags = {
  shell: {
    kind: "choice",
    values: functionShells,
    brief: "Name of the shell",
    isTypedOnly: true,
    isHidden: true,
  },
  mark: {
    kind: "text",
    placeholder: "word",
    brief: "Marks the statements to run",
    isTypedOnly: true,
    isHidden: true,
  },
  pid: {
    kind: "text",
    placeholder: "number",
    brief: "Process ID of the shell",
    isTypedOnly: true,
    isHidden: true,
  },
} as const satisfies Record<keyof FunctionFlags, Flag>;

/** The values that the function passes. */
export interface FunctionFlags {
  readonly shell?: FunctionShell;
  readonly mark?: string;
  readonly pid?: string;
}

/** A function that asks for statements. */
export interface AskingFunction {
  readonly shell: FunctionShell;
  readonly mark: string;
}

/**
 * Returns the shell's process, or `undefined` if its function is from an earlier version.
 *
 * @throws StsmfaError `Usage` for what is no process
 */
export function shellProcess({ pid, shell }: FunctionFlags): number | undefined {
  if (pid === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(pid)) return Number(pid);
  throw ofOtherVersion(shell);
}

/**
 * Returns the shell's process.
 *
 * @throws StsmfaError `Usage` for a function from an earlier version
 */
export function neededProcess(flags: FunctionFlags): number {
  const process = shellProcess(flags);
  if (process === undefined) throw ofOtherVersion(flags.shell);
  return process;
}

/**
 * Returns the function that asks for statements, if one does. With `--shell`, only statements may
 * be printed on stdout.
 *
 * @throws StsmfaError `Usage` for a function that evaluates output without its own mark
 */
export function askingFunction({ shell, mark }: FunctionFlags): AskingFunction | undefined {
  if (shell === undefined && mark === undefined) return undefined;
  if (shell !== undefined && mark !== undefined && /^[\w-]{2,64}$/.test(mark)) {
    return { shell, mark };
  }
  throw ofOtherVersion(shell);
}

function ofOtherVersion(shell: FunctionShell | undefined): StsmfaError {
  return new StsmfaError("Usage", "this shell's stsmfa function is from another version", {
    hint: `load it again: ${shellFunction(shell ?? "bash").line}`,
  });
}

/**
 * Returns the function that asks for statements.
 *
 * @throws StsmfaError `Usage` if there is no function, or it would get no statements and so do
 * nothing
 */
export function neededFunction(
  command: string,
  flags: FunctionFlags & { readonly json?: boolean },
  env: Environment,
): AskingFunction {
  if (flags.json) {
    throw new StsmfaError("Usage", `${command} prints statements for the shell, not JSON`, {
      hint: "drop --json",
    });
  }
  const asking = askingFunction(flags);
  if (asking !== undefined) return asking;
  throw new StsmfaError(
    "Usage",
    `${command} changes the current shell, which has no stsmfa function yet`,
    { hint: functionHint(env) },
  );
}

/** Returns how to get the function. */
export function functionHint(env: Environment): string {
  const isPowerShell = env.os === "windows" && windowsShell(env) !== "bash";
  return isPowerShell
    ? `for PowerShell, add to $PROFILE: ${
      shellFunction("powershell").line
    }; others: stsmfa shell --help`
    : 'for bash, add to ~/.bashrc: eval "$(stsmfa shell bash)"; others: stsmfa shell --help';
}
