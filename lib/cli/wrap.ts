/**
 * Breaks text into lines between words, so that it fits a terminal.
 *
 * @module
 */

import { type Line, type Piece, textOfLine, textOfPiece } from "../screen.ts";
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
 * Matches a line up to a command of the system at its end: broken, it would run in two halves when
 * it is pasted.
 */
const beforeCommand =
  /^(?: *|.*: )(?=(?:chmod|chown|ls|rm|mv|unset|export|aws|attrib|icacls|del|dir|move|Remove-Item|\$env:\w+) \S|set ")/;

/**
 * Breaks lines between words, so that none is wider than it may be, but for a command at the end of
 * one.
 */
export async function wrappedLines(lines: readonly Line[], room: number): Promise<Line[]> {
  const texts = lines.map(textOfLine);
  const widthOf = await measureOf(texts);
  return lines.flatMap((line, at) => {
    const text = texts[at]!.trimEnd();
    if (widthOf(text) <= room) return [line];
    const [, indent = "", beside = ""] = /^( *)(\S+ {2,})?/.exec(text)!;
    // What stands in a second column goes on in it, if that leaves half of the room.
    const column = indent.length + widthOf(beside);
    const deep = beside !== "" && column <= room / 2 ? column : indent.length + hanging;
    const command = beforeCommand.exec(text)?.[0].length;
    if (command === indent.length) return [line];
    const broken = wrappedAfter(text.slice(0, command), indent.length, room, deep, widthOf);
    const [first, ...rest] = command === undefined ? broken : [...broken, text.slice(command)];
    let from = 0;
    return [first!, ...rest].map((part, nth) => {
      const start = text.indexOf(part, from);
      from = start + part.length;
      const pieces = partOf(line, start, from);
      return nth === 0 ? pieces : [" ".repeat(deep), ...pieces];
    });
  });
}

/** Breaks a text whose first line has more room than the others. */
function wrappedAfter(
  text: string,
  indent: number,
  room: number,
  deep: number,
  widthOf: Measure,
): string[] {
  const lines: string[] = [];
  let start = 0;
  let end = 0;
  const most = () => lines.length === 0 ? room : room - deep;
  for (const { index, 0: word } of text.slice(indent).matchAll(/\S+/g)) {
    const [from, to] = [indent + index, indent + index + word.length];
    if (end > start && widthOf(text.slice(start, to)) > most()) {
      lines.push(text.slice(start, end));
      start = from;
    }
    end = to;
  }
  return [...lines, text.slice(start, end)];
}

/** Returns the pieces of a line from one unit to another. */
function partOf(line: Line, from: number, to: number): Piece[] {
  let at = 0;
  const pieces: readonly Piece[] = typeof line === "string" ? [line] : line;
  return pieces.flatMap((piece): Piece[] => {
    const text = textOfPiece(piece);
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    at += text.length;
    return part === "" ? [] : typeof piece === "string" ? [part] : [{ ...piece, text: part }];
  });
}
