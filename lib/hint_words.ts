/**
 * Words of messages and of the commands in hints, quoted so that people can paste them into any
 * shell, and commands of the system in those of the shell that they have. Those for a path of Windows
 * are of `cmd` and PowerShell alike.
 *
 * @module
 */

import type { Environment } from "./context.ts";
import { isWindowsPath } from "./path.ts";
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
  // cmd knows only double quotes; in those, all others take such a word as it is, too.
  const hasDrive = /^[A-Za-z]:\\/.test(word) && !/\\\\|\\$/.test(word);
  const literal = hasDrive ? /["$`!%\u201c-\u201e]/ : /["$`\\!%\u201c-\u201e]/;
  if (!literal.test(word)) return `"${word}"`;
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
  if (isWindowsPath(path)) return windowsPathWord(path);
  return shellWord(path.startsWith("-") ? `./${path}` : path, "FILE");
}

/** Quotes a path of Windows for `cmd` and PowerShell, or for the latter alone where both cannot be. */
function windowsPathWord(path: string): string {
  if (visible(path) !== path) return "FILE";
  if (!/["$`!%\u201c-\u201e]/.test(path)) return `"${path}"`;
  return `'${path.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}

/** What to do about a clock that is wrong. */
export const clockHint =
  "set the clock; on Linux: sudo timedatectl set-ntp true; on Windows: w32tm /resync";

/** Returns the command that shows what is at a path, and whose it is. */
export function lookCommand(path: string): string {
  return `${isWindowsPath(path) ? "icacls" : "ls -ld"} ${pathWord(path)}`;
}

/** Returns the command that shows what is in a folder. */
export function listCommand(path: string): string {
  return `${isWindowsPath(path) ? "dir" : "ls -la"} ${pathWord(path)}`;
}

/** Returns the command that removes a file or a link. */
export function removeCommand(path: string): string {
  return `${isWindowsPath(path) ? "del" : "rm"} ${pathWord(path)}`;
}

/** Returns the command that gives a file or folder another name. */
export function moveCommand(from: string, to: string): string {
  return `${isWindowsPath(from) ? "move" : "mv"} ${pathWord(from)} ${pathWord(to)}`;
}

/** What tells which shell somebody types in. */
type Surroundings = Pick<Environment, "get" | "os">;

/**
 * Returns the shell that somebody on Windows types in, as far as the variables tell: `bash` for one
 * that has a `SHELL`. PowerShell puts a folder of the user's own before the system's, each version
 * another one.
 */
export function windowsShell(env: Surroundings): "bash" | "pwsh" | "powershell" | "cmd" {
  if (env.get("SHELL") !== undefined) return "bash";
  const modules = env.get("PSModulePath") ?? "";
  if (/\\PowerShell\\/i.test(modules)) return "pwsh";
  return /\\Users\\[^;]*\\WindowsPowerShell\\Modules/i.test(modules) ? "powershell" : "cmd";
}

/** Returns the command that takes variables out of this shell. */
export function unsetCommand(env: Surroundings, ...names: readonly string[]): string {
  const shell = env.os === "windows" ? windowsShell(env) : "sh";
  if (shell === "cmd") return names.map((name) => `set "${name}="`).join(" & ");
  if (shell === "pwsh" || shell === "powershell") {
    return `Remove-Item ${names.map((name) => `Env:${name}`).join(", ")}`;
  }
  return `unset ${names.join(" ")}`;
}

/** Returns the command that sets a variable in this shell. */
export function setCommand(env: Surroundings, name: string, value: string): string {
  const shell = env.os === "windows" ? windowsShell(env) : "sh";
  if (shell === "cmd") return `set "${name}=${value}"`;
  if (shell === "pwsh" || shell === "powershell") {
    return `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
  }
  // In double quotes, bash would take two backslashes for one.
  return `export ${name}=${isWindowsPath(value) ? quoted(value) : pathWord(value)}`;
}

/** Returns a flag and its value for a hint; a value like `-x` would be taken for another flag. */
export function flagWords(flag: string, value: string): string {
  const isPath = flag.endsWith("-file") && isWindowsPath(value);
  const word = isPath ? windowsPathWord(value) : shellWord(value);
  return `${flag}${value.startsWith("-") ? "=" : " "}${word}`;
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
  // The program's hidden modes begin with two underscores.
  const isWord = commandWords.includes(name) || name.startsWith("__");
  const isOther = isWord || names.some((each) => each.startsWith("-"));
  if (!isOther) return withArguments("stsmfa", names);
  return more.length === 0
    ? `stsmfa --profile=${shellWord(name)}`
    : withArguments("stsmfa refresh", names);
}
