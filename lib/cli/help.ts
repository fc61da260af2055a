/**
 * Generates the help, from the same data as the parser.
 *
 * @module
 */

import { type Line, line } from "../screen.ts";
import type { AnyCommand, CommandTable, Flag, ProgramInfo } from "./command.ts";
import { flagSpellings } from "./flags.ts";
import { longFlag } from "./parse.ts";
import { padColumn } from "./table.ts";

/** Returns the help of the program: its purpose and its commands. */
export async function programHelp(info: ProgramInfo, table: CommandTable): Promise<Line[]> {
  return [
    `${info.name}: ${info.brief}`,
    "",
    `Usage: ${info.name} [COMMAND] [FLAGS]`,
    "",
    ...info.description,
    "",
    "Commands:",
    ...await columns(Object.entries(table).map(([name, { brief }]) => [name, brief])),
    "",
    "Flags:",
    ...await columns([["-h, --help", "Show help, also of a command"], [
      "-v, --version",
      "Show the version",
    ]]),
    "",
    `More: ${info.name} COMMAND --help`,
  ];
}

/** Returns the help of a command: what it does, its flags and their other spellings. */
export async function commandHelp(
  info: ProgramInfo,
  name: string,
  command: AnyCommand,
): Promise<Line[]> {
  const letters = new Map(Object.entries(command.aliases).map(([letter, flag]) => [flag, letter]));
  const flags = Object.entries(command.flags);
  const rows = flags.map(([name, flag]): [string, string] => {
    const letter = letters.get(name);
    const before = letter === undefined ? "   " : `-${letter},`;
    return [`${before} ${longFlag(name, flag)}${valueOf(flag)}`, briefOf(flag)];
  });
  const own = flags.map(([name, flag]) => longFlag(name, flag));
  const spellings = Object.entries(flagSpellings).filter(([, ours]) => own.includes(ours));
  return [
    `Usage: ${info.name} ${name} ${command.positionals} [FLAGS]`,
    "",
    ...command.description,
    "",
    "Flags:",
    ...await columns([...rows, ["-h, --help", "Show this help"]]),
    ...(spellings.length === 0 ? [] : [
      "",
      "Other spellings:",
      ...await columns(spellings.map(([theirs, ours]) => [theirs, ours])),
    ]),
  ];
}

function valueOf(flag: Flag): string {
  if (flag.kind === "toggle") return "";
  if (flag.kind === "text") return ` ${flag.placeholder.toUpperCase()}`;
  const values = flag.values.join("|");
  return values.length > mostWidth ? " NAME" : ` ${values}`;
}

function briefOf(flag: Flag): string {
  const isWide = flag.kind === "choice" && flag.values.join("|").length > mostWidth;
  return isWide ? `${flag.brief}: ${flag.values.join(", ")}` : flag.brief;
}

/** Longer values would make the column of all flags too wide. */
const mostWidth = 24;

async function columns(rows: readonly (readonly [string, string])[]): Promise<Line[]> {
  const names = await padColumn(rows.map(([name]) => name));
  return rows.map(([, words], at) => line`  ${names[at]!}  ${words}`);
}
