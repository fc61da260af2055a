/**
 * Checks names and values for an INI file: nothing that could start a new line, and nothing that an
 * SDK would not read back unchanged.
 *
 * @module
 */

import { inlineComment, isBlank } from "./lines.ts";

// deno-lint-ignore no-control-regex -- these are what must not get into the file
const control = /[\x00-\x1f\x7f\x85\u2028\u2029]/;

/** @throws RangeError */
export function assertKey(key: string): void {
  if (!/^[^\s=:#;[\]][^=:]*$/.test(key) || control.test(key) || isBlank(key.at(-1)!)) {
    throw new RangeError("a key must be one word without '=', ':', '[' or a line end");
  }
}

/** @throws RangeError */
export function assertValue(value: string): void {
  if (control.test(value)) throw new RangeError("a value must not hold a control character");
  if (value === "" || value !== value.trim()) {
    throw new RangeError("a value must not be empty, nor begin or end with a space");
  }
  if (inlineComment(` ${value}`) !== undefined) {
    throw new RangeError("a value must not hold what some SDKs take for a comment");
  }
}

/**
 * Rejects a section name that some SDK would not read back unchanged.
 *
 * @throws RangeError
 */
export function assertSectionName(name: string): void {
  if (/^[\w.-]+$/.test(name)) return;
  if (control.test(name) || /[[\]]/.test(name)) {
    throw new RangeError("a section name must not hold '[', ']' or a control character");
  }
  if (name === "" || isBlank(name[0]!) || isBlank(name.at(-1)!)) {
    throw new RangeError("a section name must not be empty, nor begin or end with a space");
  }
  if (inlineComment(` ${name}`) !== undefined) {
    throw new RangeError("a section name must not hold what some SDKs take for a comment");
  }
}
