/**
 * Generates the help, from the same data as the parser, and fits it to the terminal.
 *
 * @module
 */

import type { Output } from "../context.ts";
import type {
  AnyCommand,
  CommandTable,
  Flag,
  HelpExample,
  HelpPart,
  HelpTopic,
  ProgramInfo,
} from "./command.ts";
import { flagsByHeading } from "./help_headings.ts";
import { longFlag } from "./parse.ts";
import { topics } from "./topics.ts";
import { type Measure, measureOf } from "./table.ts";
import { wrapped, wrappedCommand } from "./wrap.ts";

/** Text that is wider is hard to read. */
const mostColumns = 100;

/** Where no terminal says how wide it is. */
const usualColumns = 80;

/** Returns how wide a help is on an output. */
export function helpColumns({ isTerminal, columns }: Output): number {
  return isTerminal ? Math.min(mostColumns, columns ?? usualColumns) : usualColumns;
}

/** Returns the help of the program: its purpose, its commands and topics. */
export async function programHelp(
  info: ProgramInfo,
  table: CommandTable,
  columns: number,
): Promise<string[]> {
  const { name, brief, examples, description } = info;
  const commands = Object.entries(table);
  const headings = [...new Set(commands.map(([, { heading }]) => heading))];
  const parts = headings.map((heading): [string, HelpPart] => [heading, {
    terms: commands.filter(([, each]) => each.heading === heading)
      .map(([command, { brief }]) => [command, brief]),
  }]);
  const sections: [string, HelpPart][] = [
    ...parts,
    ["Help topics", { terms: Object.entries(topics).map(([name, { brief }]) => [name, brief]) }],
    ["Flags", {
      terms: [
        ["-h, --help", "Show help, also of a command"],
        ["-v, --version", "Show the version"],
      ],
    }],
  ];
  const end = `Learn more: ${name} help COMMAND, ${name} help TOPIC`;
  const sheet = await Sheet.for(columns, [
    brief,
    ...examples,
    ...description,
    ...sections.map(([, each]) => each),
  ]);
  const width = Math.max(...sections.map(([, part]) => sheet.nameWidth([part])));
  return [
    ...sheet.text(`${brief}.`),
    "",
    `Usage: ${name} [COMMAND] [FLAGS]`,
    "",
    "Examples:",
    ...sheet.examples(examples),
    "",
    ...sheet.parts(description),
    ...sections.flatMap(([heading, part]) => ["", `${heading}:`, ...sheet.part(part, width)]),
    "",
    ...sheet.text(end),
  ];
}

/** Returns the help of a command: what to type, what it does, and its flags by what they are for. */
export async function commandHelp(
  info: ProgramInfo,
  table: CommandTable,
  name: string,
  command: AnyCommand,
  columns: number,
): Promise<string[]> {
  const { examples, description, details, flags } = command;
  const groups = flagsByHeading(flags).map(({ heading, flags }): [string, HelpPart] => {
    const rows = flags.map(([name, flag]) => [flagName(command, name, flag), flag.brief] as const);
    const help = heading === "Flags" ? [["-h, --help", "Show this help"] as const] : [];
    return [heading, { terms: [...rows, ...help] }];
  });
  const all = groups.map(([, part]) => part);
  const more = details === undefined
    ? []
    : ["", `More in the manual page: ${info.name} completions man`];
  const sheet = await Sheet.for(columns, [...examples, ...description, ...all]);
  return [
    ...sheet.text(`${table[name]!.brief}.`),
    "",
    ...sheet.text(usageOf(info, name, command), 4),
    "",
    "Examples:",
    ...sheet.examples(examples),
    "",
    ...sheet.parts(description),
    ...groups.flatMap(([heading, part]) => [
      "",
      `${heading}:`,
      ...sheet.part(part, sheet.nameWidth(all)),
    ]),
    ...more.flatMap((each) => sheet.text(each)),
  ];
}

/** Returns a page of help that is not about one command. */
export async function topicHelp({ parts }: HelpTopic, columns: number): Promise<string[]> {
  const sheet = await Sheet.for(columns, parts);
  return sheet.parts(parts);
}

/** Returns the words after `Usage:`; flags stand before another program's command line. */
export function usageOf({ name }: ProgramInfo, command: string, of: AnyCommand): string {
  const [before = "", after = ""] = of.positionals.split(/ ?(\[?-- .*)$/);
  const words = [name, command, before, "[FLAGS]", after].filter((word) => word !== "");
  return `Usage: ${words.join(" ")}`;
}

function flagName(command: AnyCommand, name: string, flag: Flag): string {
  const letter = Object.entries(command.aliases).find(([, each]) => each === name)?.[0];
  return `${letter === undefined ? "   " : `-${letter},`} ${longFlag(name, flag)}${valueOf(flag)}`;
}

function valueOf(flag: Flag): string {
  if (flag.kind === "toggle") return "";
  if (flag.kind === "text") return ` ${flag.placeholder.toUpperCase()}`;
  return ` ${flag.placeholder?.toUpperCase() ?? flag.values.join("|")}`;
}

/** Longer names have their words below them. */
const mostNameWidth = 30;

/** In less than that, two columns are too narrow to read. */
const leastForTwo = 60;

/** Lines of a certain width. */
class Sheet {
  private constructor(private readonly columns: number, private readonly widthOf: Measure) {}

  static async for(
    columns: number,
    parts: readonly (HelpPart | HelpExample)[],
  ): Promise<Sheet> {
    const texts = parts.flatMap((part) => {
      if (typeof part === "string") return [part];
      if ("terms" in part) return part.terms.flat();
      return "code" in part ? part.code : [...part];
    });
    return new Sheet(columns, await measureOf(texts));
  }

  text(text: string, indent = 0): string[] {
    const [first = "", ...rest] = wrapped(text, this.columns, this.widthOf);
    if (rest.length === 0) return [first];
    const others = text.slice(first.length + 1);
    return [first, ...this.indented(others, indent)];
  }

  indented(text: string, indent: number): string[] {
    return wrapped(text, this.columns - indent, this.widthOf)
      .map((line) => " ".repeat(indent) + line);
  }

  parts(parts: readonly HelpPart[]): string[] {
    return parts.flatMap((part, at) => {
      const isApart = at > 0;
      return [...(isApart ? [""] : []), ...this.part(part)];
    });
  }

  part(part: HelpPart, width?: number): string[] {
    if (typeof part === "string") return this.text(part);
    if ("code" in part) {
      return part.code.flatMap((line) =>
        wrappedCommand(line, this.columns - 2, this.widthOf).map((each) => `  ${each}`.trimEnd())
      );
    }
    return this.#terms(part.terms, width ?? this.nameWidth([part]));
  }

  /** Returns how wide the column of names is that these parts have in common. */
  nameWidth(parts: readonly HelpPart[]): number {
    const widths = parts.flatMap((part) =>
      typeof part === "object" && "terms" in part
        ? part.terms.map(([name]) => this.widthOf(name))
        : []
    );
    return Math.max(0, ...widths.filter((width) => width <= mostNameWidth));
  }

  #terms(terms: readonly (readonly [string, string])[], width: number): string[] {
    const column = width + 4;
    return terms.flatMap(([name, words]) => {
      const isBelow = this.columns < leastForTwo || this.widthOf(name) > width;
      if (isBelow) {
        const indent = this.columns < leastForTwo ? 6 : column;
        const shown = this.columns < leastForTwo ? name.trimStart() : name;
        return [`  ${shown}`, ...this.indented(words, indent)];
      }
      const [first = "", ...rest] = this.indented(words, column);
      const padding = " ".repeat(width - this.widthOf(name));
      return [`  ${name}${padding}  ${first.trimStart()}`, ...rest];
    });
  }

  /** Words stand beside the commands where there is room, else above. */
  examples(examples: readonly HelpExample[]): string[] {
    const pairs = examples.map((each) => typeof each === "string" ? [each, ""] as const : each);
    const width = this.#commandWidth(pairs);
    return pairs.flatMap(([command, words]) => {
      const own = this.widthOf(command);
      if (words !== "" && own <= width) {
        return [`  ${command}${" ".repeat(width - own)}  ${words}`];
      }
      const above = words === "" ? [] : wrapped(words, this.columns - 4, this.widthOf);
      const lines = wrappedCommand(command, this.columns - 2, this.widthOf);
      return [...above.map((line) => `  # ${line}`), ...lines.map((line) => `  ${line}`)];
    });
  }

  /** Returns the width of the widest command that leaves room for the words of all narrower ones. */
  #commandWidth(pairs: readonly (readonly [string, string])[]): number {
    const isFit = (width: number) =>
      pairs.every(([command, words]) =>
        this.widthOf(command) > width || 4 + width + this.widthOf(words) <= this.columns
      );
    return Math.max(0, ...pairs.map(([command]) => this.widthOf(command)).filter(isFit));
  }
}
