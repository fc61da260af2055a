/**
 * Long-term and session credentials, and the one holder for what must never be printed.
 *
 * @module
 */

/**
 * A value without a string form: printed, logged, inspected or serialised it is `[secret]`.
 * Only {@link Secret.reveal} gives it, and only code that signs or stores calls that.
 */
export class Secret {
  readonly #value: string;

  /** Takes a value in; nothing but {@link Secret.reveal} gives it out. */
  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. */
  reveal(): string {
    return this.#value;
  }

  /** `[secret]`. */
  toString(): string {
    return "[secret]";
  }

  /** `[secret]`. */
  toJSON(): string {
    return "[secret]";
  }

  /** `[secret]`, for Deno. */
  [Symbol.for("Deno.customInspect")](): string {
    return "[secret]";
  }

  /** `[secret]`, for Node. */
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

/** What STS gives: a key with a token and an end. */
export interface SessionCredentials {
  /** Begins with `ASIA`; not a secret. */
  readonly accessKeyId: string;
  /** What requests are signed with. */
  readonly secretAccessKey: Secret;
  /** Goes with every request. */
  readonly sessionToken: Secret;
  /** The moment from which AWS refuses the session. */
  readonly expiration: Date;
}

/** Whole seconds from `now` to `expiration`, negative when it is past. */
export function secondsLeft(expiration: Date, now: Date): number {
  return Math.floor((expiration.getTime() - now.getTime()) / 1000);
}

/** The moment as AWS writes it: RFC 3339, UTC, whole seconds. */
export function formatExpiration(expiration: Date): string {
  return expiration.toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * Reads an expiration in any spelling met in credentials files: RFC 3339 with any offset, aws-mfa's
 * `2026-01-02 03:04:05` (UTC, no zone), seconds since 1970.
 *
 * @returns `undefined` when it is none of them
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

/** Replaces every secret that occurs in a text, for words that come from outside. */
export function redact(text: string, secrets: readonly Secret[]): string {
  // The longest first: one secret can be the beginning of another.
  return secrets.map((secret) => secret.reveal())
    .filter((value) => value.length > 3)
    .sort((a, b) => b.length - a.length)
    .reduce((result, value) => result.replaceAll(value, "[secret]"), text);
}
