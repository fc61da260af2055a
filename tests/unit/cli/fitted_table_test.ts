import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FittedTable, layoutOf } from "../../../lib/cli/fitted_table.ts";
import { columnsOf, columnsOfShown } from "../../../lib/columns.ts";
import { linesForPeople, paint, type Piece } from "../../../lib/screen.ts";
import { anyText } from "../../support/any_text.ts";

const columns = [
  { header: "NAME", least: 6, rank: 0 },
  { header: "ACCOUNT", least: 12, rank: 2 },
  { header: "LEFT", least: 4, rank: 1 },
];

function tableOf(...rows: readonly (readonly Piece[])[]): FittedTable {
  const table = new FittedTable(columns, columnsOf);
  for (const row of rows) table.add(row);
  return table;
}

function shown(table: FittedTable, room: number, rows: number): string[] {
  const lines = [
    table.header(room),
    ...Array.from({ length: rows }, (_, at) => table.row(at, room)),
  ];
  return linesForPeople(lines, false).split("\n").slice(0, -1);
}

Deno.test("a table that fits is shown whole", () => {
  const table = tableOf(["prod", "222222222222", "3h"], ["本番", "-", paint("green", "12m")]);
  assertEquals(shown(table, 40, 2), [
    "NAME  ACCOUNT       LEFT",
    "prod  222222222222  3h",
    "本番  -             12m",
  ]);
  assertEquals(table.isWhole(24), true);
});

Deno.test("cells are cut where that is enough, else the columns that matter least are left out", () => {
  const table = tableOf(["customer-production", "222222222222", "3h"]);
  assertEquals(shown(table, 30, 1), [
    "NAME        ACCOUNT       LEFT",
    "…roduction  222222222222  3h",
  ]);
  assertEquals(shown(table, 24, 1), ["NAME                LEFT", "…stomer-production  3h"]);
  assertEquals(shown(table, 8, 1), ["NAME", "…duction"]);
  assertEquals(table.isWhole(24), false);
});

Deno.test("a row that is added makes its columns wider", () => {
  const table = tableOf(["a", "-", "-"]);
  assertEquals(shown(table, 60, 1)[1], "a     -        -");
  table.add(["a longer name", "222222222222", "-"]);
  assertEquals(shown(table, 60, 2).slice(1), [
    "a              -             -",
    "a longer name  222222222222  -",
  ]);
});

Deno.test("no line is wider than its room, whatever the cells are", () => {
  const cell = fc.oneof(
    anyText({ maxLength: 30 }),
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.constantFrom("👩‍👩‍👧‍👦家族", "e\u0301\u0301\u0301", "\x1b[31m", "\u202eabc", "\u0301"),
  );
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 60 }), (cells, room) => {
      for (const line of shown(tableOf(...cells), room, cells.length)) {
        assert(columnsOfShown(line) <= room, `${room}: ${line}`);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("layoutOf() gives room to the columns that matter most", () => {
  const column = (width: number, least: number, rank: number) => ({ width, least, rank });
  const widths = (room: number) =>
    layoutOf([column(30, 10, 0), column(12, 12, 2), column(20, 8, 1)], room).widths;
  assertEquals(widths(66), [30, 12, 20]);
  assertEquals(widths(50), [26, 12, 8]);
  assertEquals(widths(34), [10, 12, 8]);
  assertEquals(widths(33), [23, 0, 8]);
  assertEquals(widths(19), [19, 0, 0]);
  assertEquals(widths(3), [3, 0, 0]);
});
