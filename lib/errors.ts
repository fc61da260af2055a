/**
 * The one error class, its stable codes and the exit status of each.
 *
 * @module
 */

import { dirname } from "./path.ts";
import { visible } from "./screen.ts";

/** What a process that runs stsmfa may rely on; small and stable. */
export const ExitStatus = {
  /** All done, or nothing to do. */
  Ok: 0,
  /** A fault of stsmfa itself. */
  Unexpected: 1,
  /** Wrong usage, or input is needed and nobody is there to give it. */
  Usage: 2,
  /** A profile, a setting or the content of a file. */
  Configuration: 3,
  /** AWS answered, and refused. */
  Refused: 4,
  /** AWS could not be reached, or could not answer. */
  Network: 5,
  /** A file could not be read, locked or written, or somebody else could have written it. */
  Storage: 6,
  /** A hook failed; the credentials are in place. */
  Hook: 7,
  /** Expired, or less time is left than was asked for. */
  NotEnoughLeft: 8,
  /** Ended by SIGHUP: the terminal went away. */
  HungUp: 129,
  /** Interrupted by the user. */
  Cancelled: 130,
  /** Ended by SIGTERM. */
  Terminated: 143,
} as const;

/** One of the exit statuses of {@link ExitStatus}. */
export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/** The one table from error code to exit status. */
export const exitStatusByCode = {
  Unexpected: ExitStatus.Unexpected,

  Usage: ExitStatus.Usage,
  TokenCodeNeeded: ExitStatus.Usage,
  TokenCodeMalformed: ExitStatus.Usage,
  MfaProcessFailed: ExitStatus.Usage,
  MfaDeviceChoiceNeeded: ExitStatus.Usage,

  ProfileNotFound: ExitStatus.Configuration,
  InvalidSetting: ExitStatus.Configuration,
  UnparsableFile: ExitStatus.Configuration,
  LongTermCredentialsMissing: ExitStatus.Configuration,
  SourceIsSession: ExitStatus.Configuration,
  SourceIsTarget: ExitStatus.Configuration,
  TargetHoldsLongTermCredentials: ExitStatus.Configuration,
  TargetIsShadowed: ExitStatus.Configuration,
  UnusableMfaDevice: ExitStatus.Configuration,
  MfaDeviceMissing: ExitStatus.Configuration,
  LongTermCredentialsStored: ExitStatus.Configuration,
  KeyNotFound: ExitStatus.Configuration,
  Recursion: ExitStatus.Configuration,
  InvalidHook: ExitStatus.Configuration,
  CommandNotFound: ExitStatus.Usage,
  CommandNotRunnable: ExitStatus.Usage,

  TokenCodeRefused: ExitStatus.Refused,
  TokenCodeUsed: ExitStatus.Refused,
  MfaSerialRefused: ExitStatus.Refused,
  ClockSkew: ExitStatus.Refused,
  AccessKeyRefused: ExitStatus.Refused,
  SecretKeyRefused: ExitStatus.Refused,
  SessionExpired: ExitStatus.Refused,
  AccessDenied: ExitStatus.Refused,
  DurationRefused: ExitStatus.Refused,
  RegionDisabled: ExitStatus.Refused,
  Throttled: ExitStatus.Refused,
  RequestRefused: ExitStatus.Refused,

  NetworkUnreachable: ExitStatus.Network,
  NetworkTimeout: ExitStatus.Network,
  ServiceUnavailable: ExitStatus.Network,

  FileUnreadable: ExitStatus.Storage,
  FileUnwritable: ExitStatus.Storage,
  StorageFull: ExitStatus.Storage,
  LockTimeout: ExitStatus.Storage,
  UntrustedFile: ExitStatus.Storage,

  HookFailed: ExitStatus.Hook,
  HookNotApproved: ExitStatus.Hook,

  Cancelled: ExitStatus.Cancelled,
} as const satisfies Record<string, ExitStatus>;

/** A stable name for what went wrong; `--json` prints it. */
export type ErrorCode = keyof typeof exitStatusByCode;

/** Everything an {@link StsmfaError} can carry beside its code and message. */
export interface ErrorDetails {
  /** What to do about it, with the exact command where there is one. */
  readonly hint?: string | undefined;
  /** The error below, for programs; it is never printed. */
  readonly cause?: unknown;
}

/**
 * The only error stsmfa throws on purpose. The message names file, section, key and value, never a
 * secret; the hint says what to do.
 */
export class StsmfaError extends Error {
  /** `StsmfaError`. */
  override readonly name: string = "StsmfaError";
  /** The stable name of what went wrong. */
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  /** Says what went wrong in one line, without secrets. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }

  /** The status the program ends with when nobody handles this error. */
  get exitStatus(): ExitStatus {
    return exitStatusByCode[this.code];
  }

  /** What `--json` prints; neither stack nor cause. */
  toJSON(): { code: ErrorCode; message: string; hint?: string } {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/** The operating system's name of a fault, such as `ENOENT`, whatever the runtime's error class. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : byClass[error.name];
}

const byClass: Readonly<Record<string, string>> = {
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  NotCapable: "ENOTCAPABLE",
  AlreadyExists: "EEXIST",
  IsADirectory: "EISDIR",
  NotADirectory: "ENOTDIR",
};

/**
 * A failed file operation as an error that says what was wanted and why it failed.
 *
 * @param action what was tried, such as "write"
 * @throws the error itself when it is no fault of the system, but one of ours
 */
export function storageError(
  action: "read" | "write" | "lock",
  path: string,
  error: unknown,
): StsmfaError {
  if (error instanceof StsmfaError) return error;
  const systemCode = systemErrorCode(error);
  const reason = systemReason(error);
  const code = systemCode === "ENOSPC" || systemCode === "EDQUOT"
    ? "StorageFull"
    : action === "read"
    ? "FileUnreadable"
    : "FileUnwritable";
  return new StsmfaError(code, `cannot ${action} ${path}: ${reason}`, {
    hint: systemCode &&
      (hints[systemCode] ?? (action === "read" ? readHints[systemCode] : undefined))?.(path),
    cause: error,
  });
}

/**
 * Why the system did not do it, in words.
 *
 * @throws the error itself when it is no fault of the system, but one of ours
 */
export function systemReason(error: unknown): string {
  if (error instanceof StsmfaError) throw error;
  const code = systemErrorCode(error);
  if (code !== undefined) return reasons[code] ?? code;
  // Deno gives no code for the rarer faults, but names their number.
  if (error instanceof Error && /\(os error \d+\)/.test(error.message)) return error.message;
  throw error;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOTCAPABLE: "Deno was started without the permission for it",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EISDIR: "it is a directory",
  ENOTREG: "it is not a regular file",
  ENOTDIR: "a part of the path is not a directory",
  EBUSY: "it is in use, or mounted as a single file",
  ELOOP: "its symbolic links form a loop",
  EIO: "input/output error",
  E2BIG: "its arguments and variables are too long",
};

const hints: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `see who owns it: ls -ld ${pathWord(path)}`,
  ENOSPC: () => "free some space and run the same command again; nothing was changed",
  EDQUOT: () => "free some space and run the same command again; nothing was changed",
  ENOTCAPABLE: () => "run it with: deno run -A",
  EROFS: () => "stsmfa exec, env and process need no file to write to",
  EBUSY: () => "mount the folder that holds it instead of the file alone",
};

/** What shows why something else than a file is there. */
const readHints: typeof hints = {
  EISDIR: (path) => `see what is in it: ls -la ${pathWord(path)}`,
  ENOTREG: (path) => `see what it is: ls -ld ${pathWord(path)}`,
  ELOOP: (path) => `see where it leads: ls -ld ${pathWord(path)}`,
  ENOTDIR: (path) => `see what is there: ls -ld ${pathWord(dirname(path))}`,
};

/** A word that a POSIX shell takes as it is, whatever is in it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A word for commands in hints, which people paste into whatever shell they have: sh, bash, zsh and
 * fish give back exactly this word, and none of them, nor PowerShell, runs a part of it. What they
 * read alike decides: all of a single-quoted text but `'`, which ends it (in PowerShell typographic
 * ones do, too), and a backslash before one of those or another backslash, which fish takes away.
 * Those go into double quotes, where no other character is allowed in. A word that is not the same
 * after it was shown on a terminal is not shown: its place is.
 *
 * @param place what stands for such a word
 */
export function shellWord(word: string, place = "NAME"): string {
  if (/^[A-Za-z0-9_/.:+-][\w@%+=:./-]*$/.test(word)) return word;
  if (visible(word) !== word) return place;
  // cmd knows double quotes alone.
  if (/['&|<>^]/.test(word) && !/["$`\\!%\u201c-\u201e]/.test(word)) return `"${word}"`;
  const parts = word.match(
    /['\u2018-\u201b]+|\\+(?=[\\'\u2018-\u201b]|$)|(?:[^\\'\u2018-\u201b]|\\(?![\\'\u2018-\u201b]|$))+/gu,
  );
  return (parts ?? [""]).map((part) =>
    /^['\u2018-\u201b]/.test(part)
      ? `"${part}"`
      : /^\\+$/.test(part)
      ? `"${part.replaceAll("\\", "\\\\")}"`
      : `'${part}'`
  ).join("");
}

/** A file's path for commands of the system in hints, which would take `-x` for a flag. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path, "FILE");
}

/** A flag and its value for commands in hints; a value like `-x` would be taken for another flag. */
export function flagWords(flag: string, value: string): string {
  return `${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

/** A profile for commands of ours in hints, where a flag may stand in the place of the argument. */
export function profileWord(name: string): string {
  return name.startsWith("-") ? flagWords("--profile", name) : shellWord(name);
}

/** A command of ours with arguments and flags, for hints. */
export function withArguments(command: string, words: readonly string[], flags = ""): string {
  const isLikeFlag = words.some((word) => word.startsWith("-"));
  const first = isLikeFlag ? `${command}${flags} --` : command;
  return [first, ...words.map((word) => shellWord(word))].join(" ") + (isLikeFlag ? "" : flags);
}

/** The first words of our command line that name no profile; a test compares them with the commands. */
export const commandWords: readonly string[] =
  "refresh init status read env exec process use unset shell whoami devices doctor clear hooks kube-token docker-credential import completions help"
    .split(" ");

/** The command that renews these profiles, for hints. */
export function renewCommand(name: string, ...more: readonly string[]): string {
  const names = [name, ...more];
  const isOther = names.some((each) => each.startsWith("-")) || commandWords.includes(name);
  if (!isOther) return withArguments("stsmfa", names);
  return more.length === 0
    ? `stsmfa --profile=${shellWord(name)}`
    : withArguments("stsmfa refresh", names);
}
