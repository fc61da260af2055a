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
  return `a token code has six digits${digits}`;
}

/** @throws StsmfaError `TokenCodeMalformed` */
export function checkedTokenCode(text: string, origin: string): string {
  const tokenCode = normaliseTokenCode(text);
  const complaint = tokenCodeComplaint(tokenCode);
  if (complaint === undefined) return tokenCode;
  throw new StsmfaError("TokenCodeMalformed", `${origin}: ${complaint}`, {
    hint: "type the six digits that the MFA device shows now",
  });
}
