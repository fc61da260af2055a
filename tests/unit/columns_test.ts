import { assert, assertEquals } from "@std/assert";
import { columnsOf, columnsOfShown, endThatFits } from "../../lib/columns.ts";
import { inPlace, visible } from "../../lib/screen.ts";
import { forbiddenIn } from "../support/forbidden.ts";

const widths: readonly (readonly [string, number])[] = [
  ["prod", 4],
  ["é", 1],
  ["e\u0301", 1],
  ["日本", 4],
  ["🚀", 2],
  ["👩‍💻", 2],
  ["\x1b", 6],
  ["…", 1],
];
for (const [text, columns] of widths) {
  Deno.test(`columnsOf() of ${visible(text)} is ${columns}`, () => {
    assertEquals(columnsOf(text), columns);
  });
}

Deno.test("a text that is too long is cut between characters, and says so", () => {
  const long = "waiting for \x1b[31m日本語🚀e\u0301 and many others";
  for (let columns = 1; columns < 60; columns++) {
    const shown = endThatFits(long, columns);
    assert(columnsOfShown(shown) <= columns, shown);
    assertEquals(shown.startsWith("…"), columnsOf(long) > columns);
    assertEquals(forbiddenIn(shown), []);
  }
  assertEquals(endThatFits("日本語", 4), "…語");
  assertEquals(endThatFits("short", 80), "short");
});

Deno.test("progress stays on its line, whose end is left free", () => {
  const long = "waiting for \x1b[31m日本語日本語 and many others";
  for (let columns = 4; columns < 60; columns++) {
    const shown = inPlace(long, columns).replace("\r\x1b[K", "");
    assert(columnsOfShown(shown) < columns, shown);
    assertEquals(shown.endsWith("…"), columnsOf(long) >= columns);
    assertEquals(forbiddenIn(shown), []);
  }
  assertEquals(inPlace("short", 80), "\r\x1b[Kshort");
  assertEquals(inPlace("short"), "\r\x1b[Kshort");
});

Deno.test("a long text is measured in no time", () => {
  const began = performance.now();
  for (const text of ["\u202e", "a\u0301", "❤️", "日", "a", "ä"]) columnsOf(text.repeat(4_000));
  assert(performance.now() - began < 5000);
});
