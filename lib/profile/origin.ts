/**
 * Values and where they come from, as shown in plans and named in errors.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import { type ErrorCode, type ErrorPlace, StsmfaError } from "../errors.ts";
import { commentInValue } from "../ini/lines.ts";

/** Where a value comes from. */
export type Origin =
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "file"; readonly path: string; readonly line: number; readonly key: string }
  | {
    readonly kind: "argument" | "convention" | "default" | "discovered";
    readonly reason: string;
  };

/** A value and where it comes from. */
export interface Resolved<T> {
  /** The value. */
  readonly value: T;
  /** Where it comes from. */
  readonly origin: Origin;
}

/** Describes an origin: `flag --duration`, `variable AWS_REGION`, `~/.aws/config:12`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "flag":
      return `flag ${origin.flag}`;
    case "variable":
      return `variable ${origin.variable}`;
    case "file":
      return `${origin.path}:${origin.line} ${origin.key}`;
    default:
      return origin.reason;
  }
}

/** Returns what an error about a value is about; nothing for one that nobody has set. */
export function placesOf(...origins: readonly Origin[]): ErrorPlace[] {
  return origins.flatMap((origin) =>
    origin.kind === "file" || origin.kind === "variable" || origin.kind === "flag" ? origin : []
  );
}

/** Returns a file's value with its origin. */
export function fromFile(found: FileValue): Resolved<string> {
  const { value, path, line, key } = found;
  return { value, origin: { kind: "file", path, line, key } };
}

/**
 * Returns an error that names the origin of a bad value: wrong usage for a flag, an invalid setting
 * for anything else. In a file, what was meant as a comment behind the value may be what is wrong
 * with it; then the hint says so.
 *
 * @param others what else is a part of the fault
 */
export function settingError(
  setting: Resolved<unknown>,
  problem: string,
  hint?: string,
  others: readonly Origin[] = [],
): StsmfaError {
  const { value, origin } = setting;
  const code: ErrorCode = origin.kind === "flag" ? "Usage" : "InvalidSetting";
  const comment = origin.kind === "file" && typeof value === "string"
    ? commentInValue(value)
    : undefined;
  return new StsmfaError(code, `${describeOrigin(origin)}: ${problem}`, {
    hint: comment === undefined
      ? hint
      : `${comment} is part of the value for the AWS CLI: put the comment on a line of its own`,
    places: placesOf(origin, ...others),
  });
}
