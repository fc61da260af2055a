import { assertEquals } from "@std/assert";
import { quotedWord, wordsOf } from "../../../lib/ini/names.ts";
import { needsPython, runPython } from "../../support/python.ts";
import { Chooser } from "../../support/seeded.ts";
import { factor, seed } from "../../support/thorough.ts";

const names: [name: string, words: string[] | undefined][] = [
  ["profile x", ["profile", "x"]],
  ["profile\t x ", ["profile", "x"]],
  ["profile \\x", ["profile", "x"]],
  ['profile x""', ["profile", "x"]],
  ["profile ''x", ["profile", "x"]],
  ['profile ""', ["profile", ""]],
  ['profile: "x y"', ["profile:", "x y"]],
  ["profile 'x\\y'", ["profile", "x\\y"]],
  ['profile "x\\y\\"\\\\"', ["profile", 'x\\y"\\']],
  ["profile x#y;z", ["profile", "x#y;z"]],
  ["profile x\u00a0y", ["profile", "x\u00a0y"]],
  ["profile x y", ["profile", "x", "y"]],
  ["profile", ["profile"]],
  ["", []],
  ['profile "x', undefined],
  ["profile 'x", undefined],
  ["profile x\\", undefined],
];
for (const [name, words] of names) {
  Deno.test(`wordsOf() reads ${JSON.stringify(name)} as ${JSON.stringify(words)}`, () => {
    assertEquals(wordsOf(name), words);
  });
}

const count = 3000 * factor;
const parts = ["a", "b", " ", "\t", "'", '"', "\\", "#", "\u00a0", "\u00e4", "\x0b", "profile "];
const choose = new Chooser(seed);
const texts = Array.from(
  { length: count },
  () => Array.from({ length: choose.below(10) + 1 }, () => choose.of(parts)).join(""),
);

Deno.test({
  ...needsPython(),
  name: `wordsOf() splits ${count} names as Python's shlex does${needsPython().name}`,
  fn: async () => {
    const script = `
import json, shlex, sys
def split(text):
    try:
        return shlex.split(text)
    except ValueError:
        return None
print(json.dumps([split(text) for text in json.load(sys.stdin)]))`;
    const words = JSON.parse(await runPython(["-c", script], { input: JSON.stringify(texts) }));
    texts.forEach((text, at) =>
      assertEquals(wordsOf(text) ?? null, words[at], JSON.stringify(text))
    );
  },
});

Deno.test("quotedWord() is read back as the word that it was", () => {
  for (const text of texts) assertEquals(wordsOf(quotedWord(text)), [text]);
});
