/**
 * Breaks text into lines between words, so that it fits a terminal.
 *
 * @module
 */

import { importLazily } from "../import_lazily.ts";

/** Returns how many columns a text takes. */
export type Measure = (text: string) => number;

/** Returns what measures these texts; what measures other than ASCII takes a while to load. */
export async function measureOf(texts: Iterable<string>): Promise<Measure> {
  for (const text of texts) {
    if (/^[ -[\]-~]*$/.test(text)) continue;
    const { columnsOf } = await importLazily<typeof import("../columns.ts")>(
      "../columns.ts",
      import.meta.url,
    );
    return columnsOf;
  }
  return (text) => text.length;
}

/** Breaks a text between its words; a word that is too wide has a line of its own. */
export function wrapped(text: string, columns: number, widthOf: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/**
 * Breaks a command of a shell so that it can still be copied: behind a `|`, else with a `\`, and
 * never within quotes.
 */
export function wrappedCommand(command: string, columns: number, widthOf: Measure): string[] {
  // Lines of Windows' cmd and of Nushell cannot be broken.
  const isWhole = command.startsWith("for /f") || command.includes("$nu.");
  if (widthOf(command) <= columns || isWhole) return [command];
  const words = wordsOf(command);
  const lines: string[] = [];
  let line = "";
  for (const [at, word] of words.entries()) {
    const isPipe = words[at - 1] === "|";
    const room = columns - (at === words.length - 1 || word === "|" ? 0 : 2);
    const longer = line === "" ? word : `${line} ${word}`;
    const indent = lines.length === 0 ? 0 : 4;
    if (line !== "" && indent + widthOf(longer) > room) {
      lines.push(isPipe ? line : `${line} \\`);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((each, at) => at === 0 ? each : `    ${each}`);
}

/** Splits a command at its spaces, but not at those in quotes or `$(...)`. */
function wordsOf(command: string): string[] {
  return command.match(/(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^ "'$]|\$)+/g) ?? [];
}
