/**
 * Parses the words of a command line into flags and arguments.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import { nearest, nearestOrLonger } from "../nearest.ts";
import type { AnyCommand, CommonFlags, Flag } from "./command.ts";
import { flagSpellings } from "./flags.ts";

/** The parsed flags and arguments of a command. */
export interface Parsed {
  readonly flags: CommonFlags;
  readonly positionals: readonly string[];
  /** What follows `--`, for a command that takes another program's command line. */
  readonly commandLine: readonly string[];
}

/**
 * Parses the words after a command's name: `--flag`, `--flag value`, `--flag=value`, `--no-flag`,
 * `-f`, `-fq`; what follows `--` is arguments, or another program's command line.
 *
 * @param helpCommand the command that the hint names
 * @throws StsmfaError `Usage`
 */
export function parse(words: readonly string[], command: AnyCommand, helpCommand: string): Parsed {
  const flags: Record<string, unknown> = {};
  const positionals: string[] = [];
  const commandLine: string[] = [];
  const fail = (problem: string, hint = `see: ${helpCommand}`) => {
    const most = hint.startsWith("did you mean") ? 1 : 0;
    const isOthers = command.takesCommandLine === true && positionals.length > most &&
      !words.includes("--");
    return new StsmfaError("Usage", problem, {
      hint: isOthers ? `put -- before the command to run; see: ${helpCommand}` : hint,
    });
  };

  const set = (given: string, { name, flag, isOff }: FoundFlag, value: string | undefined) => {
    if (flag.kind === "toggle") {
      if (value !== undefined) throw fail(`${given} takes no value`);
      flags[name] = !isOff;
      return;
    }
    if (value === undefined) throw fail(`${given} needs a value`);
    if (flags[name] !== undefined) throw fail(`${given} is given more than once`);
    if (flag.kind === "choice" && !flag.values.includes(value)) {
      const near = nearest(value, flag.values);
      throw fail(
        `${given}: ${value} is not one of ${flag.values.join(", ")}`,
        near === undefined ? undefined : `did you mean ${given} ${near}?`,
      );
    }
    flags[name] = value;
  };

  const rest = [...words];
  /** Takes the next word, unless it is a flag; a lone `-` is a value. */
  const takeValue = () => rest[0] === "-" || !rest[0]?.startsWith("-") ? rest.shift() : undefined;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      (command.takesCommandLine ? commandLine : positionals).push(...rest.splice(0));
    } else if (word.startsWith("--")) {
      const at = word.indexOf("=");
      const given = at < 0 ? word : word.slice(0, at);
      const found = findFlag(command, given);
      if (found === undefined) throw fail(`there is no flag ${given}`, suggestion(command, given));
      const inline = at < 0 ? undefined : word.slice(at + 1);
      set(given, found, inline ?? (found.flag.kind === "toggle" ? undefined : takeValue()));
    } else if (word.startsWith("-") && word.length > 1) {
      for (const letter of word.slice(1)) {
        const name = command.aliases[letter];
        const flag = name === undefined ? undefined : command.flags[name];
        if (name === undefined || flag === undefined) {
          const long = `-${word.replace(/=.*/, "")}`;
          const isLong = findFlag(command, long) !== undefined;
          throw fail(`there is no flag -${letter}`, isLong ? `did you mean ${long}?` : undefined);
        }
        const value = flag.kind === "toggle" ? undefined : takeValue();
        set(`-${letter}`, { name, flag, isOff: false }, value);
      }
    } else positionals.push(word);
  }
  return { flags, positionals, commandLine };
}

/** Returns a flag's name on the command line: `tokenCode` is `--token-code`. */
export function longFlag(name: string, flag: Flag): string {
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return flag.kind === "toggle" && flag.isNegated ? `--no-${kebab}` : `--${kebab}`;
}

interface FoundFlag {
  readonly name: string;
  readonly flag: Flag;
  readonly isOff: boolean;
}

function findFlag(command: AnyCommand, given: string): FoundFlag | undefined {
  const ours = Object.hasOwn(flagSpellings, given) ? flagSpellings[given]! : given;
  for (const [name, flag] of Object.entries(command.flags)) {
    const long = longFlag(name, flag);
    const isNegated = flag.kind === "toggle" && flag.isNegated === true;
    if (ours === long) return { name, flag, isOff: isNegated };
    if (isNegated && ours === long.replace("--no-", "--")) return { name, flag, isOff: false };
  }
  return undefined;
}

function suggestion(command: AnyCommand, given: string): string | undefined {
  const known = Object.entries(command.flags).map(([name, flag]) => longFlag(name, flag));
  const near = nearestOrLonger(given, known);
  return near === undefined ? undefined : `did you mean ${near}?`;
}
