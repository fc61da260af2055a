/**
 * A table that fits a terminal of any width: wide cells are cut, and where that is not enough the
 * columns that matter least are left out.
 *
 * @module
 */

import { columnsOf, endToShow } from "../columns.ts";
import type { Piece } from "../screen.ts";

/** A column of a table. */
export interface FittedColumn {
  readonly header: string;
  /** It is of no use if it is narrower than that, unless all of it fits. */
  readonly least: number;
  /** The column of the lowest rank is the last to be left out, and the first to get room. */
  readonly rank: number;
}

/** How wide each column is; 0 if it is left out. */
export interface Layout {
  readonly widths: readonly number[];
  /** Whether all of every cell is shown. */
  readonly isWhole: boolean;
}

const gap = 2;

/** Returns how wide columns are in a table that has this much room. */
export function layoutOf(
  columns: readonly (Pick<FittedColumn, "least" | "rank"> & { readonly width: number })[],
  room: number,
): Layout {
  const ranked = columns.toSorted((a, b) => a.rank - b.rank);
  const leastOf = ({ width, least }: { width: number; least: number }) => Math.min(width, least);
  const needed = (shown: typeof ranked) =>
    shown.reduce((sum, each) => sum + leastOf(each) + gap, -gap);
  while (ranked.length > 1 && needed(ranked) > room) ranked.pop();
  let left = room - needed(ranked);
  const found = new Map<unknown, number>();
  for (const column of ranked) {
    const more = Math.min(left, column.width - leastOf(column));
    found.set(column, Math.max(1, leastOf(column) + more));
    left -= more;
  }
  const widths = columns.map((column) => found.get(column) ?? 0);
  return { widths, isWhole: columns.every(({ width }, at) => width <= widths[at]!) };
}

/** The table, which may grow; only the rows that are shown are made. */
export class FittedTable {
  readonly #columns: (FittedColumn & { width: number })[];
  readonly #rows: (readonly Piece[])[] = [];
  #room = -1;
  #layout: Layout = { widths: [], isWhole: true };

  constructor(columns: readonly FittedColumn[]) {
    this.#columns = columns.map((each) => ({ ...each, width: columnsOf(each.header) }));
  }

  /** Adds a row: a cell for each column. */
  add(cells: readonly Piece[]): void {
    this.#rows.push(cells);
    for (const [at, column] of this.#columns.entries()) {
      column.width = Math.max(column.width, columnsOf(textOf(cells[at]!)));
    }
    this.#room = -1;
  }

  /** Reports whether all of every cell is shown where there is this much room. */
  isWhole(room: number): boolean {
    return this.#layoutFor(room).isWhole;
  }

  header(room: number): Piece[] {
    const texts = this.#columns.map(({ header }) => ({ colour: "dim" as const, text: header }));
    return this.#line(texts, room);
  }

  row(at: number, room: number): Piece[] {
    return this.#line(this.#rows[at]!, room);
  }

  #layoutFor(room: number): Layout {
    if (this.#room !== room) {
      this.#room = room;
      this.#layout = layoutOf(this.#columns, room);
    }
    return this.#layout;
  }

  #line(cells: readonly Piece[], room: number): Piece[] {
    const { widths } = this.#layoutFor(room);
    return cells.flatMap((cell, column) => {
      const width = widths[column]!;
      if (width === 0) return [];
      const text = endToShow(textOf(cell), width);
      const padding = " ".repeat(Math.max(0, width - columnsOf(text)) + gap);
      return [typeof cell === "string" ? text : { ...cell, text }, padding];
    });
  }
}

function textOf(cell: Piece): string {
  return typeof cell === "string" ? cell : cell.text;
}
