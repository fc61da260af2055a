/**
 * Breaks text into lines between words, so that it fits a terminal.
 *
 * @module
 */

import { brokenToFit, type Line, textOfLine } from "../screen.ts";
import { type Measure, measureOf } from "./table.ts";

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

/** Every further line of a broken one begins so much further in. */
const hanging = 2;

/**
 * Breaks lines between words, so that none is wider than it may be, but for a command at the end of
 * one. What stands in a second column goes on in it, if that leaves half of the room.
 */
export async function wrappedLines(lines: readonly Line[], room: number): Promise<Line[]> {
  const widthOf = await measureOf(lines.map(textOfLine));
  const deepOf = (text: string) => {
    const [, indent = "", beside = ""] = /^( *)(\S+ {2,})?/.exec(text)!;
    const column = indent.length + widthOf(beside);
    return beside !== "" && column <= room / 2 ? column : indent.length + hanging;
  };
  return brokenToFit(lines, room, { deepOf, widthOf });
}
