/**
 * Splits a `credential_process` into words as botocore does. No shell is involved: there are no
 * variables, no `~`, no pipes.
 *
 * Source: https://docs.python.org/3/library/shlex.html#parsing-rules;
 * https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments
 *
 * @module
 */

import { wordsOf } from "../ini/names.ts";

/**
 * Returns the words of a command.
 *
 * @throws RangeError if it cannot be split; the command is not repeated, since a word may be a secret
 */
export function commandWords(command: string, os: "windows" | "unix"): string[] {
  if (os === "windows") return windowsWords(command);
  const words = wordsOf(command);
  if (words !== undefined) return words;
  throw new RangeError("a quote in it is not closed, or nothing follows its last backslash");
}

/** Words as programs on Windows get them. */
function windowsWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const [part] of command.matchAll(/\\*"|\\+|[^\\"]/g)) {
    if (part.endsWith('"')) {
      const backslashes = part.length - 1;
      word = (word ?? "") + "\\".repeat(backslashes >> 1);
      if (backslashes % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
    } else if (!isQuoted && (part === " " || part === "\t")) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + part;
    }
  }
  if (isQuoted) throw new RangeError('a " in it is not closed');
  return word === undefined ? words : [...words, word];
}
