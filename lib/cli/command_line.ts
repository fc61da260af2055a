/**
 * Finds the command of a command line, parses its flags and runs it.
 *
 * @module
 */

import type { Context, Waits } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { linesForPeople } from "../screen.ts";
import { clearLeftovers } from "../state/leftovers.ts";
import type { Talk } from "../talk.ts";
import type { CommandTable, CommonFlags, ProgramInfo } from "./command.ts";
import { type FileFlags, type SessionFlags, withVariables } from "./flags.ts";
import { parse } from "./parse.ts";
import { printError, printResult } from "./print.ts";

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
    if (first === "help") {
      const word = others.find((each) => !each.startsWith("-"));
      return await showHelp(context, info, table, word, true);
    }
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
    await clearLeftovers(context, flags as FileFlags);
    const isNobodyAsked = (flags as Pick<SessionFlags, "prompt">).prompt === "none";
    if (isNobodyAsked) flags = { ...flags, nonInteractive: true } as CommonFlags;
    // Windows ask for codes alone; all else is asked at the terminal.
    const shown = withWaits(context, flags);
    const asking = isNobodyAsked ? withoutTerminalQuestions(shown) : shown;
    const result = await command.run(asking, flags as never, parsed.positionals, commandLine, {
      info,
      table,
      defaultName,
    });
    return await printResult(context, result, flags);
  } catch (error) {
    return printError(context, await withHint(error, args, Object.keys(table)), flags);
  }
}

/** Returns a context that says what is waited for; what shows that is loaded when it is needed. */
function withWaits(context: Context, flags: CommonFlags): Context {
  let talk: Talk | undefined;
  let told: string | undefined;
  const load = async () => {
    const { terminalTalk } = await importLazily<typeof import("../talk.ts")>(
      "../talk.ts",
      import.meta.url,
    );
    return talk ??= terminalTalk(context, flags);
  };
  const value: Waits = {
    afterSeconds: context.terminal.stderr.isTerminal ? 1 : 5,
    progress: (message) => {
      told = message;
      // It may be over before what shows it is loaded.
      if (talk === undefined) void load().then(({ progress }) => told && progress(told));
      else talk.progress(message);
    },
    endProgress: () => {
      told = undefined;
      talk?.endProgress();
    },
  };
  return Object.create(context, { waits: { value, enumerable: true } });
}

/** Returns a context in which nobody is at the terminal. */
export function withoutTerminalQuestions(context: Context): Context {
  const prompter = () => Promise.resolve(undefined);
  const terminal = { ...context.terminal, prompter };
  // Not a copy: to read the signal is to listen for it.
  return Object.create(context, { terminal: { value: terminal, enumerable: true } });
}

/** Returns a context that shows nothing of what is waited for: the screen is another program's. */
export function withoutWaits(context: Context): Context {
  return Object.create(context, { waits: { value: undefined, enumerable: true } });
}

/** Shows the help of the program, or of a command or topic. */
async function showHelp(
  { terminal: { stdout } }: Context,
  info: ProgramInfo,
  table: CommandTable,
  name: string | undefined,
  isTopic = false,
): Promise<ExitStatus> {
  const { helpLines } = await importLazily<typeof import("./help_page.ts")>(
    "./help_page.ts",
    import.meta.url,
  );
  stdout.write(linesForPeople(await helpLines(stdout, info, table, name, isTopic), false));
  return ExitStatus.Ok;
}

/** Adds a hint if an unknown name may be a mistyped command, or a flag stands before one. */
async function withHint(
  error: unknown,
  args: readonly string[],
  commands: readonly string[],
): Promise<unknown> {
  if (!(error instanceof StsmfaError) || !["ProfileNotFound", "Usage"].includes(error.code)) {
    return error;
  }
  const loading = importLazily<typeof import("./command_hint.ts")>(
    "./command_hint.ts",
    import.meta.url,
  );
  return await loading.then(({ withCommandHint }) => withCommandHint(error, args, commands))
    .catch(() => error);
}
