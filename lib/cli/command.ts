/**
 * Defines a command: its flags, and a function from flags to a result, which `print.ts` prints.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { StsmfaError } from "../errors.ts";
import type { Line } from "../screen.ts";

/** Flags that every command has; one that is not given is `undefined`. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: "auto" | "always" | "never";
}

/** The result of a command. */
export interface CommandResult {
  /** The data, for `--json`; nothing is printed for `undefined`. */
  readonly json: unknown;
  /** The same for people; text from outside is made visible when it is printed. */
  readonly human?: () => readonly Line[] | Promise<readonly Line[]>;
  /** Printed instead, for programs and shells; byte for byte, unless on a terminal. */
  readonly data?: string;
  /** Whether the lines for people are the command's purpose, so `--quiet` keeps them. */
  readonly isAnswer?: boolean;
  /** One of `ExitStatus`, unless another program's is passed on. */
  readonly exitStatus: number;
  /** Errors of single profiles; the name is printed before the message. */
  readonly errors?: readonly { readonly about?: string; readonly error: StsmfaError }[];
}

/** A part of a help text; `help.ts` fits it to the terminal. */
export type HelpPart =
  /** A paragraph. */
  | string
  /** Names, and what each means. */
  | { readonly terms: readonly (readonly [name: string, words: string])[] }
  /** Lines of a file or a shell, shown as they are typed. */
  | { readonly code: readonly string[] };

/** A command to type, and what it does, if that does not go without saying. */
export type HelpExample = string | readonly [command: string, words: string];

/** A page of help that is not about one command. */
export interface HelpTopic {
  readonly parts: readonly HelpPart[];
}

/** A flag, as a command declares it; its name on the command line is kebab-case. */
export type Flag = AnyFlag & {
  /** What it stands under in the help; without it, `help_headings.ts` says that. */
  readonly heading?: string;
  /** Programs of ours alone give it, so neither help nor completions show it. */
  readonly isHidden?: true;
  /** No variable can set it: the reader of the output must know what was typed. */
  readonly isTypedOnly?: boolean;
};

type AnyFlag =
  | {
    /** A flag without a value; `isNegated` if it is on unless given as `--no-NAME`. */
    readonly kind: "toggle";
    readonly isNegated?: boolean;
    readonly brief: string;
  }
  | { readonly kind: "text"; readonly placeholder: string; readonly brief: string }
  | {
    /** A flag with one of these values; the help shows the placeholder if there are many. */
    readonly kind: "choice";
    readonly values: readonly string[];
    readonly placeholder?: string;
    readonly brief: string;
  };

/** A command, as its module declares it. */
export interface Command<FLAGS extends CommonFlags> {
  /** What to type for the most usual things; the help begins with it. */
  readonly examples: readonly HelpExample[];
  /** What it does and what to know about it. */
  readonly description: readonly HelpPart[];
  /** What the manual page and the documentation alone have room for. */
  readonly details?: readonly HelpPart[];
  readonly flags: { readonly [NAME in keyof Required<FLAGS>]: Flag };
  /** One-letter flags. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The arguments, as the help shows them; `""` when the command takes none. */
  readonly positionals: string;
  /** The values that the first argument can have, if it is not a name. */
  readonly positionalWords?: readonly string[];
  /** Whether another program's command line, not arguments, follows `--`. */
  readonly takesCommandLine?: boolean;
  run(
    context: Context,
    flags: FLAGS,
    positionals: readonly string[],
    commandLine: readonly string[],
    program: Program,
  ): Promise<CommandResult>;
}

/** A command whose flags only it knows; `parse.ts` parses them as it declares them. */
export type AnyCommand = Omit<Command<CommonFlags>, "flags" | "run"> & {
  readonly flags: Readonly<Record<string, Flag>>;
  run(
    context: Context,
    flags: never,
    positionals: readonly string[],
    commandLine: readonly string[],
    program: Program,
  ): Promise<CommandResult>;
};

/** Every command: its purpose, what it stands under in the help, and how to load its module. */
export type CommandTable<NAME extends string = string> = Readonly<
  Record<NAME, {
    readonly brief: string;
    readonly heading: string;
    readonly load: () => Promise<{ readonly default: AnyCommand }>;
  }>
>;

/** What help and `--version` show about the program. */
export interface ProgramInfo {
  readonly name: string;
  readonly loadVersion: () => Promise<string>;
  readonly brief: string;
  readonly examples: readonly HelpExample[];
  /** What it does, for the help of the program itself. */
  readonly description: readonly HelpPart[];
}

/** The whole program, for a command that describes the others. */
export interface Program {
  readonly info: ProgramInfo;
  readonly table: CommandTable;
  /** The command that runs when none is named. */
  readonly defaultName: string;
}
