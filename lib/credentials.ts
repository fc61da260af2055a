/**
 * Long-term and session credentials, and a wrapper for values that must never be printed.
 *
 * @module
 */

/**
 * A value that is never shown: printed, logged, inspected or serialised, it is `[secret]`. Only
 * {@link Secret.reveal} returns it, and only code that signs or stores calls that.
 */
export class Secret {
  readonly #value: string;

  /** Wraps a value; only {@link Secret.reveal} returns it. */
  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the value itself. */
  reveal(): string {
    return this.#value;
  }

  /** Returns `[secret]`. */
  toString(): string {
    return "[secret]";
  }

  /** Returns `[secret]`. */
  toJSON(): string {
    return "[secret]";
  }

  /** Returns `[secret]`, for Deno. */
  [Symbol.for("Deno.customInspect")](): string {
    return "[secret]";
  }

  /** Returns `[secret]`, for Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** An IAM user's access key. */
export interface LongTermCredentials {
  /** Begins with `AKIA`; not a secret. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: Secret;
}

/** Reports whether a text is written as AWS's secret access keys are, and as no ID of one is. */
export function isLikeSecretKey(text: string): boolean {
  return /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/]{40}$/.test(text);
}

/** What STS returns: an access key with a token and an expiration. */
export interface SessionCredentials {
  /** Begins with `ASIA`; not a secret. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: Secret;
  /** Sent with every request. */
  readonly sessionToken: Secret;
  /** The time from which AWS rejects the session. */
  readonly expiration: Date;
}

/** What others give: keys that last, or those of a session. */
export interface ProvidedCredentials {
  /** Not a secret. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: Secret;
  /** Sent with every request; keys that last have none. */
  readonly sessionToken?: Secret;
  /** The time from which AWS rejects them; absent if they last, or if nobody says it. */
  readonly expiration?: Date;
  /** The account, if whoever gives them says it. */
  readonly accountId?: string;
}

/** Returns the whole seconds from `now` to `expiration`, negative if it is past. */
export function secondsLeft(expiration: Date, now: Date): number {
  return Math.floor((expiration.getTime() - now.getTime()) / 1000);
}

/** Formats a time as AWS writes it: RFC 3339, UTC, whole seconds. */
export function formatExpiration(expiration: Date): string {
  return expiration.toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * Parses an expiration in any format found in credentials files: RFC 3339 with any offset,
 * aws-mfa's `2026-01-02 03:04:05` (UTC, no zone), seconds since 1970.
 *
 * @returns `undefined` if it is not one of these
 */
export function parseExpiration(text: string): Date | undefined {
  const value = text.trim();
  const match =
    /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)? ?(?:Z|UTC|([+-]\d\d):?(\d\d))?$/i
      .exec(value);
  if (match === null) {
    return /^\d{9,11}$/.test(value) ? new Date(Number(value) * 1000) : undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const local = new Date(Date.UTC(year!, month! - 1, day, hour, minute, second));
  // 30 February would be read as 2 March, 25:00 as the next day.
  const isDay = local.getUTCDate() === day && local.getUTCMonth() === month! - 1;
  const isTime = local.getUTCHours() === hour && local.getUTCMinutes() === minute;
  if (!isDay || !isTime) return undefined;
  const [offsetHours = "0", offsetMinutes = "0"] = match.slice(7);
  if (Math.abs(Number(offsetHours)) > 23 || Number(offsetMinutes) > 59) return undefined;
  const offset = Number(offsetHours) * 60 +
    Number(offsetMinutes) * (offsetHours.startsWith("-") ? -1 : 1);
  return new Date(local.getTime() - offset * 60_000);
}

/** Replaces every secret in a text that comes from outside: as it is, in a URL, and in JSON. */
export function redact(text: string, secrets: readonly Secret[]): string {
  const forms = secrets.map((secret) => secret.reveal()).filter((value) => value.length > 3)
    .flatMap((value) => {
      const inUrl = encodeURIComponent(value.toWellFormed());
      const inSmallLetters = inUrl.replace(/%../g, (each) => each.toLowerCase());
      return [value, inUrl, inSmallLetters, value.replaceAll("/", "\\/")];
    });
  // Longest first: one secret can be a prefix of another.
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((result, value) => result.replaceAll(value, "[secret]"), text);
}
