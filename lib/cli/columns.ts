/**
 * Aligns text in columns, by its width on a terminal.
 *
 * @module
 */

import { importLazily } from "../import_lazily.ts";

/**
 * Pads the cells of a column to the width of the widest.
 *
 * @param most cells are not padded beyond this width
 */
export async function padColumn(cells: readonly string[], most = Infinity): Promise<string[]> {
  const widthOf = cells.every((cell) => /^[ -~]*$/.test(cell))
    ? (cell: string) => cell.length
    : (await loadTextWidth()).textWidth;
  const widths = cells.map((cell) => widthOf(cell));
  const width = Math.min(most, Math.max(0, ...widths));
  return cells.map((cell, at) => cell + " ".repeat(Math.max(0, width - widths[at]!)));
}

/**
 * Joins rows of cells to lines, two spaces between the columns; the last cells are not padded.
 *
 * @param paint colours a cell other than the last
 */
export async function alignRows(
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): Promise<string> {
  const count = (rows[0]?.length ?? 0) - 1;
  const columns = await Promise.all(
    Array.from({ length: count }, (_, column) => padColumn(rows.map((row) => row[column]!))),
  );
  return rows.map((cells, row) => {
    const padded = columns.map((column, at) => paint(column[row]!, row, at));
    return `${[...padded, cells.at(-1)].join("  ").trimEnd()}\n`;
  }).join("");
}

function loadTextWidth() {
  return importLazily<typeof import("./text_width.ts")>("./text_width.ts", import.meta.url);
}
