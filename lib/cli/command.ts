/**
 * What a command is: its flags, and a function from flags to a result. Printing is `print.ts`'s.
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

/** What a command found or did. */
export interface CommandResult {
  /** The data, for `--json`; nothing is printed for `undefined`. */
  readonly json: unknown;
  /** The same for people; what is from outside in it is made visible where it is printed. */
  readonly human?: () => readonly Line[] | Promise<readonly Line[]>;
  /** In place of that, what programs and shells read, byte for byte where no terminal is. */
  readonly data?: string;
  /** Whether the lines for people are what the command is for, and `--quiet` leaves them alone. */
  readonly isAnswer?: boolean;
  /** One of `ExitStatus`, unless another program's is passed on. */
  readonly exitStatus: number;
  /** Errors of single profiles, whose name goes before the message. */
  readonly errors?: readonly { readonly about?: string; readonly error: StsmfaError }[];
}

/** A flag, as a command declares it; its name on the command line is kebab-case. */
export type Flag = AnyFlag & {
  /** No variable stands for it: whoever reads the output has to know what is typed. */
  readonly isTypedOnly?: boolean;
};

type AnyFlag =
  | {
    /** There or not. One that is on unless it is negated (`--no-NAME`) says so. */
    readonly kind: "toggle";
    readonly isNegated?: boolean;
    readonly brief: string;
  }
  | { readonly kind: "text"; readonly placeholder: string; readonly brief: string }
  | { readonly kind: "choice"; readonly values: readonly string[]; readonly brief: string };

/** A command, as its module declares it. */
export interface Command<FLAGS extends CommonFlags> {
  /** Lines that explain the command, with examples. */
  readonly description: readonly string[];
  readonly flags: { readonly [NAME in keyof Required<FLAGS>]: Flag };
  /** One-letter flags. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The arguments, as the help shows them; `""` when the command takes none. */
  readonly positionals: string;
  /** Words that the first argument is one of, where it is no name. */
  readonly positionalWords?: readonly string[];
  /** Whether what follows `--` is another program's command line, and no arguments. */
  readonly takesCommandLine?: boolean;
  run(
    context: Context,
    flags: FLAGS,
    positionals: readonly string[],
    commandLine: readonly string[],
    program: Program,
  ): Promise<CommandResult>;
}

/** A command whose flags are known to itself alone; `parse.ts` makes them as it declares them. */
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

/** Every command: what it is for, and how its module is loaded. */
export type CommandTable<NAME extends string = string> = Readonly<
  Record<NAME, {
    readonly brief: string;
    readonly load: () => Promise<{ readonly default: AnyCommand }>;
  }>
>;

/** Program data that help and `--version` show. */
export interface ProgramInfo {
  readonly name: string;
  readonly loadVersion: () => Promise<string>;
  readonly brief: string;
  /** Lines that the help of the program itself shows. */
  readonly description: readonly string[];
}

/** All of the program, for a command that tells of the others. */
export interface Program {
  readonly info: ProgramInfo;
  readonly table: CommandTable;
  /** The command that runs when none is named. */
  readonly defaultName: string;
}
