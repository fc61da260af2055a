import { assertEquals } from "@std/assert";
import { paint } from "../../../lib/screen.ts";
import { wholeScreen } from "../../../lib/system/drawing.ts";
import { forbiddenIn, hostile } from "../../support/forbidden.ts";

const size = { columns: 40, rows: 3 };

/** What a frame writes, without what moves the cursor or erases. */
function written(text: string): string[] {
  // deno-lint-ignore no-control-regex -- that is what terminals are told
  return text.replaceAll(/\x1b\[(?:\?25[lh]|\?7[lh]|\d*K|J|H|\d+;\d+H)/g, "").split("\r\n");
}

Deno.test("a frame fills the terminal from the top, and erases what is left of the one before", () => {
  assertEquals(
    wholeScreen({ lines: ["a", ["b", paint("green", "c")]] }, size, false),
    "\x1b[?25l\x1b[?7l\x1b[H\x1b[2Ka\r\n\x1b[2Kbc\r\n\x1b[J\x1b[?7h",
  );
  assertEquals(
    wholeScreen({ lines: ["a", "b", "c"], cursor: { row: 0, column: 1 } }, size, false),
    "\x1b[?25l\x1b[?7l\x1b[H\x1b[2Ka\r\n\x1b[2Kb\r\n\x1b[2Kc\x1b[?7h\x1b[1;2H\x1b[?25h",
  );
});

Deno.test("a frame has no more lines than the terminal has rows", () => {
  const lines = ["1", "2", "3", "4", "5"];
  assertEquals(written(wholeScreen({ lines }, size, false)), ["1", "2", "3"]);
  assertEquals(written(wholeScreen({ lines }, { columns: 40, rows: 1 }, false)), ["1"]);
});

Deno.test("nothing from outside steers the terminal", () => {
  const lines = [hostile, [hostile, paint("red", hostile)], "\r\n\n\x1b[2J"];
  const shown = written(wholeScreen({ lines }, size, false));
  assertEquals(shown.length, 3);
  for (const line of shown) assertEquals([...forbiddenIn(line)], []);
});
