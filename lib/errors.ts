/**
 * The one error class, its stable codes and the exit status of each.
 *
 * @module
 */

import { dirname } from "./path.ts";

/** The exit statuses that callers may rely on; few and stable. */
export const ExitStatus = {
  /** All done, or nothing to do. */
  Ok: 0,
  /** A bug in stsmfa. */
  Unexpected: 1,
  /** Wrong usage, or input is needed and there is nobody to ask. */
  Usage: 2,
  /** A problem with a profile, a setting or the content of a file. */
  Configuration: 3,
  /** AWS refused the request. */
  Refused: 4,
  /** AWS could not be reached, or could not answer. */
  Network: 5,
  /** A file could not be read, locked or written, or someone else could have written it. */
  Storage: 6,
  /** A hook failed; the session is written. */
  Hook: 7,
  /** The session has expired, or has less time left than asked for. */
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

/** Maps every error code to its exit status. */
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

/** Everything an {@link StsmfaError} can have besides its code and message. */
export interface ErrorDetails {
  /** What to do about it, with the exact command if there is one. */
  readonly hint?: string | undefined;
  /** The underlying error, for programs; it is never printed. */
  readonly cause?: unknown;
}

/**
 * The only error stsmfa throws on purpose. The message names the file, section, key and value,
 * never a secret; the hint says what to do.
 */
export class StsmfaError extends Error {
  /** `StsmfaError`. */
  override readonly name: string = "StsmfaError";
  /** The stable name of what went wrong. */
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  /** Creates an error; the message is one line without secrets. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }

  /** The program's exit status if nothing handles this error. */
  get exitStatus(): ExitStatus {
    return exitStatusByCode[this.code];
  }

  /** Returns what `--json` prints, which includes neither stack nor cause. */
  toJSON(): { code: ErrorCode; message: string; hint?: string } {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/** Returns the system's name of an error, such as `ENOENT`, whatever the runtime's error class. */
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
 * Turns the error of a file operation into one that says what was tried and why it failed.
 *
 * @param action what was tried, such as "write"
 * @throws the error itself if it did not come from the operating system
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
 * Returns the operating system's reason for an error, in words.
 *
 * @throws the error itself if it did not come from the operating system
 */
export function systemReason(error: unknown): string {
  if (error instanceof StsmfaError) throw error;
  const code = systemErrorCode(error);
  if (code !== undefined) return reasons[code] ?? code;
  // Deno gives rarer errors no code, but their message has the number.
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

/** Commands that show what is there instead of a file. */
const readHints: typeof hints = {
  EISDIR: (path) => `see what is in it: ls -la ${pathWord(path)}`,
  ENOTREG: (path) => `see what it is: ls -ld ${pathWord(path)}`,
  ELOOP: (path) => `see where it leads: ls -ld ${pathWord(path)}`,
  ENOTDIR: (path) => `see what is there: ls -ld ${pathWord(dirname(path))}`,
};

/** Quotes any word for a POSIX shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Quotes a word for a command in a hint, which people paste into any shell: sh, bash, zsh and fish
 * read exactly this word, and none of them, nor PowerShell, executes a part of it. It uses what
 * they have in common: text in single quotes is literal except for `'`, which ends it (in
 * PowerShell, typographic quotes do, too), and a backslash before one of those or another
 * backslash, which fish removes. Those go into double quotes, with nothing else. A word that a
 * terminal can't show unchanged is replaced by a placeholder.
 *
 * @param place the placeholder
 */
export function shellWord(word: string, place = "NAME"): string {
  if (/^[A-Za-z0-9_/.:+-][\w@%+=:./-]*$/.test(word)) return word;
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(word)) return place;
  // cmd knows only double quotes.
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

/** Quotes a path for a system command in a hint, which would take `-x` for a flag. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path, "FILE");
}

/** Returns a flag and its value for a hint; a value like `-x` would be taken for another flag. */
export function flagWords(flag: string, value: string): string {
  return `${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

/** Returns a profile for a command of ours in a hint, as an argument or a flag. */
export function profileWord(name: string): string {
  return name.startsWith("-") ? flagWords("--profile", name) : shellWord(name);
}

/** Returns a command of ours with arguments and flags, for a hint. */
export function withArguments(command: string, words: readonly string[], flags = ""): string {
  const isLikeFlag = words.some((word) => word.startsWith("-"));
  const first = isLikeFlag ? `${command}${flags} --` : command;
  return [first, ...words.map((word) => shellWord(word))].join(" ") + (isLikeFlag ? "" : flags);
}

/** First arguments that are no profiles; a test compares them with the commands. */
export const commandWords: readonly string[] =
  "refresh init status read env exec process use unset shell whoami devices doctor clear hooks kube-token docker-credential import completions help"
    .split(" ");

/** Returns the command that renews these profiles, for a hint. */
export function renewCommand(name: string, ...more: readonly string[]): string {
  const names = [name, ...more];
  const isOther = names.some((each) => each.startsWith("-")) || commandWords.includes(name);
  if (!isOther) return withArguments("stsmfa", names);
  return more.length === 0
    ? `stsmfa --profile=${shellWord(name)}`
    : withArguments("stsmfa refresh", names);
}
