/**
 * Checks the form of a token code.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";

/**
 * Strips what apps, web pages and terminals add around and within a code: white space, invisible
 * characters, and the marks of a bracketed paste.
 */
export function normaliseTokenCode(text: string): string {
  // deno-lint-ignore no-control-regex -- the marks begin with one
  return text.replace(/\x1b\[20[01]~|[\s\p{Cf}]+/gu, "");
}

/** Returns why a text cannot be a token code, or `undefined` if it can. */
export function tokenCodeComplaint(tokenCode: string): string | undefined {
  if (/^[0-9]{6}$/.test(tokenCode)) return undefined;
  const digits = /^[0-9]+$/.test(tokenCode) ? `, not ${tokenCode.length}` : "";
  return `an MFA code has six digits${digits}`;
}

/**
 * Returns the code in what a program prints: alone, or on its only line the first or the last word,
 * as `ykman` and `gopass` print it beside a name or a time; `undefined` if there is none, or more
 * than one.
 */
export function tokenCodeIn(printed: string): string | undefined {
  const whole = normaliseTokenCode(printed);
  if (tokenCodeComplaint(whole) === undefined) return whole;
  const lines = printed.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  if (lines.length !== 1) return undefined;
  const words = lines[0]!.trim().split(/\s+/).map(normaliseTokenCode);
  const codes = [words[0]!, words.at(-1)!].filter((word) => tokenCodeComplaint(word) === undefined);
  return codes.length === 1 ? codes[0] : undefined;
}

/** @throws StsmfaError `TokenCodeMalformed` */
export function checkedTokenCode(text: string, origin: string): string {
  const tokenCode = normaliseTokenCode(text);
  const complaint = tokenCodeComplaint(tokenCode);
  if (complaint === undefined) return tokenCode;
  throw new StsmfaError("TokenCodeMalformed", `${origin}: ${complaint}`, {
    hint: "type the six digits that your MFA device shows",
  });
}
