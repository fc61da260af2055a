/**
 * Tables: cells in columns, as wide as a terminal shows them.
 *
 * @module
 */

import { importLazily } from "../import_lazily.ts";
import type { Line, Piece } from "../screen.ts";

/**
 * Pads the cells of a column to the width of the widest.
 *
 * @param most cells are not padded beyond this width
 */
export async function padColumn(
  cells: readonly Piece[],
  most: number = Infinity,
): Promise<Piece[]> {
  const texts = cells.map((cell) => typeof cell === "string" ? cell : cell.text);
  // What measures other texts takes a while to load.
  const widthOf = texts.every((text) => /^[ -[\]-~]*$/.test(text))
    ? (text: string) => text.length
    : (await loadColumns()).columnsOf;
  const widths = texts.map((text) => widthOf(text));
  const width = Math.min(most, Math.max(0, ...widths));
  return cells.map((cell, at) => {
    const text = texts[at]! + " ".repeat(Math.max(0, width - widths[at]!));
    return typeof cell === "string" ? text : { ...cell, text };
  });
}

/**
 * Returns rows of cells as lines, two spaces between the columns. The last cells are not padded, and
 * may have several parts.
 */
export async function tableLines(
  rows: readonly (readonly (Line | Piece)[])[],
): Promise<Line[]> {
  const count = (rows[0]?.length ?? 1) - 1;
  const columns = await Promise.all(
    Array.from(
      { length: count },
      (_, column) => padColumn(rows.map((row) => row[column] as Piece)),
    ),
  );
  return rows.map((row, at) => [
    ...columns.flatMap((column) => [column[at]!, "  "]),
    ...[row.at(-1)!].flat() as Piece[],
  ]);
}

function loadColumns() {
  return importLazily<typeof import("../columns.ts")>("../columns.ts", import.meta.url);
}
