/**
 * Draws questions and lists over what was on the screen before.
 *
 * @module
 */

import { columnsOf, endThatFits } from "../columns.ts";
import {
  type Frame,
  linesForPeople,
  type ScreenSize,
  type ScreenText,
  visible,
} from "../screen.ts";

/** Moves from a line that was drawn in place to the next one. */
export const nextLine = "\r\n" as ScreenText;

/** Replaces the line with a question and as much of the answer's end as fits next to it. */
export function questionInPlace(question: string, answer: string, columns: number): ScreenText {
  const room = columns - columnsOf(question) - 2;
  return `\r${visible(question)}\x1b[K ${endThatFits(answer, room)}\x1b[K` as ScreenText;
}

/** Replaces as many rows above the cursor with rows, each cut to the width; `❯` marks one. */
export function listInPlace(
  rows: readonly string[],
  marked: number,
  rowsAbove: number,
  columns: number,
): ScreenText {
  const up = rowsAbove === 0 ? "" : `\x1b[${rowsAbove}A`;
  const shown = rows.map((row, at) =>
    `\r${at === marked ? "❯" : " "} ${endThatFits(row, columns - 3)}\x1b[K\r\n`
  );
  return `${up}${shown.join("")}\x1b[J` as ScreenText;
}

/** Begins a question whose answer the terminal itself shows while it is typed. */
export function questionBefore(question: string): ScreenText {
  return `${visible(question)} ` as ScreenText;
}

/**
 * Has the terminal say where a paste begins and ends, so that a line end in it answers nothing: what
 * is behind that would be typed into the shell.
 */
export const pasteMarksOn = "\x1b[?2004h" as ScreenText;

/** Ends {@link pasteMarksOn}. */
export const pasteMarksOff = "\x1b[?2004l" as ScreenText;

/** Takes the whole terminal: what it showed is kept aside. */
export const wholeScreenOn = "\x1b[?1049h\x1b[2J" as ScreenText;

/** Brings back what the terminal showed, and its cursor. */
export const wholeScreenOff = "\x1b[?7h\x1b[?25h\x1b[?1049l" as ScreenText;

/**
 * Draws a frame over the whole terminal. Lines are not wrapped, so that a terminal that takes a
 * character for wider than we do keeps the rest in its place.
 */
export function wholeScreen(
  { lines, cursor }: Frame,
  { rows }: ScreenSize,
  hasColour: boolean,
): ScreenText {
  const shown = lines.slice(0, rows)
    .map((each) => `\x1b[2K${linesForPeople([each], hasColour).replace(/\n$/, "")}`);
  const rest = shown.length < rows ? "\r\n\x1b[J" : "";
  const at = cursor === undefined ? "" : `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h`;
  return `\x1b[?25l\x1b[?7l\x1b[H${shown.join("\r\n")}${rest}\x1b[?7h${at}` as ScreenText;
}
