/**
 * Splits a `credential_process` into words as botocore does. No shell is involved: there are no
 * variables, no `~`, no pipes.
 *
 * Source: https://docs.python.org/3/library/shlex.html#parsing-rules;
 * https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments
 *
 * @module
 */

/**
 * Returns the words of a command.
 *
 * @throws RangeError if it cannot be split; the command is not repeated, since a word may be a secret
 */
export function commandWords(command: string, os: "windows" | "unix"): string[] {
  return os === "windows" ? windowsWords(command) : posixWords(command);
}

/** Words as `shlex.split` has them. */
function posixWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < command.length; at++) {
    const character = command[at]!;
    if (quote === "'" || character === quote) {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === "\\") {
      const next = command[++at];
      if (next === undefined) throw new RangeError("there is nothing after its last backslash");
      // Between double quotes a backslash escapes only those and itself.
      const isEscape = quote === "" || next === '"' || next === "\\";
      word = `${word ?? ""}${isEscape ? "" : "\\"}${next}`;
    } else if (quote !== "") {
      word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== "") throw new RangeError(`a ${quote} in it is not closed`);
  return word === undefined ? words : [...words, word];
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
