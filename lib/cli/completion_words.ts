/**
 * The words of every command for completions, from the same data as the parser and the help.
 *
 * @module
 */

import type { AnyCommand, Flag, Program } from "./command.ts";
import { flagSpellings } from "./flags.ts";
import { shownFlags } from "./help_headings.ts";
import { longFlag } from "./parse.ts";
import { topics } from "./topics.ts";

/** What follows a flag that takes a value. */
export type ValueWords =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "profile" | "path" | "other" };

/** A flag. */
export interface FlagWords {
  /** Our spelling first, then its letter, then those of other tools. */
  readonly spellings: readonly [string, ...string[]];
  readonly brief: string;
  readonly value?: ValueWords;
}

/** A command. */
export interface CommandWords {
  readonly name: string;
  readonly brief: string;
  readonly flags: readonly FlagWords[];
  /** The values that the first argument can have; empty if it can be anything. */
  readonly positionalWords: readonly string[];
  /** Which arguments are profiles: the first and the last one, counted from 0. */
  readonly profiles?: readonly [first: number, last: number];
  readonly takesCommandLine: boolean;
}

const helpFlag: FlagWords = { spellings: ["--help", "-h"], brief: "Show help" };
const versionFlag: FlagWords = { spellings: ["--version", "-v"], brief: "Show the version" };

/** More arguments than anybody types. */
const many = 99;

/** Returns the words of every command, in the order of the help, and last those of the help. */
export async function completionWords({ table, defaultName }: Program): Promise<CommandWords[]> {
  const commands = await Promise.all(
    Object.entries(table).map(async ([name, { brief, load }]) => {
      const { default: command } = await load();
      return {
        name,
        brief,
        ...positionalsOf(command),
        flags: [...flagsOf(command), ...(name === defaultName ? [versionFlag] : [])],
      };
    }),
  );
  return [...commands, {
    name: "help",
    brief: "Show help for a command or topic",
    flags: [],
    positionalWords: [...new Set([...Object.keys(table), ...Object.keys(topics)])],
    takesCommandLine: false,
  }];
}

/** Returns a flag's letter, and how other tools spell it. */
export function otherSpellings(
  command: AnyCommand,
  name: string,
): { readonly letters: readonly string[]; readonly theirs: readonly string[] } {
  const ours = longFlag(name, command.flags[name]!);
  const keys = (table: Readonly<Record<string, string>>, value: string) =>
    Object.entries(table).filter(([, each]) => each === value).map(([key]) => key);
  return {
    letters: keys(command.aliases, name).map((letter) => `-${letter}`),
    theirs: keys(flagSpellings, ours),
  };
}

function positionalsOf(
  { positionals, positionalWords = [], takesCommandLine = false }: AnyCommand,
) {
  const first = positionalWords.length > 0 ? 1 : 0;
  const profiles = /\bPROFILE\b/.test(positionals)
    ? [first, positionals.includes("PROFILE...") ? many : first] as const
    : undefined;
  return { positionalWords, takesCommandLine, ...(profiles && { profiles }) };
}

function flagsOf(command: AnyCommand): FlagWords[] {
  const flags = shownFlags(command.flags).map(([name, flag]): FlagWords => {
    const { letters, theirs } = otherSpellings(command, name);
    const value = valueOf(flag);
    return {
      spellings: [longFlag(name, flag), ...letters, ...theirs],
      brief: flag.brief,
      ...(value && { value }),
    };
  });
  return [...flags, helpFlag];
}

function valueOf(flag: Flag): ValueWords | undefined {
  if (flag.kind === "toggle") return undefined;
  if (flag.kind === "choice") return { kind: "words", words: flag.values };
  const { placeholder } = flag;
  return { kind: placeholder === "profile" || placeholder === "path" ? placeholder : "other" };
}
