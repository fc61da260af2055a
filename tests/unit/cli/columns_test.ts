import { assertEquals } from "@std/assert";
import { alignRows, padColumn } from "../../../lib/cli/columns.ts";

Deno.test("padColumn() makes cells as wide as the widest on the screen", async () => {
  assertEquals(await padColumn(["a", "bbb"]), ["a  ", "bbb"]);
  assertEquals(await padColumn(["a", "本番", "\x1b[32mok\x1b[0m", "e\u0301"]), [
    "a   ",
    "本番",
    "\x1b[32mok\x1b[0m  ",
    "e\u0301   ",
  ]);
});

Deno.test("padColumn() makes no cell wider than it is told", async () => {
  assertEquals(await padColumn(["a", "bb", "cccc"], 2), ["a ", "bb", "cccc"]);
});

Deno.test("alignRows() leaves nothing behind the last column", async () => {
  const rows = [["NAME", "STATE", "ROLE"], ["本番環境", "valid", "r"], ["x", "none", ""]];
  const paint = (cell: string, row: number, column: number) =>
    row === 1 && column === 1 ? `<${cell}>` : cell;
  assertEquals(
    await alignRows(rows, paint),
    "NAME      STATE  ROLE\n本番環境  <valid>  r\nx         none\n",
  );
  assertEquals(await alignRows([]), "");
});
