/**
 * Programs and hooks that are run, and how they end. Types only; a part of `context.ts`.
 *
 * @module
 */

import type { Secret } from "./credentials.ts";

/** Another program to run. */
export interface Command {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Whether the arguments are quoted already, for a program of Windows that has rules of its own. */
  readonly isQuoted?: boolean | undefined;
  /** Variables to set in addition to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether those variables are all that it gets. */
  readonly isWholeEnv?: true;
  /** Variables of our own environment that it does not get. */
  readonly unset?: readonly string[];
  /**
   * Whether it is in a session of its own, where it can open no terminal; to kill it is to kill what
   * it has started, too.
   */
  readonly isApart?: true;
  /** What it reads on stdin, which then ends; without it, that is the terminal or empty. */
  readonly stdin?: Secret;
  /** Kills the program when aborted. */
  readonly signal: AbortSignal;
  /** Called with what it prints on stderr as it comes, at most 64 KiB; without it, that is ours. */
  readonly onStderr?: ((text: string) => void) | undefined;
}

/** How another program ended. */
export interface CommandResult {
  /** 128 plus the signal's number if a signal ended it. */
  readonly exitStatus: number;
  /** What it printed, at most 64 KiB; a byte order mark is kept. */
  readonly stdout: string;
  /** Whether it printed more than that, and was killed for it. */
  readonly isCut?: true;
}

/** Runs a program. */
export type RunCommand = (command: Command) => Promise<CommandResult>;

/** Another program to run on our standard streams. */
export interface AttachedCommand {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** How its environment differs from ours. */
  readonly environment: EnvironmentChanges;
  /** Called once it has ended; a signal that ended it then ends us, and nothing else is done. */
  readonly onEnd?: () => Promise<void>;
}

/** Changes to an environment. */
export interface EnvironmentChanges {
  /** Variables to set. */
  readonly set: Readonly<Record<string, string>>;
  /** Variables to remove. */
  readonly unset: readonly string[];
}

/**
 * Runs a program on our standard streams and forwards signals to it; returns its exit status, or
 * 128 plus the signal's number if a signal ended it. Rejects if it can't be started.
 */
export type RunAttached = (command: AttachedCommand) => Promise<number>;

/**
 * Starts a program that has nothing on its standard streams and outlives us, Ctrl-C and the
 * terminal. Rejects if it can't be started; `ended` resolves to its exit status, if it ends first.
 */
export type StartDetached = (
  argv: readonly [string, ...string[]],
) => Promise<{ readonly ended: Promise<number> }>;

/** What the process that tells of a session's end is given. */
export interface NotifierOrder {
  /** Its arguments, which everybody on this machine can read. */
  readonly words: readonly string[];
  /** All variables that it gets. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts this program again behind us: on no terminal, with none of our streams, in the root folder.
 * Rejects if it can't be started.
 */
export type StartNotifier = (order: NotifierOrder) => Promise<void>;

/** A hook to run, and its permissions. */
export interface HookJob {
  /** Its source code, and whether that is TypeScript; or the name of one that ships with stsmfa. */
  readonly hook:
    | { readonly code: string; readonly language?: "ts" }
    | { readonly shipped: string };
  /** Whether to run it, or only to return what it declares. */
  readonly task: "describe" | "run";
  /** The event to pass to it when it runs. */
  readonly event?: unknown;
  /** Its permissions; everything else is denied. */
  readonly scope: Readonly<Record<"read" | "write" | "net" | "run" | "env", readonly string[]>>;
  /** Values of environment variables; all others come from our own process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills it, and everything it started, when aborted. */
  readonly signal: AbortSignal;
}

/** What a hook has thrown. */
export interface ThrownError {
  /** The error's name; empty for what is no error. */
  readonly name: string;
  /** Its message; for what is no error, that as JSON. */
  readonly message: string;
  /** The line of the hook's text where it was made, counted from 1. */
  readonly line?: number;
  /** The column there, counted from 1. */
  readonly column?: number;
}

/** How a hook ended. */
export interface HookReport {
  /** The outcome. */
  readonly end:
    | { readonly kind: "done"; readonly value: unknown }
    | ThrownError & { readonly kind: "threw"; readonly causes?: readonly ThrownError[] }
    /** It was not run: the engine can't parse its code, or finds that it loads something. */
    | {
      readonly kind: "refused";
      readonly language: "JavaScript" | "TypeScript";
      readonly message: string;
    }
    /** It ended its process before it was finished. */
    | { readonly kind: "died"; readonly exitStatus: number }
    /** It printed too much. */
    | { readonly kind: "flooded" };
  /** What it printed on stdout and stderr. */
  readonly output: string;
}

/** Runs a hook in a sandbox; rejects with the signal's reason when aborted. */
export type RunHook = (job: HookJob) => Promise<HookReport>;
