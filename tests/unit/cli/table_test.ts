import { assertEquals } from "@std/assert";
import { padColumn, tableLines } from "../../../lib/cli/table.ts";
import { linesForPeople, paint } from "../../../lib/screen.ts";

Deno.test("padColumn() makes cells as wide as the widest on the screen", async () => {
  assertEquals(await padColumn(["a", "bbb"]), ["a  ", "bbb"]);
  assertEquals(await padColumn(["a", "本番", paint("green", "ok"), "e\u0301", "\x1b"]), [
    "a     ",
    "本番  ",
    { colour: "green", text: "ok    " },
    "e\u0301     ",
    "\x1b",
  ]);
});

Deno.test("padColumn() makes no cell wider than it is told", async () => {
  assertEquals(await padColumn(["a", "bb", "cccc"], 2), ["a ", "bb", "cccc"]);
});

Deno.test("tableLines() leaves nothing behind the last column", async () => {
  const rows = [["NAME", "STATE", "ROLE"], ["本番環境", "valid", ["r", "!"]], ["x", "none", ""]];
  assertEquals(
    linesForPeople(await tableLines(rows as never), false),
    "NAME      STATE  ROLE\n本番環境  valid  r!\nx         none\n",
  );
  assertEquals(await tableLines([]), []);
});
