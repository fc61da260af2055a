/**
 * Draws questions and lists over what was on the screen before.
 *
 * @module
 */

import { columnsOf, endThatFits } from "../columns.ts";
import { type ScreenText, visible } from "../screen.ts";

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
