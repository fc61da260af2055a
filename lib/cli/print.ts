/**
 * Prints results and errors: data on stdout, talk on stderr.
 *
 * @module
 */

import type { Context, Output } from "../context.ts";
import { StsmfaError, withoutControls } from "../errors.ts";
import type { CommandResult, CommonFlags, Paint } from "./command.ts";

/** Prints a result; gives the exit status. */
export async function printResult(
  context: Context,
  result: CommandResult,
  flags: CommonFlags,
): Promise<number> {
  const { stdout } = context.terminal;
  if (flags.json) {
    if (result.json !== undefined) stdout.write(`${JSON.stringify(result.json, null, 2)}\n`);
  } else if (!flags.quiet || result.isData) {
    stdout.write(await result.human(painter(context, stdout, flags.color)));
  }
  for (const { about, error } of result.errors ?? []) printError(context, error, flags, about);
  return result.exitStatus;
}

/**
 * Prints an error in the one form there is; gives its exit status. A fault of ours shows its kind
 * and place, never a value.
 *
 * @param about a profile's name to put before the message
 */
export function printError(
  context: Context,
  error: unknown,
  flags: Pick<CommonFlags, "json" | "color">,
  about?: string,
): number {
  const { stderr } = context.terminal;
  const known = error instanceof StsmfaError ? error : unexpected(error);
  if (flags.json) {
    const { code, message, hint } = known;
    stderr.write(`${JSON.stringify({ error: { code, message, hint, profile: about } })}\n`);
    return known.exitStatus;
  }
  const label = painter(context, stderr, flags.color)("red", "error:");
  stderr.write(
    `stsmfa: ${label} ${about === undefined ? "" : `${withoutControls(about)}: `}${
      withoutControls(known.message)
    }\n`,
  );
  if (known.hint !== undefined) stderr.write(`stsmfa: hint: ${withoutControls(known.hint)}\n`);
  return known.exitStatus;
}

function unexpected(error: unknown): StsmfaError {
  const name = error instanceof Error ? error.name : typeof error;
  const location = error instanceof Error
    // A file of the standalone program is one line: there it takes the column.
    ? /\b(?:lib|hooks)\/[\w/]+\.ts:\d+|[\w-]+\.js:\d+:\d+/.exec(error.stack ?? "")?.[0]
    : undefined;
  return new StsmfaError(
    "Unexpected",
    `a fault of stsmfa itself: ${name}${location === undefined ? "" : ` at ${location}`}`,
    { hint: "nothing is lost; please report it with the command you ran", cause: error },
  );
}

/** Colours for one stream: `--color`, else NO_COLOR, CLICOLOR_FORCE, else only on a terminal. */
function painter(context: Context, output: Output, color: CommonFlags["color"]): Paint {
  const { env } = context;
  const isOn = color !== undefined && color !== "auto"
    ? color === "always"
    : env.get("NO_COLOR") !== undefined
    ? false
    : (env.get("CLICOLOR_FORCE") ?? "0") !== "0"
    ? true
    : output.isTerminal && env.get("TERM") !== "dumb";
  const codes = { green: 32, yellow: 33, red: 31, dim: 2 };
  return (colour, text) => isOn && text !== "" ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
}
