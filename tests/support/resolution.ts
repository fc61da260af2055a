/**
 * What a profile turns out to be, in words that are neither botocore's nor ours: whose credentials
 * come first, and which roles are assumed on top of them.
 *
 * @module
 */

/** One role that is assumed, with what its own profile says of it. */
export interface Hop {
  /** The profile that names the role. */
  readonly section: string;
  readonly roleArn: string;
  /** Absent where the profile names none. */
  readonly roleSessionName?: string;
  readonly externalId?: string;
  readonly serialNumber?: string;
  /** Absent where the profile says none, or what is no number. */
  readonly durationSeconds?: number;
}

/** Whose credentials come first: a kind, the profile that names them, and what is specific to it. */
export interface Base {
  readonly kind:
    | "long-term"
    | "stored"
    | "session"
    | "process"
    | "web-identity"
    | "sso"
    | "login"
    | "environment"
    | "container"
    | "instance";
  /** `null` where no profile names them: the machine's own, since nothing else was found. */
  readonly section: string | null;
  readonly accessKeyId?: string;
  readonly command?: string;
  readonly roleArn?: string;
  readonly tokenFile?: string;
  readonly roleSessionName?: string;
  readonly startUrl?: string;
  readonly ssoRegion?: string;
  readonly accountId?: string;
  readonly roleName?: string;
  readonly ssoSession?: string;
  readonly loginSession?: string;
}

/** A profile that works. */
export interface Resolved {
  readonly base: Base;
  /** The bottom one first. */
  readonly roles: readonly Hop[];
  /** The region of every STS call; `null` where nothing says one. */
  readonly region: string | null;
}

/** A profile that is refused, and why. */
export interface Refused {
  /** The class or code of the error. */
  readonly refused: string;
  readonly message: string;
}

/** What a profile turns out to be. */
export type Resolution = Resolved | Refused;

/** AWS's two files, an absent one `null`, and the variables. */
export interface Home {
  readonly config: string | null;
  readonly credentials: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

/** Reports whether a profile is refused. */
export function isRefused(resolution: Resolution): resolution is Refused {
  return "refused" in resolution;
}
