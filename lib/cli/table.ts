/**
 * Columns of text, as wide as a terminal shows them.
 *
 * @module
 */

import type { Output } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { type Piece, textOfPiece } from "../screen.ts";

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

/** Where a terminal does not say how wide it is. */
const usualColumns = 80;

/** Returns how many columns a line may have: programs that read it get all of it. */
export function roomOf({ isTerminal, columns }: Output): number {
  return isTerminal ? columns ?? usualColumns : Infinity;
}

/**
 * Pads the cells of a column to the width of the widest.
 *
 * @param most cells are not padded beyond this width
 */
export async function padColumn(
  cells: readonly Piece[],
  most: number = Infinity,
): Promise<Piece[]> {
  const texts = cells.map(textOfPiece);
  const widthOf = await measureOf(texts);
  const widths = texts.map((text) => widthOf(text));
  const width = Math.min(most, Math.max(0, ...widths));
  return cells.map((cell, at) => {
    const text = texts[at]! + " ".repeat(Math.max(0, width - widths[at]!));
    return typeof cell === "string" ? text : { ...cell, text };
  });
}
