/**
 * Statements that set and unset variables, in the language of each shell.
 *
 * @module
 */

import type { EnvironmentChanges } from "../context.ts";
import { quoted, StsmfaError } from "../errors.ts";

/** The languages that environments are printed in. */
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
    // A universal variable is a setting of the user, for all shells and for good.
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
 * The statements, a line each; to be evaluated by the shell. For `nu` and `json` one object; for
 * `nu`, which can't evaluate text, with `null` for what is to be unset (`| from json | load-env`).
 * What is set is set, `dotenv` and `json` can't unset.
 *
 * @throws StsmfaError `Usage` for a value that the language can't hold in every program that reads it
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

/** A word that fish takes as it is, whatever is in it. */
export function fishWord(value: string): string {
  return `'${value.replace(/[\\']/g, "\\$&")}'`;
}

/**
 * An expression whose value PowerShell takes as it is. It reads what a program prints in the code
 * page of its console, in which a part of a letter may be a quote, and line by line: only printable
 * ASCII stands for itself.
 */
export function powershellWord(value: string): string {
  const parts = value.match(/[ -~]+|[^ -~]/g) ?? [""];
  const words = parts.map((part) =>
    /^[^ -~]/.test(part)
      ? `[char]0x${part.charCodeAt(0).toString(16).padStart(4, "0")}`
      : `'${part.replaceAll("'", "''")}'`
  );
  if (words.length === 1 && words[0]!.startsWith("'")) return words[0]!;
  // The first operand decides that text is added, no numbers.
  return `('' + ${words.join(" + ")})`;
}

/**
 * Refuses what no variable can hold.
 *
 * @throws StsmfaError `Usage`
 */
export function refuseNul(value: string): void {
  if (value.includes("\0")) {
    throw new StsmfaError("Usage", "a variable cannot hold a NUL character");
  }
}

/** Refuses what programs that read this language do not agree how to quote. */
function plain(shell: Shell, name: string, value: string, special: RegExp): string {
  if (!special.test(value)) return value;
  throw new StsmfaError("Usage", `${name} has a character that ${shell} cannot hold`, {
    hint: "choose another --shell",
  });
}
