import { assertEquals } from "@std/assert";
import { padColumn, roomOf } from "../../../lib/cli/table.ts";
import { paint } from "../../../lib/screen.ts";

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

Deno.test("roomOf(): the terminal's columns, 80 if it does not say, no limit for programs", () => {
  const write = () => {};
  assertEquals(roomOf({ write, isTerminal: true, columns: 40 }), 40);
  assertEquals(roomOf({ write, isTerminal: true }), 80);
  assertEquals(roomOf({ write, isTerminal: false, columns: 40 }), Infinity);
});
