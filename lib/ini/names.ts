/**
 * Names and values of an INI file: what may be written so that nothing starts a new line and every
 * SDK reads it back unchanged, and the words that a section's name is read as.
 *
 * @module
 */

import { commentInValue, isBlank } from "./lines.ts";

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
  if (control.test(value)) throw new RangeError("a value must not contain a control character");
  if (value === "" || value !== value.trim()) {
    throw new RangeError("a value must not be empty, nor begin or end with a space");
  }
  if (commentInValue(value) !== undefined) {
    throw new RangeError("a value must not contain what some SDKs take for a comment");
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
    throw new RangeError("a section name must not contain '[', ']' or a control character");
  }
  if (name === "" || isBlank(name[0]!) || isBlank(name.at(-1)!)) {
    throw new RangeError("a section name must not be empty, nor begin or end with a space");
  }
  if (commentInValue(name) !== undefined) {
    throw new RangeError("a section name must not contain what some SDKs take for a comment");
  }
}

/**
 * Splits a text into words as botocore does with names of sections and with commands, by the rules of
 * a shell: blanks separate, quotes and backslashes keep.
 *
 * @returns `undefined` if a quote is not closed or the text ends with a backslash
 */
export function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "\\" && quote !== "'") {
      const next = text[++at];
      if (next === undefined) return undefined;
      // Between double quotes, a backslash that is followed by anything else stands for itself.
      word = (word ?? "") + (quote !== "" && next !== '"' && next !== "\\" ? `\\${next}` : next);
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (" \t\r\n".includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== "") return undefined;
  return word === undefined ? words : [...words, word];
}

/** Returns a word as {@link wordsOf} reads it back, in the spelling that most SDKs know. */
export function quotedWord(word: string): string {
  if (/^[^\s'"\\]+$/.test(word)) return word;
  if (!/["\\]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
