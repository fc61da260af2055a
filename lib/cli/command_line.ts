/**
 * From the words of a command line to a command, and from its result to data on stdout, talk on stderr
 * and an exit status.
 *
 * @module
 */

import type { Context, Output } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { nearest } from "../nearest.ts";
import { dataForPrograms, jsonForPrograms, line, linesForPeople, paint } from "../screen.ts";
import type { CommandResult, CommandTable, CommonFlags, ProgramInfo } from "./command.ts";
import { withVariables } from "./flags.ts";
import { parse } from "./parse.ts";

/** Runs the command the arguments name; never throws. */
export async function runCommandLine<NAME extends string>(
  context: Context,
  info: ProgramInfo,
  table: CommandTable<NAME>,
  defaultName: NAME,
): Promise<number> {
  const { args } = context;
  const isName = (word: string | undefined): word is NAME =>
    word !== undefined && Object.hasOwn(table, word);
  let flags: CommonFlags = { json: args.includes("--json") };
  try {
    const [first, ...others] = args;
    if (first === "help") return await showHelp(context, info, table, others[0]);
    const name = isName(first) ? first : defaultName;
    const positionals = isName(first) ? others : args;
    const end = positionals.indexOf("--");
    const words = end < 0 ? positionals : positionals.slice(0, end);
    if (words.some((word) => word === "-h" || word === "--help")) {
      return await showHelp(context, info, table, first === name ? name : undefined);
    }
    if (words.some((word) => word === "-v" || word === "--version")) {
      const version = `${info.name} ${await info.loadVersion()}`;
      context.terminal.stdout.write(linesForPeople([version, context.runtime], false));
      return ExitStatus.Ok;
    }
    const { default: command } = await table[name].load();
    const parsed = parse(positionals, command, `${info.name} ${name} --help`);
    flags = withVariables(context.env, parsed.flags, command.flags);
    const { commandLine } = parsed;
    const result = await command.run(context, flags as never, parsed.positionals, commandLine, {
      info,
      table,
      defaultName,
    });
    return printResult(context, result, flags);
  } catch (error) {
    return printError(context, withCommandHint(error, args, Object.keys(table)), flags);
  }
}

async function showHelp<NAME extends string>(
  context: Context,
  info: ProgramInfo,
  table: CommandTable<NAME>,
  name: string | undefined,
): Promise<ExitStatus> {
  const { commandHelp, programHelp } = await importLazily<typeof import("./help.ts")>(
    "./help.ts",
    import.meta.url,
  );
  if (name === undefined || name === "--help") {
    context.terminal.stdout.write(linesForPeople(programHelp(info, table), false));
    return ExitStatus.Ok;
  }
  if (!Object.hasOwn(table, name)) {
    const near = nearest(name, Object.keys(table));
    throw new StsmfaError("Usage", `there is no command ${name}`, {
      hint: near === undefined
        ? `see: ${info.name} --help`
        : `did you mean: ${info.name} help ${near}`,
    });
  }
  const { default: command } = await table[name as NAME].load();
  context.terminal.stdout.write(linesForPeople(commandHelp(info, name, command), false));
  return ExitStatus.Ok;
}

/** A first word that is no profile may be a mistyped command; a command may stand behind a flag. */
function withCommandHint(
  error: unknown,
  args: readonly string[],
  commands: readonly string[],
): unknown {
  const [word = ""] = args;
  if (!(error instanceof StsmfaError)) return error;
  const late = word.startsWith("-") ? args.find((each) => commands.includes(each)) : undefined;
  if (late !== undefined && (error.code === "Usage" || error.code === "ProfileNotFound")) {
    return new StsmfaError(error.code, error.message, {
      hint: `flags go behind the command: stsmfa ${late} ${word} ...`,
      cause: error,
    });
  }
  if (error.code !== "ProfileNotFound") return error;
  const near = commands.includes(word) ? undefined : nearest(word, commands);
  if (near === undefined || error.hint?.startsWith("did you mean")) return error;
  return new StsmfaError(error.code, error.message, {
    hint: `did you mean the command: stsmfa ${near}`,
    cause: error,
  });
}

/** Prints a result; gives the exit status. */
function printResult(
  context: Context,
  result: CommandResult,
  flags: CommonFlags,
): number {
  const { stdout } = context.terminal;
  const { json, data, human, isAnswer } = result;
  if (flags.json) {
    if (json !== undefined) stdout.write(jsonForPrograms(json, 2));
  } else if (data !== undefined) {
    stdout.write(dataForPrograms(data, stdout.isTerminal));
  } else if (human !== undefined && (!flags.quiet || isAnswer)) {
    stdout.write(linesForPeople(human(), hasColour(context, stdout, flags.color)));
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
function printError(
  context: Context,
  error: unknown,
  flags: Pick<CommonFlags, "json" | "color">,
  about?: string,
): number {
  const { stderr } = context.terminal;
  const known = error instanceof StsmfaError ? error : unexpected(error);
  if (flags.json) {
    const { code, message, hint } = known;
    stderr.write(jsonForPrograms({ error: { code, message, hint, profile: about } }));
    return known.exitStatus;
  }
  const whose = about === undefined ? "" : `${about}: `;
  const lines = [
    line`stsmfa: ${paint("red", "error:")} ${whose}${known.message}`,
    ...(known.hint === undefined ? [] : [`stsmfa: hint: ${known.hint}`]),
  ];
  stderr.write(linesForPeople(lines, hasColour(context, stderr, flags.color)));
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

/** Colour on one stream: `--color`, else NO_COLOR, CLICOLOR_FORCE, else only on a terminal. */
function hasColour({ env }: Context, output: Output, color: CommonFlags["color"]): boolean {
  return color !== undefined && color !== "auto"
    ? color === "always"
    : env.get("NO_COLOR") !== undefined
    ? false
    : (env.get("CLICOLOR_FORCE") ?? "0") !== "0"
    ? true
    : output.isTerminal && env.get("TERM") !== "dumb";
}
