import { assertEquals, assertThrows } from "@std/assert";
import { IniDocument } from "../../../lib/ini/document.ts";

/** What a text becomes. */
function edited(text: string, edit: (document: IniDocument) => void): string {
  const document = IniDocument.parse(text);
  edit(document);
  const result = document.toString();
  // What was edited is what is read back.
  const again = IniDocument.parse(result);
  for (const section of document.sections()) {
    const values = (each: IniDocument) =>
      each.entries(section).map(({ key, value }) => [key, value]);
    assertEquals(values(again), values(document));
  }
  return result;
}

const replaced: [text: string, result: string][] = [
  ["[a]\nold = 1\n", "[a]\nnew = 2\n"],
  ["[a]\n# c\nold   =   1\nb = x\n# d\n", "[a]\n# c\nnew   =   2\nb = x\n# d\n"],
  ["[a]\r\nold=1\r\n[b]\r\nold=1\r\n", "[a]\r\nnew=2\r\n[b]\r\nold=1\r\n"],
  ["[a]\nOLD: 1\n", "[a]\nnew= 2\n"],
  ["[a]\nold = 1\n  more\n\n  and more\nb = x\n", "[a]\nnew = 2\n\nb = x\n"],
  ["[a]\nold = 1", "[a]\nnew = 2"],
  ["[a]\nother = 1\n", "[a]\nother = 1\n"],
  ["[b]\nold = 1\n", "[b]\nold = 1\n"],
];
for (const [text, result] of replaced) {
  Deno.test(`replaceKey() makes ${JSON.stringify(result)} of ${JSON.stringify(text)}`, () => {
    assertEquals(edited(text, (document) => document.replaceKey("a", "old", "new", "2")), result);
  });
}

const below: [text: string, result: string][] = [
  ["[a]\nk = 1\n# c\nb = x\n", "[a]\nk = 1\nnew = 2\n# c\nb = x\n"],
  ["[a]\nk = 1", "[a]\nk = 1\nnew = 2\n"],
  ["[a]\r\nk = 1\r\n\r\n[b]\r\n", "[a]\r\nk = 1\r\nnew = 2\r\n\r\n[b]\r\n"],
  ["[a]\nk = 1\n  more\nb = x\n", "[a]\nk = 1\n  more\nnew = 2\nb = x\n"],
  ["[a]\nk     = 1\n", "[a]\nk     = 1\nnew   = 2\n"],
  ["[a]\nother = 1\n", "[a]\nother = 1\n"],
  ["[a]\n  k = 1\n  b = x\n", "[a]\n  k = 1\n  new = 2\n  b = x\n"],
  ["[a]\n\tk = 1\n c = y\nb = x\n", "[a]\n\tk = 1\n\tnew = 2\n c = y\nb = x\n"],
];
for (const [text, result] of below) {
  Deno.test(`addBelow() makes ${JSON.stringify(result)} of ${JSON.stringify(text)}`, () => {
    assertEquals(edited(text, (document) => document.addBelow("a", "k", "new", "2")), result);
  });
}

Deno.test("replaceText() reaches comments, values, headers' comments and what is above all", () => {
  const text = "# top X\n[a] ; X\nk = X\n# X X\n[X]\nX = 1\n";
  assertEquals(
    edited(text, (document) => document.replaceText("X", "y")),
    "# top y\n[a] ; y\nk = y\n# y y\n[X]\ny = 1\n",
  );
});

Deno.test("a value that would not be read back is refused, and nothing changes", () => {
  const document = IniDocument.parse("[a]\nk = 1\n");
  for (const value of ["two\nlines", " space", "space "]) {
    assertThrows(() => document.replaceKey("a", "k", "new", value), RangeError);
    assertThrows(() => document.addBelow("a", "k", "new", value), RangeError);
  }
  assertEquals(document.toString(), "[a]\nk = 1\n");
});
