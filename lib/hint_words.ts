/**
 * Words of messages and of the commands in hints, quoted so that people can paste them into any
 * shell.
 *
 * @module
 */

import { visible } from "./screen.ts";

/**
 * Returns words of a message, the first ones of many: `a, b, c and 12 more`. One that would be left
 * out alone takes no more room than saying so.
 */
export function listed(words: readonly string[], most = 5): string {
  const more = words.length - most;
  return more < 2 ? words.join(", ") : `${words.slice(0, most).join(", ")} and ${more} more`;
}

/** Quotes any word for a POSIX shell. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Quotes a word for a command in a hint, which people paste into any shell: sh, bash, zsh and fish
 * read exactly this word, and none of them, nor PowerShell, executes a part of it. It uses what
 * they have in common: text in single quotes is literal except for `'`, which ends it (in
 * PowerShell, typographic quotes do, too), and a backslash before one of those or another
 * backslash, which fish removes. Those go into double quotes, with nothing else. A word that a
 * terminal can't show unchanged is replaced by a placeholder.
 *
 * @param place the placeholder
 */
export function shellWord(word: string, place = "NAME"): string {
  if (/^[A-Za-z0-9_/.:+-][\w@%+=:./-]*$/.test(word)) return word;
  if (visible(word) !== word) return place;
  // cmd knows only double quotes.
  if (/['&|<>^]/.test(word) && !/["$`\\!%\u201c-\u201e]/.test(word)) return `"${word}"`;
  const parts = word.match(
    /['\u2018-\u201b]+|\\+(?=[\\'\u2018-\u201b]|$)|(?:[^\\'\u2018-\u201b]|\\(?![\\'\u2018-\u201b]|$))+/gu,
  );
  return (parts ?? [""]).map((part) =>
    /^['\u2018-\u201b]/.test(part)
      ? `"${part}"`
      : /^\\+$/.test(part)
      ? `"${part.replaceAll("\\", "\\\\")}"`
      : `'${part}'`
  ).join("");
}

/** Quotes a path for a system command in a hint, which would take `-x` for a flag. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path, "FILE");
}

/** Returns a flag and its value for a hint; a value like `-x` would be taken for another flag. */
export function flagWords(flag: string, value: string): string {
  return `${flag}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

/** Returns a profile for a command of ours in a hint, as an argument or a flag. */
export function profileWord(name: string): string {
  return name.startsWith("-") ? flagWords("--profile", name) : shellWord(name);
}

/** Returns a command of ours with arguments and flags, for a hint. */
export function withArguments(command: string, words: readonly string[], flags = ""): string {
  const isLikeFlag = words.some((word) => word.startsWith("-"));
  const first = isLikeFlag ? `${command}${flags} --` : command;
  return [first, ...words.map((word) => shellWord(word))].join(" ") + (isLikeFlag ? "" : flags);
}

/** First arguments that are no profiles; a test compares them with the commands. */
export const commandWords: readonly string[] =
  "refresh init status read env exec console process use unset shell whoami devices doctor clear keys hooks kube-token docker-credential import completions help"
    .split(" ");

/** Returns the command that renews these profiles, for a hint. */
export function renewCommand(name: string, ...more: readonly string[]): string {
  const names = [name, ...more];
  const isOther = names.some((each) => each.startsWith("-")) || commandWords.includes(name);
  if (!isOther) return withArguments("stsmfa", names);
  return more.length === 0
    ? `stsmfa --profile=${shellWord(name)}`
    : withArguments("stsmfa refresh", names);
}
