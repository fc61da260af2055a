/**
 * Prints results and errors: data on stdout, messages on stderr.
 *
 * @module
 */

import type { Context, Output } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { withTilde } from "../path.ts";
import {
  brokenToFit,
  dataForPrograms,
  jsonForPrograms,
  type Line,
  line,
  linesForPeople,
  paint,
  textOfLine,
} from "../screen.ts";
import type { CommandResult, CommonFlags } from "./command.ts";

/** Prints a result; returns the exit status. */
export async function printResult(
  context: Context,
  result: CommandResult,
  flags: CommonFlags,
): Promise<number> {
  const { stdout } = context.terminal;
  const { json, data, human, isAnswer } = result;
  if (flags.json) {
    if (json !== undefined) stdout.write(jsonForPrograms(json, 2));
  } else if (data !== undefined) {
    stdout.write(dataForPrograms(data, stdout.isTerminal));
  } else if (human !== undefined && (!flags.quiet || isAnswer)) {
    const lines = await fitted(await human(), stdout);
    stdout.write(linesForPeople(lines, hasColour(context, stdout, flags.color)));
  }
  for (const { about, error } of result.errors ?? []) printError(context, error, flags, about);
  return result.exitStatus;
}

/** Breaks what is wider than the terminal between its words. */
async function fitted(lines: readonly Line[], { isTerminal, columns }: Output) {
  if (!isTerminal || columns === undefined || lines.every((each) => fitsPlainly(each, columns))) {
    return lines;
  }
  const { wrappedLines } = await importLazily<typeof import("./wrap.ts")>(
    "./wrap.ts",
    import.meta.url,
  );
  return await wrappedLines(lines, columns);
}

/** Reports whether a line is ASCII, which needs no measuring, and fits. */
function fitsPlainly(line: Line, columns: number): boolean {
  const text = textOfLine(line).trimEnd();
  return text.length <= columns && /^[ -[\]-~]*$/.test(text);
}

/**
 * Prints an error; returns its exit status. For a bug of ours, prints its class and location, never
 * a value.
 *
 * @param about a profile's name to put before the message
 */
export function printError(
  context: Context,
  error: unknown,
  flags: Pick<CommonFlags, "json" | "color">,
  about?: string,
): number {
  const { terminal: { stderr }, env } = context;
  const known = error instanceof StsmfaError ? error : unexpected(error);
  if (flags.json) {
    const { code, message, hint } = known;
    stderr.write(jsonForPrograms({ error: { code, message, hint, profile: about } }));
    return known.exitStatus;
  }
  const whose = about === undefined ? "" : `${about}: `;
  const columns = stderr.isTerminal ? stderr.columns : undefined;
  const lines = [
    line`stsmfa: ${paint("red", "error:")} ${whose}${withTilde(env, known.message)}`,
    ...(known.hint === undefined ? [] : [`stsmfa: hint: ${withTilde(env, known.hint)}`]),
  ];
  const broken = brokenToFit(lines, columns);
  stderr.write(linesForPeople(broken, hasColour(context, stderr, flags.color)));
  return known.exitStatus;
}

function unexpected(error: unknown): StsmfaError {
  if (error instanceof Error && Object(error).code === "ERR_MODULE_NOT_FOUND") {
    return new StsmfaError("Unexpected", "a part of stsmfa cannot be loaded", {
      hint: "install it again; from a checkout: deno task install",
      cause: error,
    });
  }
  const name = error instanceof Error ? error.name : typeof error;
  const location = error instanceof Error
    // A file of the standalone program has only one line, so the column is needed.
    ? /\b(?:lib|hooks)\/[\w/]+\.ts:\d+|[\w-]+\.js:\d+:\d+/.exec(error.stack ?? "")?.[0]
    : undefined;
  return new StsmfaError(
    "Unexpected",
    `this is a bug in stsmfa: ${name}${location === undefined ? "" : ` at ${location}`}`,
    { hint: "nothing is lost; please report it with the command you ran", cause: error },
  );
}

/** Reports whether to use colour: `--color`, else NO_COLOR, CLICOLOR_FORCE, else on a terminal. */
export function hasColour({ env }: Context, output: Output, color: CommonFlags["color"]): boolean {
  if (color !== undefined && color !== "auto") return color === "always";
  try {
    return env.get("NO_COLOR") !== undefined
      ? false
      : (env.get("CLICOLOR_FORCE") ?? "0") !== "0"
      ? true
      : output.isTerminal && env.get("TERM") !== "dumb";
  } catch {
    // One that cannot be read must not keep an error from being shown.
    return false;
  }
}
