/**
 * Help, from the same data that the parser has.
 *
 * @module
 */

import type { AnyCommand, CommandTable, ProgramInfo } from "./command.ts";
import { flagSpellings } from "./flags.ts";

interface FlagParameter {
  readonly kind: "boolean" | "enum" | "parsed";
  readonly brief: string;
  readonly placeholder?: string;
  readonly values?: readonly string[];
  readonly withNegated?: boolean;
}

/** The help of the program: what it is for and its commands. */
export function programHelp(info: ProgramInfo, table: CommandTable): string {
  return [
    `${info.name}: ${info.brief}`,
    "",
    `Usage: ${info.name} [COMMAND] [FLAGS]`,
    "",
    ...info.description,
    "",
    "Commands:",
    ...columns(Object.entries(table).map(([name, { brief }]) => [name, brief])),
    "",
    "Flags:",
    ...columns([["-h, --help", "Show help, also of a command"], [
      "-v, --version",
      "Show the version",
    ]]),
    "",
    `More: ${info.name} COMMAND --help`,
    "",
  ].join("\n");
}

/** The help of one command: what it does, its flags and their other spellings. */
export function commandHelp(info: ProgramInfo, name: string, command: AnyCommand): string {
  const letters = new Map(Object.entries(command.aliases).map(([letter, flag]) => [flag, letter]));
  const flags = Object.entries(command.flags as Record<string, FlagParameter>);
  const rows = flags.map(([flag, parameter]): [string, string] => {
    const letter = letters.get(flag);
    return [
      `${letter === undefined ? "   " : `-${letter},`} ${longFlag(flag, parameter)}`,
      parameter.brief,
    ];
  });
  const own = new Set(flags.map(([flag]) => kebab(flag)).concat("no-backup"));
  const spellings = Object.entries(flagSpellings).filter(([, ours]) => own.has(ours.slice(2)));
  return [
    `Usage: ${info.name} ${name} ${command.operands} [FLAGS]`,
    "",
    ...command.docs.description,
    "",
    "Flags:",
    ...columns([...rows, ["-h, --help", "Show this help"]]),
    ...(spellings.length === 0 ? [] : [
      "",
      "Other spellings:",
      ...columns(spellings.map(([theirs, ours]) => [theirs, ours])),
    ]),
    "",
  ].join("\n");
}

function longFlag(name: string, { kind, placeholder, values, withNegated }: FlagParameter): string {
  const flag = `--${kebab(name)}`;
  // A flag that is on unless it is negated is of interest in its negated form.
  if (kind === "boolean") return withNegated === false ? flag : `--no-${kebab(name)}`;
  return `${flag} ${values?.join("|") ?? (placeholder ?? "value").toUpperCase()}`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
