/**
 * The shape of a token code.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";

/**
 * A code without what apps, web pages and terminals put around and into it: white space, characters
 * that show nothing, and the marks of a bracketed paste.
 */
export function normaliseTokenCode(text: string): string {
  // deno-lint-ignore no-control-regex -- the marks begin with one
  return text.replace(/\x1b\[20[01]~|[\s\p{Cf}]+/gu, "");
}

/** Why a text can't be a token code, or `undefined` when it can. */
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
