/**
 * Statements that set and unset variables, in the language of each shell.
 *
 * @module
 */

import type { EnvironmentChanges } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { quoted } from "../hint_words.ts";

/** The languages that an environment can be printed in. */
export const shells = [
  "sh",
  "bash",
  "zsh",
  "fish",
  "powershell",
  "cmd",
  "nu",
  "dotenv",
  "json",
] as const;

/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

interface Language {
  readonly set: (name: string, value: string) => string;
  readonly unset: (name: string) => string;
}

const posix: Language = {
  set: (name, value) => `export ${name}=${quoted(value)};`,
  unset: (name) => `unset ${name};`,
};

const languages: Readonly<Record<Exclude<Shell, "nu" | "json">, Language>> = {
  sh: posix,
  bash: posix,
  zsh: posix,
  fish: {
    set: (name, value) => `set -gx ${name} ${fishWord(value)};`,
    // A universal variable is a permanent setting of the user for all shells.
    unset: (name) => `set -eg ${name};`,
  },
  powershell: {
    set: (name, value) => `$Env:${name} = ${powershellWord(value)};`,
    unset: (name) => `Remove-Item -LiteralPath 'Env:${name}' -ErrorAction SilentlyContinue;`,
  },
  cmd: {
    set: (name, value) => `set "${name}=${plain("cmd", name, value, /[^ -~]|["%!]/)}"`,
    unset: (name) => `set "${name}="`,
  },
  dotenv: {
    set: (name, value) => `${name}=${plain("dotenv", name, value, /[^\w+=/:.,@%-]/)}`,
    unset: () => "",
  },
};

/**
 * Returns the statements for the shell to evaluate, one per line. For `nu` and `json`, returns one
 * object; for `nu`, which can't evaluate text (`| from json | load-env`), it has `null` for
 * variables to unset. `dotenv` and `json` can't unset.
 *
 * @throws StsmfaError `Usage` for a value that not every reader of the language reads the same
 */
export function statements(shell: Shell, { set, unset }: EnvironmentChanges): string {
  for (const value of Object.values(set)) refuseNul(value);
  if (shell === "json" || shell === "nu") {
    const gone = shell === "nu" ? unset.map((name) => [name, null] as const) : [];
    return JSON.stringify({ ...Object.fromEntries(gone), ...set }, null, 2) + "\n";
  }
  const language = languages[shell];
  return [
    ...unset.map((name) => language.unset(name)),
    ...Object.entries(set).map(([name, value]) => language.set(name, value)),
  ].map((line) => line === "" ? "" : `${line}\n`).join("");
}

/** Quotes any word for fish. */
export function fishWord(value: string): string {
  return `'${value.replace(/[\\']/g, "\\$&")}'`;
}

/**
 * Returns a PowerShell expression for any value. PowerShell reads a program's output line by line,
 * in the code page of its console, in which a part of a letter may be a quote; so only printable
 * ASCII is written as it is.
 */
export function powershellWord(value: string): string {
  const parts = value.match(/[ -~]+|[^ -~]/g) ?? [""];
  const words = parts.map((part) =>
    /^[^ -~]/.test(part)
      ? `[char]0x${part.charCodeAt(0).toString(16).padStart(4, "0")}`
      : `'${part.replaceAll("'", "''")}'`
  );
  if (words.length === 1 && words[0]!.startsWith("'")) return words[0]!;
  // The empty string makes `+` concatenate text, not add numbers.
  return `('' + ${words.join(" + ")})`;
}

/**
 * Refuses a value that no variable can hold.
 *
 * @throws StsmfaError `Usage`
 */
export function refuseNul(value: string): void {
  if (value.includes("\0")) {
    throw new StsmfaError("Usage", "a variable cannot hold a NUL character");
  }
}

/** Refuses a value that programs reading this language disagree how to quote. */
function plain(shell: Shell, name: string, value: string, special: RegExp): string {
  if (!special.test(value)) return value;
  throw new StsmfaError("Usage", `${name} has a character that ${shell} cannot hold`, {
    hint: "choose another --shell",
  });
}
