/**
 * From the words of a command line to a command, its flags and its result. Parsing, help and
 * completion data are Stricli's; it is loaded when there is a flag to parse.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { type ExitStatus, StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { CommandTable, CommonFlags, ProgramInfo } from "./command.ts";
import { printError, printResult } from "./view.ts";

/** Runs the command the arguments name; never throws. */
export async function runCommandLine<NAME extends string>(
  context: Context,
  info: ProgramInfo,
  table: CommandTable<NAME>,
  defaultName: NAME,
): Promise<ExitStatus> {
  const args = context.args[0] === "help" ? [...context.args.slice(1), "--help"] : context.args;
  const isName = (word: string | undefined): word is NAME =>
    word !== undefined && Object.hasOwn(table, word);
  const name = isName(args[0]) ? args[0] : defaultName;
  const rest = isName(args[0]) ? args.slice(1) : args;
  const printed: Pick<CommonFlags, "json"> = { json: args.includes("--json") };
  try {
    const { default: command } = await table[name].load();
    let flags: CommonFlags = {};
    let operands: readonly string[] = rest;
    // Without flags there is nothing to parse, and a valid session is told the sooner.
    if (rest.some((word) => word.startsWith("-"))) {
      const { parse } = await import("./parse.ts");
      const parsed = await parse(context, args, info, table, { defaultName, name, command });
      if ("exitStatus" in parsed) return parsed.exitStatus;
      ({ flags, operands } = parsed);
    }
    return printResult(context, await command.run(context, flags as never, operands), flags);
  } catch (error) {
    return printError(context, withCommandHint(error, args, Object.keys(table)), printed);
  }
}

/** A first word that is no profile may be a mistyped command. */
function withCommandHint(
  error: unknown,
  args: readonly string[],
  commands: readonly string[],
): unknown {
  const [word = ""] = args;
  if (!(error instanceof StsmfaError) || error.code !== "ProfileNotFound") return error;
  const near = commands.includes(word) ? undefined : nearest(word, commands);
  if (near === undefined || error.hint?.startsWith("did you mean")) return error;
  return new StsmfaError(error.code, error.message, {
    hint: `did you mean the command: stsmfa ${near}`,
    cause: error,
  });
}
