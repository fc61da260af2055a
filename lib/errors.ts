/**
 * The one error class, its stable codes and the exit status of each.
 *
 * @module
 */

/** The exit statuses that callers may rely on; few and stable. */
export const ExitStatus = {
  /** All done, or nothing to do. */
  Ok: 0,
  /** A bug in stsmfa. */
  Unexpected: 1,
  /** Wrong usage, or input is needed and stsmfa cannot ask for it here. */
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
  StoredKeyMissing: ExitStatus.Configuration,
  Recursion: ExitStatus.Configuration,
  CredentialProcessFailed: ExitStatus.Configuration,
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
  SecondAccessKey: ExitStatus.Refused,
  RequestRefused: ExitStatus.Refused,

  NetworkUnreachable: ExitStatus.Network,
  NetworkTimeout: ExitStatus.Network,
  ServiceUnavailable: ExitStatus.Network,

  FileUnreadable: ExitStatus.Storage,
  FileUnwritable: ExitStatus.Storage,
  StorageFull: ExitStatus.Storage,
  LockTimeout: ExitStatus.Storage,
  UntrustedFile: ExitStatus.Storage,
  KeyStoreLocked: ExitStatus.Storage,
  KeyStoreUnusable: ExitStatus.Storage,

  HookFailed: ExitStatus.Hook,
  HookNotApproved: ExitStatus.Hook,

  Cancelled: ExitStatus.Cancelled,
} as const satisfies Record<string, ExitStatus>;

/** A stable name for what went wrong; `--json` prints it. */
export type ErrorCode = keyof typeof exitStatusByCode;

/** A line of a file, a variable or a flag that is at fault. */
export type ErrorPlace =
  | {
    /** The kind of place. */
    readonly kind: "file";
    /** The path of the file. */
    readonly path: string;
    /** Counted from 1. */
    readonly line: number;
    /** The key on that line, if it has one. */
    readonly key?: string;
  }
  | {
    /** The kind of place. */
    readonly kind: "variable";
    /** The variable's name. */
    readonly variable: string;
  }
  | {
    /** The kind of place. */
    readonly kind: "flag";
    /** The flag, with its dashes. */
    readonly flag: string;
  };

/** Everything an {@link StsmfaError} can have besides its code and message. */
export interface ErrorDetails {
  /** What is at fault: what the message names first, then all else that is a part of it. */
  readonly places?: readonly ErrorPlace[] | undefined;
  /** What to do about it, with the exact command if there is one. */
  readonly hint?: string | undefined;
  /** The name that was mistyped and the one that was meant, for whoever knows the whole command. */
  readonly meant?: MistypedName | undefined;
  /** The underlying error, for programs; it is never printed. */
  readonly cause?: unknown;
}

/** A name that does not exist, and the nearest one that does. */
export interface MistypedName {
  /** The name as it was given. */
  readonly given: string;
  /** The one that was probably meant. */
  readonly near: string;
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
  /** What is at fault, if that is known: what the message names first. */
  readonly places: readonly ErrorPlace[];
  /** The mistyped name, if the hint is about one. */
  readonly meant: MistypedName | undefined;

  /** Creates an error; the message is one line without secrets. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.places = details.places ?? [];
    this.meant = details.meant;
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
