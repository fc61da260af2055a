/**
 * A table that fits a terminal of any width: cells are spelt shorter or cut, and where that is not
 * enough the columns that matter least are left out.
 *
 * @module
 */

import { charactersOf, type Line, type Piece, textOfPiece } from "../screen.ts";
import { type Measure, measureOf } from "./table.ts";

/** A column of a table. */
export interface FittedColumn {
  readonly header: string;
  /**
   * It is of no use if it is narrower than that, unless all of it fits; without it, cells are not
   * cut.
   */
  readonly least?: number;
  /** It gets that much room before others get more than they need; without it, all that it can use. */
  readonly usual?: number;
  /** Whether the beginning of a cell says more than its end. */
  readonly keepsBeginning?: boolean;
  /** The column of the lowest rank is the last to be left out, and the first to get room. */
  readonly rank: number;
}

/** A cell, or its spellings from the longest to the shortest. */
export type Cell = Piece | readonly Piece[];

/** How wide each column is; 0 if it is left out. */
export interface Layout {
  readonly widths: readonly number[];
  /** Whether all of every cell is shown. */
  readonly isWhole: boolean;
}

const gap = 2;

/** Returns how wide columns are in a table that has this much room. */
export function layoutOf(
  columns: readonly (Pick<FittedColumn, "rank" | "usual"> & {
    readonly width: number;
    readonly least: number;
  })[],
  room: number,
): Layout {
  const ranked = columns.toSorted((a, b) => a.rank - b.rank);
  const leastOf = ({ width, least }: { width: number; least: number }) => Math.min(width, least);
  const needed = (shown: typeof ranked) =>
    shown.reduce((sum, each) => sum + leastOf(each) + gap, -gap);
  while (ranked.length > 1 && needed(ranked) > room) ranked.pop();
  let left = room - needed(ranked);
  const found = new Map<unknown, number>();
  for (const column of ranked) found.set(column, leastOf(column));
  const grow = (mostOf: (column: typeof ranked[number]) => number) => {
    for (const column of ranked) {
      const now = found.get(column)!;
      const most = Math.min(column.width, mostOf(column));
      // The last column that is left has to do with less than it needs.
      const more = Math.min(left, Math.max(0, most - now));
      found.set(column, now + more);
      left -= more;
    }
  };
  grow(({ usual = Infinity }) => usual);
  grow(() => Infinity);
  for (const [column, width] of found) found.set(column, Math.max(1, width));
  const widths = columns.map((column) => found.get(column) ?? 0);
  return { widths, isWhole: columns.every(({ width }, at) => width <= widths[at]!) };
}

/** The table, which may grow; only the rows that are shown are made. */
export class FittedTable {
  readonly #columns: (FittedColumn & { width: number; shortest: number })[];
  readonly #rows: (readonly Cell[])[] = [];
  #room = -1;
  #layout: Layout = { widths: [], isWhole: true };

  constructor(columns: readonly FittedColumn[], private readonly widthOf: Measure) {
    this.#columns = columns.map((each) => {
      const width = widthOf(each.header);
      return { ...each, width, shortest: width };
    });
  }

  /** Adds a row: a cell for each column. */
  add(cells: readonly Cell[]): void {
    this.#rows.push(cells);
    for (const [at, column] of this.#columns.entries()) {
      const spellings = spellingsOf(cells[at]!);
      const longest = this.widthOf(textOfPiece(spellings[0]!));
      column.width = Math.max(column.width, longest);
      column.shortest = Math.max(
        column.shortest,
        spellings.length === 1 ? longest : this.widthOf(textOfPiece(spellings.at(-1)!)),
      );
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
      const columns = this.#columns.map(({ shortest, least = shortest, ...column }) => ({
        ...column,
        least,
      }));
      this.#layout = layoutOf(columns, room);
    }
    return this.#layout;
  }

  #line(cells: readonly Cell[], room: number): Piece[] {
    const { widths } = this.#layoutFor(room);
    return cells.flatMap((cell, column) => {
      const width = widths[column]!;
      if (width === 0) return [];
      const spellings = spellingsOf(cell);
      const piece = spellings.find((each) => this.widthOf(textOfPiece(each)) <= width) ??
        spellings.at(-1)!;
      const text = within(
        textOfPiece(piece),
        width,
        this.widthOf,
        this.#columns[column]!.keepsBeginning ?? false,
      );
      const padding = " ".repeat(Math.max(0, width - this.widthOf(text)) + gap);
      return [typeof piece === "string" ? text : { ...piece, text }, padding];
    });
  }
}

/** Returns a whole table, with its header if it has one, in so much room. */
export async function fittedLines(
  columns: readonly FittedColumn[],
  rows: readonly (readonly Cell[])[],
  room: number,
): Promise<Line[]> {
  const texts = rows.flatMap((row) => row.flatMap((cell) => spellingsOf(cell).map(textOfPiece)));
  const table = new FittedTable(columns, await measureOf(texts));
  for (const row of rows) table.add(row);
  const lines = rows.map((_, at) => table.row(at, room));
  return columns.some(({ header }) => header !== "") ? [table.header(room), ...lines] : lines;
}

/** What is longer is cut without measuring all of it. */
const mostUnits = 4096;

/** Returns what fits of a text: its end, since long names begin alike, or its beginning. */
function within(
  text: string,
  columns: number,
  widthOf: Measure,
  keepsBeginning: boolean,
): string {
  const known = text.length <= mostUnits
    ? text
    : keepsBeginning
    ? text.slice(0, mostUnits)
    : text.slice(-mostUnits);
  if (known === text && widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  let left = columns - 1;
  const all = charactersOf(known);
  const characters = keepsBeginning ? all : all.reverse();
  const end = characters.findIndex((each) => (left -= widthOf(each)) < 0);
  const kept = characters.slice(0, end < 0 ? undefined : end);
  return keepsBeginning ? `${kept.join("")}…` : `…${kept.reverse().join("")}`;
}

function spellingsOf(cell: Cell): readonly Piece[] {
  return Array.isArray(cell) ? cell : [cell as Piece];
}
