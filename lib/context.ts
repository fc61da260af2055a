/**
 * The one value that gives access to everything outside: arguments, environment, clock, files,
 * terminal, network, processes and the signal to stop. Types only; `lib/system` implements them,
 * and so do tests.
 *
 * @module
 */

import type { RunAttached, RunCommand, RunHook, StartDetached, StartNotifier } from "./programs.ts";
import type { ScreenText, ScreenView } from "./screen.ts";

export type * from "./programs.ts";

/** Everything stsmfa needs from outside. */
export interface Context {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** The environment variables, without what `marks.ts` hides. */
  readonly env: Environment;
  /** The time and timers. */
  readonly clock: Clock;
  /** The file system. */
  readonly files: Files;
  /** The standard streams and the user at the terminal. */
  readonly terminal: Terminal;
  /** Sends one HTTP request. */
  readonly fetch: Fetch;
  /** Runs another program and collects what it prints. */
  readonly runCommand: RunCommand;
  /** Runs another program on our standard streams. */
  readonly runAttached: RunAttached;
  /** Starts a program that goes on when we have ended. */
  readonly startDetached: StartDetached;
  /** Runs a hook in a process of its own. */
  readonly runHook: RunHook;
  /** Starts the process that tells of a session's end, and which outlives us. */
  readonly startNotifier: StartNotifier;
  /** Reports whether there is a process with this ID. */
  readonly isRunning: (process: number) => Promise<boolean>;
  /**
   * Returns a word for the processes that numbers are of here: another machine, container or start of
   * the system with the same home has another one.
   */
  readonly processRealm: () => Promise<string>;
  /** The ID of our own process. */
  readonly process: number;
  /** Aborted when the user or the system asks us to stop. */
  readonly signal: AbortSignal;
  /** The kind of operating system. */
  readonly os: "windows" | "unix";
  /** The id of the user that runs this process, or `undefined` if the system has no user ids. */
  readonly userId: number | undefined;
  /** The runtime and its target, such as `deno 2.9.6, x86_64-unknown-linux-gnu`. */
  readonly runtime: string;
  /**
   * Returns the words that start this program again, the first an absolute path: its own, or the
   * runtime's.
   */
  readonly ownCommand: () => Promise<readonly [string, ...string[]]>;
  /** Whether this is the standalone program, which brings its own runtime. */
  readonly isStandalone?: boolean;
  /** Listens on a free port of this machine's loopback interface. */
  readonly listen: () => Promise<Listener>;
  /** Shows what is waited for; absent where nobody is told. */
  readonly waits?: Waits;
  /** Opens Windows' store of secrets; absent on other systems. */
  readonly credentialManager?: () => Promise<CredentialManager>;
}

/**
 * Windows' Credential Manager: generic credentials of this user on this machine. What fails throws
 * an error with the system's number as its `code`, or 0 if that was lost.
 */
export interface CredentialManager {
  /** Returns the secret of an item. */
  read(target: string): Uint8Array;
  /** Creates or replaces an item. */
  write(target: string, userName: string, secret: Uint8Array): void;
  /** Removes an item. */
  remove(target: string): void;
  /** Returns the names of the items that begin with the prefix. */
  list(prefix: string): string[];
}

/** What is waited for, on the screen or in a log. */
export interface Waits {
  /** After how many seconds it is worth a word: a log keeps it. */
  readonly afterSeconds: number;
  /** Shows it in the place of what was shown before; in a log, only what comes first. */
  progress(message: string): void;
  /** Takes it off the screen. */
  endProgress(): void;
}

/** Read access to the environment variables. */
export interface Environment {
  /** The kind of operating system whose variables and paths these are; `unix` when absent. */
  readonly os?: "windows" | "unix" | undefined;
  /** Returns the value, or `undefined` if the variable is unset or empty. */
  get(name: string): string | undefined;
  /** Reports whether the variable is set, even if it is empty. */
  has(name: string): boolean;
  /** Returns every non-empty variable whose name begins with the prefix. */
  startingWith(prefix: string): Readonly<Record<string, string>>;
  /** Returns the home directory of a user of this machine, as far as a file tells. */
  homeOf?(user: string): string | undefined;
}

/** The time and timers. */
export interface Clock {
  /** Returns the current time. */
  now(): Date;
  /** Returns by how many minutes the person's clock is ahead of UTC at a time. */
  minutesAhead(time: Date): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Stops the whole process for that long, which costs less than a timer to start. */
  pause(milliseconds: number): void;
  /** Starts a timer; once `cancel` is called, it does not keep the process alive. */
  deadline(milliseconds: number): Deadline;
}

/** A running timer. */
export interface Deadline {
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
  /** Stops the timer. */
  cancel(): void;
}

/** The status of a file. */
export interface FileStatus {
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Whether it is a directory. */
  readonly isDirectory: boolean;
  /** The permission bits, or `undefined` if the system has none. */
  readonly mode: number | undefined;
  /** Whether it is marked read-only, where the system has that in place of permission bits. */
  readonly isReadOnly?: boolean;
  /** The owner, or `undefined` if the system has none. */
  readonly uid: number | undefined;
  /** The group, or `undefined` if the system has none. */
  readonly gid: number | undefined;
  /** The number of hard links. */
  readonly linkCount: number;
  /** How many bytes a file has, if the system tells. */
  readonly size?: number | undefined;
  /** When it was read last, if the system tells. */
  readonly accessed?: Date | undefined;
}

/** The status of a directory entry, which may be a symbolic link. */
export interface LinkStatus extends FileStatus {
  /** The target as written in the link, if it is a symbolic link. */
  readonly linkTarget?: string;
}

/** The file system. Rejects with the runtime's own errors; `errors.ts` reads their codes. */
export interface Files {
  /**
   * Returns the content, or `undefined` if there is no such file.
   *
   * @param known what the file may hold; if it does, this may be returned in place of a copy
   */
  read(path: string, known?: Uint8Array): Promise<Uint8Array | undefined>;
  /** Returns the status, following symbolic links, or `undefined` if nothing is there. */
  status(path: string): Promise<FileStatus | undefined>;
  /** Like `status`, but doesn't follow a symbolic link at the end of the path. */
  linkStatus(path: string): Promise<LinkStatus | undefined>;
  /** Returns the path to write to: symbolic links are followed, even if their target is missing. */
  resolveLinks(path: string): Promise<string>;
  /**
   * Creates a file that must not exist yet, with exactly this mode, whatever the umask. What root
   * creates in another user's directory belongs to that user, here and in the methods below.
   */
  createNew(path: string, mode: number): Promise<NewFile>;
  /** Returns the names in a directory. */
  list(directory: string): Promise<string[]>;
  /** Renames a file, atomically replacing an existing one. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Creates a directory and its parents if missing, with this mode, whatever the umask. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Sets the permission bits, if the system has them; as root, follows no symbolic link. */
  changeMode(path: string, mode: number): Promise<void>;
  /** Sets the owner and group, if the system has them. */
  changeOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Makes a rename in this directory durable. */
  syncDirectory(path: string): Promise<void>;
  /**
   * Opens a file (created with mode 0600 if missing) or an existing directory for locking. A `mark`
   * is a file that is there for its lock alone: whoever holds the lock removes it by closing it.
   */
  openLockable(path: string, kind: "file" | "mark" | "directory"): Promise<LockableFile>;
  /**
   * Opens an existing file for locking; returns `undefined` for anything but a regular file that we
   * may read. Follows no symbolic link.
   */
  openExisting(path: string): Promise<LockableFile | undefined>;
}

/** An open file with an advisory lock that the kernel releases when the process dies. */
export interface LockableFile {
  /** Takes the exclusive lock if it is free; reports whether it did. */
  tryLock(): Promise<boolean>;
  /** Reports whether the path still leads to it: it may have been removed or replaced. */
  isAt(path: string): Promise<boolean>;
  /** Closes the file, and releases the lock. */
  close(): void;
}

/** A file that is being written. */
export interface NewFile extends LockableFile {
  /** Writes some or all of the bytes; returns how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Makes the content durable. */
  sync(): Promise<void>;
}

/** A standard stream for output. */
export interface Output {
  /** Writes all of the text before it returns; only `screen.ts` makes such text. */
  write(text: ScreenText): void;
  /** Whether it is shown to a person. */
  readonly isTerminal: boolean;
  /** The width of the terminal, if known. */
  readonly columns?: number | undefined;
}

/** The standard streams and the user at the terminal. */
export interface Terminal {
  /** Whether somebody types on standard input. */
  readonly isTyped: boolean;
  /** For data. */
  readonly stdout: Output;
  /** For messages. */
  readonly stderr: Output;
  /**
   * Returns the first line of standard input, or all of it if it has no line end; rejects with the
   * signal's reason when aborted.
   */
  readLine(signal: AbortSignal): Promise<string>;
  /** Returns standard input, at most 64 KiB; rejects with the signal's reason when aborted. */
  readAll(signal: AbortSignal): Promise<string>;
  /**
   * Returns a way to ask the user at the terminal, even if the standard streams are pipes, or
   * `undefined` if stsmfa cannot ask for it here.
   */
  prompter(): Promise<Prompter | undefined>;
  /** Returns where the user is asked, and by whom; without it, nothing is known. */
  seat?(): Promise<Seat>;
  /** Reports whether a process is stopped, as Ctrl-Z does; `false` if the system does not tell. */
  isStopped?(process: number): Promise<boolean>;
}

/** Where the user is, and who started us. */
export interface Seat {
  /** The name of our terminal, such as `pts/3`, if the system tells. */
  readonly terminal?: string | undefined;
  /** Our process, by the system's number. */
  readonly process?: number | undefined;
  /** The name of the program that started us, such as `kubectl` or `bash`, if the system tells. */
  readonly caller?: string | undefined;
}

/** Asks the user. Every question rejects with the signal's reason when aborted. */
export interface Prompter {
  /**
   * The terminal that the questions are on, if standard error is not one: for all that the user has
   * to be told besides.
   */
  readonly screen?: Output | undefined;
  /**
   * Asks for text that is not shown while it is typed.
   *
   * @param check returns what is wrong with an answer, or `undefined` if it may be right
   * @throws StsmfaError `Cancelled` on Ctrl-C or end of input
   */
  askHidden(
    question: string,
    check: (answer: string) => string | undefined,
    signal: AbortSignal,
  ): Promise<string>;
  /**
   * Asks for text that is shown while it is typed.
   *
   * @param check returns what is wrong with an answer, or `undefined` if it may be right
   * @param above lines to show above the question
   */
  ask(
    question: string,
    check: (answer: string) => string | undefined,
    signal: AbortSignal,
    above?: readonly string[],
  ): Promise<string>;
  /** Asks the user to choose one of several. */
  choose(question: string, choices: readonly string[], signal: AbortSignal): Promise<string>;
  /**
   * Gives the whole terminal to a view until a key answers it; then it looks as before. Absent where
   * no cursor can be moved: in a window, and on a terminal for lines alone (TERM=dumb).
   *
   * @throws StsmfaError `Cancelled` on Ctrl-C, Ctrl-D or end of input
   */
  show?<T>(view: ScreenView<T>, signal: AbortSignal): Promise<T>;
}

/** An HTTP request, and how to send it. */
export interface FetchOptions {
  /** Such as `POST`. */
  readonly method: string;
  /** Header fields, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The content to send. */
  readonly body?: string | Uint8Array | undefined;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** Certificates (PEM) to trust besides the runtime's own. */
  readonly caCerts?: readonly string[] | undefined;
  /** Sends it past every proxy: the server is a part of this machine. */
  readonly isDirect?: boolean;
}

/**
 * Sends one HTTP request; proxies are those of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Follows no
 * redirect. The reader of the answer enforces limits (`aws/answer.ts`); the real implementation has
 * already read it within them.
 */
export type Fetch = (url: string, options: FetchOptions) => Promise<Response>;

/** A port of 127.0.0.1 and the connections to it, which outlive it. */
export interface Listener extends AsyncIterable<ClientConnection>, Disposable {
  /** Its number. */
  readonly port: number;
}

/** A connection; its methods reject once it is cut. */
export interface ClientConnection extends Disposable, Pick<NewFile, "write"> {
  /** Reads some bytes; returns how many, or `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Says that nothing more is written. */
  end(): Promise<void>;
}
