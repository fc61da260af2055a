/**
 * What is written to the standard streams, and the only ways to make it. A stream takes nothing else
 * (`Output` in `context.ts`), so that no words from outside reach a terminal as they are.
 *
 * @module
 */

import { visible, visibleJson } from "./visible.ts";

declare const isForScreen: unique symbol;

/** A text that a stream may be given: made here, or nowhere. */
export type ScreenText = string & { readonly [isForScreen]: true };

/** What a part of a line may be shown in. */
export type Colour = "green" | "yellow" | "red" | "dim";

/** A part of a line in a colour. */
export interface Painted {
  readonly colour: Colour;
  readonly text: string;
}

/** A part of a line. */
export type Piece = string | Painted;

/** A line for people, without its end: a text, or parts one after another. */
export type Line = string | readonly Piece[];

/** A part of a line in a colour, where colour is on. */
export function paint(colour: Colour, text: string): Painted {
  return { colour, text };
}

/** A line from a template whose values may be painted. */
export function line(texts: TemplateStringsArray, ...values: readonly (Piece | number)[]): Line {
  return texts.flatMap((text, at) => {
    const value = values[at];
    return value === undefined ? [text] : [text, typeof value === "number" ? `${value}` : value];
  });
}

/** Lines for people; a line end within one is shown as any other control character. */
export function linesForPeople(lines: readonly Line[], hasColour: boolean): ScreenText {
  const codes: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, dim: 2 };
  const shown = (piece: Piece) => {
    if (typeof piece === "string") return visible(piece);
    const text = visible(piece.text);
    return hasColour && text !== "" ? `\x1b[${codes[piece.colour]}m${text}\x1b[0m` : text;
  };
  return lines.map((each) =>
    (typeof each === "string" ? visible(each) : each.map(shown).join("")).trimEnd() + "\n"
  ).join("") as ScreenText;
}

/** A value as JSON, in which what could steer a terminal is escaped: the same to programs. */
export function jsonForPrograms(value: unknown, indent?: number): ScreenText {
  return `${visibleJson(JSON.stringify(value, null, indent))}\n` as ScreenText;
}

/**
 * What a program reads, byte for byte. At a terminal there is a person instead, who sees it in lines,
 * the last one ended, too.
 */
export function dataForPrograms(text: string, isTerminal: boolean): ScreenText {
  if (!isTerminal || text === "") return text as ScreenText;
  return linesForPeople(text.replace(/\n$/, "").split("\n"), false);
}

/** A text that replaces the line with the cursor, which stays on it. */
export function inPlace(text: string): ScreenText {
  return `\r\x1b[K${visible(text)}` as ScreenText;
}

/** What goes from a line that was drawn in place to the next one. */
export const nextLine = "\r\n" as ScreenText;

/** A question and, beside it, as much of the answer's end as the line holds; replaces the line. */
export function questionInPlace(question: string, answer: string, columns: number): ScreenText {
  const room = columns - columnsOf(question) - 2;
  return `\r${visible(question)}\x1b[K ${endThatFits(answer, room)}\x1b[K` as ScreenText;
}

/** Rows that replace as many rows above the cursor, each cut to the width; `❯` marks one. */
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

/** The end of a text, made visible: the beginnings of long names are the same. */
function endThatFits(text: string, columns: number): string {
  const shown = visible(text);
  if (columnsOfShown(shown) <= columns) return shown;
  const kept: string[] = [];
  let left = columns - 1;
  for (const each of clustersOf(shown).reverse()) {
    left -= columnsOfShown(each);
    if (left < 0) break;
    kept.unshift(each);
  }
  return `…${kept.join("")}`;
}

/**
 * How many columns of a terminal a text takes, once it is visible: two for what East Asian fonts and
 * emoji have, none for marks.
 */
export function columnsOf(text: string): number {
  return columnsOfShown(visible(text));
}

function columnsOfShown(shown: string): number {
  if (/^[ -~]*$/.test(shown)) return shown.length;
  let columns = 0;
  for (const each of clustersOf(shown)) columns += wide.test(each) ? 2 : 1;
  return columns;
}

/** Characters with their marks, and emoji. */
function clustersOf(shown: string): string[] {
  return shown.match(/\p{RGI_Emoji}|.\p{M}*/gsv) ?? [];
}

const wide =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/su;

/** The text with spaces behind it, so that it takes so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** How wide a column must be for these texts. */
export function widest(texts: Iterable<string>): number {
  let most = 0;
  for (const text of texts) most = Math.max(most, columnsOf(text));
  return most;
}
