/**
 * The one value through which every effect comes in: arguments, environment, clock, files,
 * terminal, network, processes and the signal to stop. Types only; `lib/system` has the real ones,
 * tests have theirs.
 *
 * @module
 */

import type { ScreenText } from "./screen.ts";

/** Everything stsmfa needs from the world. */
export interface Context {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** The environment variables. */
  readonly env: Environment;
  /** The time, and waiting. */
  readonly clock: Clock;
  /** The file system. */
  readonly files: Files;
  /** Standard streams and the person at the terminal. */
  readonly terminal: Terminal;
  /** Sends one HTTP request. */
  readonly fetch: Fetch;
  /** Runs another program and collects what it prints. */
  readonly runCommand: RunCommand;
  /** Runs another program in our place. */
  readonly runAttached: RunAttached;
  /** Runs a hook in a process of its own. */
  readonly runHook: RunHook;
  /** Aborted when the user or the system asks us to stop. */
  readonly signal: AbortSignal;
  /** The operating system, as far as behaviour depends on it. */
  readonly os: "windows" | "unix";
  /** The user that this process runs as, or `undefined` where the system has no numbers for users. */
  readonly userId: number | undefined;
  /** What runs the program and for which machine, such as `deno 2.9.6, x86_64-unknown-linux-gnu`. */
  readonly runtime: string;
}

/** Read access to the environment variables. */
export interface Environment {
  /** The value, or `undefined` when the variable is unset or empty. */
  get(name: string): string | undefined;
  /** Whether the variable is set, be it to nothing. */
  has(name: string): boolean;
  /** Every variable whose name begins with the prefix and that is not empty. */
  startingWith(prefix: string): Readonly<Record<string, string>>;
}

/** The time, and waiting. */
export interface Clock {
  /** The present moment. */
  now(): Date;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Starts a timer; it keeps no process alive once `cancel` was called. */
  deadline(milliseconds: number): Deadline;
}

/** A running timer. */
export interface Deadline {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** Stops the timer. */
  cancel(): void;
}

/** What is known about a file. */
export interface FileStatus {
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Whether it is a directory. */
  readonly isDirectory: boolean;
  /** Permission bits, or `undefined` where the system has none. */
  readonly mode: number | undefined;
  /** The owner, or `undefined` where the system has none. */
  readonly uid: number | undefined;
  /** The group, or `undefined` where the system has none. */
  readonly gid: number | undefined;
  /** How many names (hard links) the file has. */
  readonly linkCount: number;
}

/** What is known about a name in a folder, without following it. */
export interface LinkStatus extends FileStatus {
  /** Where it leads, as it is written in it, when it is a symbolic link. */
  readonly linkTarget?: string;
}

/** The file system. Rejects with the runtime's own errors; `errors.ts` reads their codes. */
export interface Files {
  /** The content, or `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Follows symbolic links; `undefined` when there is nothing. */
  status(path: string): Promise<FileStatus | undefined>;
  /** Follows no symbolic link at the end of the path; `undefined` when there is nothing. */
  linkStatus(path: string): Promise<LinkStatus | undefined>;
  /** The path a write must go to: symbolic links followed, also when their end does not exist yet. */
  resolveLinks(path: string): Promise<string>;
  /**
   * Creates a file that must not exist yet, with just this mode, whatever the umask. What root creates
   * in another user's folder belongs to that user, here and below.
   */
  createNew(path: string, mode: number): Promise<NewFile>;
  /** The names in a directory. */
  list(directory: string): Promise<string[]>;
  /** Puts a file in the place of another one, in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Creates a directory and those above it, with this mode, whatever the umask; an existing one is fine. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Sets the permission bits, where the system has them; root follows no symbolic link. */
  changeMode(path: string, mode: number): Promise<void>;
  /** Sets owner and group, where the system has them. */
  changeOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Makes a rename in this directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** Opens a file (created with mode 0600) or an existing directory so that it can be locked. */
  openLockable(path: string, kind: "file" | "directory"): Promise<LockableFile>;
  /**
   * Opens what stands there so that it can be locked, and creates nothing; `undefined` for all but a
   * regular file that we may read: a symbolic link is not followed.
   */
  openExisting(path: string): Promise<LockableFile | undefined>;
}

/** An open file with an advisory lock that the kernel releases when the process dies. */
export interface LockableFile {
  /** Takes the exclusive lock if it is free. */
  tryLock(): Promise<boolean>;
  /** Whether the path leads to it: it may have been removed, or replaced, since it was opened. */
  isAt(path: string): Promise<boolean>;
  /** Closes the file, and releases the lock. */
  close(): void;
}

/** A file that is being written. */
export interface NewFile extends LockableFile {
  /** May write less than all; gives the number of bytes written. */
  write(bytes: Uint8Array): Promise<number>;
  /** Makes the content durable. */
  sync(): Promise<void>;
}

/** A standard stream that is written to. */
export interface Output {
  /** Writes all of the text before it returns; `screen.ts` alone makes such texts. */
  write(text: ScreenText): void;
  /** Whether a person sees it. */
  readonly isTerminal: boolean;
  /** How wide the terminal is, where that is known. */
  readonly columns?: number | undefined;
}

/** Standard streams and the person at the terminal. */
export interface Terminal {
  /** For data. */
  readonly stdout: Output;
  /** For talk. */
  readonly stderr: Output;
  /**
   * The first line of standard input, or all of it when it ends without one; rejects with the
   * signal's reason when aborted.
   */
  readLine(signal: AbortSignal): Promise<string>;
  /** All of standard input, at most 64 KiB; rejects with the signal's reason when aborted. */
  readAll(signal: AbortSignal): Promise<string>;
  /**
   * The person at the terminal, also when the standard streams are pipes; `undefined` when nobody
   * is there.
   */
  prompter(): Promise<Prompter | undefined>;
}

/** Somebody who can be asked. Every question rejects with the signal's reason when aborted. */
export interface Prompter {
  /**
   * Asks for something that is not shown while it is typed.
   *
   * @param check gives a complaint for an answer that can't be right, else `undefined`
   * @throws StsmfaError `Cancelled` on Ctrl-C or end of input
   */
  askHidden(
    question: string,
    check: (answer: string) => string | undefined,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Asks for something that may be seen.
   *
   * @param check gives a complaint for an answer that can't be right, else `undefined`
   * @param above lines that are shown above the question
   */
  ask(
    question: string,
    check: (answer: string) => string | undefined,
    signal: AbortSignal,
    above?: readonly string[],
  ): Promise<string>;
  /** Asks to choose one of several. */
  choose(question: string, choices: readonly string[], signal: AbortSignal): Promise<string>;
}

/** One HTTP request and how it is sent. */
export interface FetchOptions {
  /** Such as `POST`. */
  readonly method: string;
  /** Header fields, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent. */
  readonly body?: string | Uint8Array | undefined;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** Certificates (PEM) trusted beside the runtime's own. */
  readonly caCerts?: readonly string[] | undefined;
}

/**
 * Sends one HTTP request; proxies are those of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Follows no
 * redirect. Who reads the answer puts limits to it (`aws/answer.ts`); the real one has read it under
 * them already.
 */
export type Fetch = (url: string, options: FetchOptions) => Promise<Response>;

/** Another program to run. */
export interface Command {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Variables set beside those of our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills it. */
  readonly signal: AbortSignal;
}

/** How another program ended. */
export interface CommandResult {
  /** 128 and the signal when one ended it. */
  readonly exitStatus: number;
  /** What it printed, at most 64 KiB. */
  readonly stdout: string;
}

/** Runs a program; its stderr is ours, its stdin the terminal or empty. */
export type RunCommand = (command: Command) => Promise<CommandResult>;

/** Another program that takes our place. */
export interface AttachedCommand {
  /** The program and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** How its environment differs from ours. */
  readonly environment: EnvironmentChanges;
}

/** Changes of an environment. */
export interface EnvironmentChanges {
  /** Variables that get a value. */
  readonly set: Readonly<Record<string, string>>;
  /** Variables that are taken away. */
  readonly unset: readonly string[];
}

/**
 * Runs a program on our standard streams and passes signals on to it; gives its exit status, 128 and
 * the signal when one ended it. Rejects when it can't be started.
 */
export type RunAttached = (command: AttachedCommand) => Promise<number>;

/** A hook to run, and what it may do. */
export interface HookJob {
  /** Its text, and whether that has types; or the name of one that comes with stsmfa. */
  readonly hook:
    | { readonly code: string; readonly language?: "ts" }
    | { readonly shipped: string };
  /** Whether it only tells what it declares, or runs. */
  readonly task: "describe" | "run";
  /** What it is told, when it runs. */
  readonly event?: unknown;
  /** What it may do; all else is refused. */
  readonly scope: Readonly<Record<"read" | "write" | "net" | "run" | "env", readonly string[]>>;
  /** Values of variables; those of our own process where it is silent. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills it, with everything it started. */
  readonly signal: AbortSignal;
}

/** How a hook ended. */
export interface HookReport {
  /** What came of it. */
  readonly end:
    | { readonly kind: "done"; readonly value: unknown }
    | { readonly kind: "threw"; readonly name: string; readonly message: string }
    /** It was not run: the engine read its text as none, or as one that loads something. */
    | {
      readonly kind: "refused";
      readonly language: "JavaScript" | "TypeScript";
      readonly message: string;
    }
    /** It ended its process before it was done. */
    | { readonly kind: "died"; readonly exitStatus: number }
    /** It printed more than anybody reads. */
    | { readonly kind: "flooded" };
  /** What it printed, on either stream. */
  readonly output: string;
}

/** Runs a hook, contained; rejects with the signal's reason when aborted. */
export type RunHook = (job: HookJob) => Promise<HookReport>;
