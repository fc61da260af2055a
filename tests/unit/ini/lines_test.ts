import { assertEquals } from "@std/assert";
import {
  commentInValue,
  isBlank,
  LineReader,
  readLines,
  withoutComment,
} from "../../../lib/ini/lines.ts";

Deno.test("readLines() gives each line with its end, whichever it is", () => {
  const text = "k = v\r\nj = w\rx\n\n# c";
  assertEquals(readLines(text).map(({ raw }) => raw), ["k = v\r\n", "j = w\r", "x\n", "\n", "# c"]);
  assertEquals(readLines(""), []);
});

const kinds: [body: string, kinds: string[]][] = [
  ["k = v\n  more\n", ["key", "continuation"]],
  ["k = v\n# c\n  more\n", ["key", "comment", "continuation"]],
  ["k = v\n\n  more\n", ["key", "blank", "continuation"]],
  ["  k = v\n  j = w\n", ["key", "key"]],
  ["  k = v\nj = w\n  more\n", ["key", "key", "continuation"]],
  ["  # c\n ; c\n", ["comment", "comment"]],
  ["k = v\n  [b]\n", ["key", "continuation"]],
  [" [b]\n", ["header"]],
  ["[]\n[\n", ["other", "other"]],
  ["[a]\n  k = v\n", ["header", "key"]],
  ["= v\nword\n", ["other", "other"]],
  ["\x0b\x85\n", ["blank"]],
];
for (const [body, expected] of kinds) {
  Deno.test(`readLines() sees ${expected} in ${JSON.stringify(body)}`, () => {
    assertEquals(readLines(body).map(({ kind }) => kind), expected);
  });
}

Deno.test("LineReader ends a header's name at the last bracket, as Python does", () => {
  for (
    const [raw, name] of [["[a]", "a"], ["[a]b]", "a]b"], ["[a] # x", "a"], ["[ a ]x", " a "]]
  ) {
    assertEquals(new LineReader(false).next(raw!), { kind: "header", raw: raw!, name: name! });
  }
});

Deno.test("LineReader splits a key at the first '=' or ':'", () => {
  for (
    const [raw, key, value] of [
      ["k = a = b", "k", "a = b"],
      ["k: a = b", "k", "a = b"],
      ["k=a:b", "k", "a:b"],
      ["Two Words =", "Two Words", ""],
    ]
  ) {
    assertEquals(
      new LineReader(true).next(raw!),
      { kind: "key", raw: raw!, key: key!, value: value! },
    );
  }
});

Deno.test("LineReader takes nothing above the first section for a continuation", () => {
  const reader = new LineReader(false);
  assertEquals(["k = v", "  j = w"].map((raw) => reader.next(raw).kind), ["key", "key"]);
});

Deno.test("commentInValue() is what '#' or ';' begins, behind white space or alone", () => {
  assertEquals(commentInValue("v # a ; b"), "# a ; b");
  assertEquals(commentInValue("v\t;x"), ";x");
  assertEquals(commentInValue("# a"), "# a");
  for (const value of ["v#a", "https://d-1.awsapps.com/start/#/", "a;b", ""]) {
    assertEquals(commentInValue(value), undefined);
  }
});

Deno.test("isBlank() agrees with Python's str.strip, not with JavaScript's trim", () => {
  for (const character of " \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u00a0\u2028\u2029\u3000") {
    assertEquals(isBlank(character), true, JSON.stringify(character));
  }
  for (const character of "\x00\x08\x0e\x1b\x7f\uFEFFa#\u200b") {
    assertEquals(isBlank(character), false, JSON.stringify(character));
  }
});

Deno.test("withoutComment() ends a value where other SDKs do", () => {
  for (const [value, expected] of [["v # a", "v"], ["v", "v"], ["# a", ""], ["v#a ;b", "v#a"]]) {
    assertEquals(withoutComment(value!), expected);
  }
});
