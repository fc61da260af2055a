import { assertEquals, assertThrows } from "@std/assert";
import { IniDocument } from "../../../lib/ini/document.ts";
import { assertSectionName } from "../../../lib/ini/names.ts";

/** The text after one edit. */
function edited(text: string, edit: (document: IniDocument) => void): string {
  const document = IniDocument.parse(text);
  edit(document);
  return document.toString();
}

const keepsBytes: Record<string, string> = {
  "an empty file": "",
  "a file of one line end": "\n",
  "a byte order mark": "\uFEFF[a]\nk = v\n",
  "no last line end": "[a]\nk = v",
  "CRLF": "[a]\r\nk = v\r\n",
  "a lone CR": "[a]\rk = v\r",
  "mixed line ends": "[a]\nk = v\r\nj = w\r[b]\n\n",
  "exotic white space": "[a]\nk\x0b=\x0cv\x85\u2028w\n",
  "duplicates": "[a]\nk = 1\nk = 2\n[a]\n",
  "text before a section": "k = v\n# c\n[a]\n",
};
for (const [what, text] of Object.entries(keepsBytes)) {
  Deno.test(`IniDocument.toString() gives back ${what}`, () => {
    assertEquals(IniDocument.parse(text).toString(), text);
  });
}

Deno.test("IniDocument.sections() gives each name once, in the order of the file", () => {
  const text = "[b]\n[__proto__]\n[a]b] junk\n[a] # note\n[constructor]# c\n[b]\n[ x ]\n";
  assertEquals(IniDocument.parse(text).sections(), [
    "b",
    "__proto__",
    "a]b",
    "a",
    "constructor",
    " x ",
  ]);
});

Deno.test("IniDocument.has() knows no section that merely is a name of JavaScript", () => {
  const document = IniDocument.parse("[a]\nk = v\n");
  for (const name of ["__proto__", "constructor", "toString"]) {
    assertEquals(document.has(name), false);
    assertEquals(document.get(name, "k"), undefined);
    assertEquals(document.get("a", name), undefined);
    assertEquals(document.sectionLine(name), undefined);
  }
});

Deno.test("IniDocument.entries() gives keys in lower case with their lines and further lines", () => {
  const text = "# c\n[a]\nAWS_Key = 1 # note\n\nk: v\n  more\n; c\n   end\n[b]\nk=w\n";
  assertEquals(IniDocument.parse(text).entries("a"), [
    { key: "aws_key", value: "1 # note", line: 3 },
    { key: "k", value: "v\nmore\nend", line: 5 },
  ]);
  assertEquals(IniDocument.parse(text).entry("b", "K"), { key: "k", value: "w", line: 10 });
});

Deno.test("IniDocument.nested() gives the keys below a key, with their case and lines", () => {
  const text = "[a]\ns3 =\n  Max = 10\n  # c\n  x\n\tu = p=q\nk = v\n  w = 1\n";
  assertEquals(IniDocument.parse(text).nested("a", "s3"), [
    { key: "Max", value: "10", line: 3 },
    { key: "x", value: "", line: 5 },
    { key: "u", value: "p=q", line: 6 },
  ]);
  assertEquals(IniDocument.parse(text).nested("a", "missing"), []);
  assertEquals(IniDocument.parse(text).nested("missing", "s3"), []);
});

Deno.test("IniDocument.nested() splits lines where Python does, and knows no block behind a value", () => {
  const text = "[a]\ns3 =\n  x = 1\u2028y=2\x0bz\nk = v\n  w = 1\n";
  assertEquals(IniDocument.parse(text).nested("a", "s3"), [
    { key: "x", value: "1", line: 3 },
    { key: "y", value: "2", line: 3 },
    { key: "z", value: "", line: 3 },
  ]);
  assertEquals(IniDocument.parse(text).nested("a", "k"), []);
});

Deno.test("IniDocument.entries() gives the keys of [DEFAULT] wherever it stands", () => {
  const text = "[DEFAULT]\na = 1\n[x]\na = 2\n[DEFAULT] # again\nb =\n  c = 3\n[DEFAULT]\n";
  const document = IniDocument.parse(text);
  assertEquals(document.problems, []);
  assertEquals(document.toString(), text);
  assertEquals(document.sections(), ["DEFAULT", "x"]);
  assertEquals(document.entries("DEFAULT"), [
    { key: "a", value: "1", line: 2 },
    { key: "b", value: "\nc = 3", line: 6 },
  ]);
  assertEquals(document.nested("DEFAULT", "b"), [{ key: "c", value: "3", line: 7 }]);
  assertEquals(IniDocument.parse(`${text}a = 4\n`).problems, [
    { line: 9, message: "repeats the key a of [DEFAULT]" },
  ]);
});

Deno.test("IniDocument.header() gives a header as it is written", () => {
  const document = IniDocument.parse("# c\r\n[a b]\t# note\r\nk = v\r\n[x]");
  document.set("new", "k", "v");
  assertEquals(["a b", "x", "new", "y"].map((name) => document.header(name)), [
    "[a b]\t# note",
    "[x]",
    "[new]",
    undefined,
  ]);
});

Deno.test("IniDocument.revision changes with the sections, not with their keys", () => {
  const document = IniDocument.parse("[a]\nk = v\nj = w\n");
  const seen = [document.revision];
  document.set("a", "k", "x");
  assertEquals(document.revision, seen[0]);
  for (
    const edit of [
      () => document.set("b", "k", "v"),
      () => document.moveKeys("a", "c", ["k"]),
      () => document.removeSection("a"),
    ]
  ) {
    edit();
    assertEquals(seen.includes(document.revision), false);
    seen.push(document.revision);
  }
});

const manyKeys = Array.from({ length: 30 }, (_, n) => `k${n} = 1\n`).join("");

const problems: [text: string, lines: number[], message: RegExp][] = [
  ["\uFEFF[a]\n", [1], /byte order mark/],
  ["k = v\n[a]\n", [1], /before any \[section\]/],
  ["[a]\n[b]\n[a]\n", [3], /repeats \[a\] of line 1/],
  ["[a]\nk = 1\nK = 2\n", [3], /repeats the key K of \[a\]/],
  [`[a]\n${manyKeys}[b]\n${manyKeys}k7 = 2\n`, [63], /repeats the key k7 of \[b\]/],
  ["[a]\nk\n", [2], /neither/],
  ["[a]\n= v\n", [2], /neither/],
  ["[a]\n [b]\n", [2], /space before its \[section\]/],
  ["[a]\nk = v\n\t[b]\n", [3], /space before its \[section\]/],
];
for (const [text, lines, message] of problems) {
  Deno.test(`IniDocument.problems names line ${lines} of ${JSON.stringify(text)}`, () => {
    const found = IniDocument.parse(text).problems.filter((each) => message.test(each.message));
    assertEquals(found.map((each) => each.line), lines);
  });
}

Deno.test("IniDocument.problems is empty for a sound file with everything in it", () => {
  const text = "# c\n\n[a] # note\nk = v\n  more\ns3 =\n  a = b\n; c\n[b]\nk: v\n[a]b]\n[ a ]\n";
  assertEquals(IniDocument.parse(text).problems, []);
});

for (const line of ["  [b] # note", "\t[b];x", "  [b] junk", " [a]b]", "\x0b[b]", "\x85[b]"]) {
  Deno.test({
    name: `IniDocument.problems names the indented header ${JSON.stringify(line)}`,
    fn: () => {
      const { problems } = IniDocument.parse(`[a]\nk = v\n${line}\nj = w\n`);
      assertEquals(problems.map((each) => each.line), [3]);
      assertEquals(IniDocument.parse(`[a]\n${line}\nj = w\n`).problems.map((each) => each.line), [
        2,
      ]);
    },
  });
}

const replaced: Record<string, [before: string, after: string]> = {
  "keeps the spacing of the line": ["[a]\n  k   =\tv\nj=w\n", "[a]\n  k   =\tNEW\nj=w\n"],
  "keeps a line without spaces": ["[a]\nk=v\n", "[a]\nk=NEW\n"],
  "keeps a missing last line end": ["[a]\nk = v", "[a]\nk = NEW"],
  "keeps CRLF": ["[a]\r\nk = v\r\nj = w\r\n", "[a]\r\nk = NEW\r\nj = w\r\n"],
  "keeps a lone CR": ["[a]\rk = v\rj = w\r", "[a]\rk = NEW\rj = w\r"],
  "fills an empty value": ["[a]\nk =\n", "[a]\nk = NEW\n"],
  "fills an empty value without spaces": ["[a]\nk=\n", "[a]\nk=NEW\n"],
  "writes '=' for ':', which other SDKs don't know": ["[a]\nk: v\n", "[a]\nk= NEW\n"],
  "writes the key in lower case, which other SDKs need": ["[a]\nK = v\n", "[a]\nk = NEW\n"],
  "drops the further lines of the value": [
    "[a]\nk = v\n  more\n  # c\n\n  end\nj = w\n",
    "[a]\nk = NEW\n  # c\n\nj = w\n",
  ],
  "drops a nested block it replaces": ["[a]\nk =\n  x = 1\nj = w\n", "[a]\nk = NEW\nj = w\n"],
  "moves an inline comment to a line of its own": [
    "[a]\nk = v # note\nj = w ; x\n",
    "[a]\n# note\nk = NEW\nj = w ; x\n",
  ],
  "moves an inline comment with the indent of its key": [
    "[a]\n  k = v  ; note\n",
    "[a]\n  ; note\n  k = NEW\n",
  ],
  "moves an inline comment in CRLF": [
    "[a]\r\nk = v # note\r\n",
    "[a]\r\n# note\r\nk = NEW\r\n",
  ],
  "keeps no space that is one to Python alone": [
    "[a]\nk\x1f=\x85v\x1c\nj = w\n",
    "[a]\nk = NEW\nj = w\n",
  ],
  "keeps nothing that is space to JavaScript alone": [
    "[a]\nk =\ufeffv\ufeff\nj = w\n",
    "[a]\nk =NEW\nj = w\n",
  ],
  "takes '#' in a word for no comment": ["[a]\nk = v#note\n", "[a]\nk = NEW\n"],
};
for (const [promise, [before, after]] of Object.entries(replaced)) {
  Deno.test(`IniDocument.set() ${promise}`, () => {
    assertEquals(edited(before, (document) => document.set("a", "k", "NEW")), after);
  });
}

const addedKeys: Record<string, [before: string, after: string]> = {
  "behind the last key": [
    "[a]\nj = w\n\n# of b\n[b]\nj = w\n",
    "[a]\nj = w\nnew = v\n\n# of b\n[b]\nj = w\n",
  ],
  "behind a nested block": [
    "[a]\ns3 =\n  x = 1\n\n[b]\n",
    "[a]\ns3 =\n  x = 1\nnew = v\n\n[b]\n",
  ],
  "above a comment at the end of the file": ["[a]\nj = w\n# end\n", "[a]\nj = w\nnew = v\n# end\n"],
  "aligned like its neighbours": [
    "[a]\nlonger   = 1\nj        = w\n",
    "[a]\nlonger   = 1\nj        = w\nnew      = v\n",
  ],
  "without spaces like its neighbours": ["[a]\nj=w\n", "[a]\nj=w\nnew=v\n"],
  "with CRLF like its neighbours": ["[a]\r\nj = w\r\n", "[a]\r\nj = w\r\nnew = v\r\n"],
  "without the space of its neighbours that is none to every SDK": [
    "[a]\nj =\ufeffw\ni\u00a0=\x0bx\n",
    "[a]\nj =\ufeffw\ni\u00a0=\x0bx\nnew = v\n",
  ],
  "without the mark that a neighbour's value begins with": [
    "[a]\nj = \ufeffw\n",
    "[a]\nj = \ufeffw\nnew = v\n",
  ],
  "behind a last line without end": ["[a]\nj = w", "[a]\nj = w\nnew = v\n"],
  "behind a header without end": ["[a]", "[a]\nnew = v\n"],
  "into an empty section, spaced like other sections": [
    "[b]\nj=w\n[a]\n",
    "[b]\nj=w\n[a]\nnew=v\n",
  ],
  "right below the header of a section of comments": [
    "[a]\n# c\n\n[b]\n",
    "[a]\nnew = v\n# c\n\n[b]\n",
  ],
};
for (const [promise, [before, after]] of Object.entries(addedKeys)) {
  Deno.test(`IniDocument.set() adds a key ${promise}`, () => {
    assertEquals(edited(before, (document) => document.set("a", "new", "v")), after);
  });
}

const addedSections: Record<string, [before: string, after: string]> = {
  "to an empty file": ["", "[new]\nk = v\n"],
  "to a file of line ends": ["\n\n", "\n\n[new]\nk = v\n"],
  "to a file of comments": ["# c\n", "# c\n\n[new]\nk = v\n"],
  "with one blank line": ["[a]\nk = v\n", "[a]\nk = v\n\n[new]\nk = v\n"],
  "with no more blank lines than are there": ["[a]\nk = v\n\n", "[a]\nk = v\n\n[new]\nk = v\n"],
  "with two blank lines where that is the custom": [
    "[a]\nk = v\n\n\n[b]\nk = v\n",
    "[a]\nk = v\n\n\n[b]\nk = v\n\n\n[new]\nk = v\n",
  ],
  "with none where that is the custom": [
    "[a]\nk = v\n[b]\nk = v\n",
    "[a]\nk = v\n[b]\nk = v\n[new]\nk = v\n",
  ],
  "with blank lines counted above the comments of a section": [
    "[a]\nk = v\n\n# about b\n# more\n[b]\nk = v\n",
    "[a]\nk = v\n\n# about b\n# more\n[b]\nk = v\n\n[new]\nk = v\n",
  ],
  "behind a comment at the end of the file": [
    "[a]\nk = v\n# end\n",
    "[a]\nk = v\n# end\n\n[new]\nk = v\n",
  ],
  "to a file without last line end": ["[a]\nk = v", "[a]\nk = v\n\n[new]\nk = v\n"],
  "aligned like the last section": ["[a]\nk   = v\n", "[a]\nk   = v\n\n[new]\nk   = v\n"],
  "without spaces like the last section": ["[a]\nk=v\n", "[a]\nk=v\n\n[new]\nk=v\n"],
  "to a file with a lone CR": ["[a]\rk = v\r", "[a]\rk = v\r\r[new]\rk = v\r"],
};
for (const [promise, [before, after]] of Object.entries(addedSections)) {
  Deno.test(`IniDocument.set() adds a section ${promise}`, () => {
    assertEquals(edited(before, (document) => document.set("new", "k", "v")), after);
  });
}

Deno.test("IniDocument.set() places several new sections as if each was added alone", () => {
  const texts = [
    "",
    "[a]",
    "[a]\nk = v",
    "# c\n",
    "[a]\r\nk = v\r\n\r\n\r\n[b]\r\n",
    "[a]\n[b]\n[c]\n",
  ];
  for (const text of texts) {
    const names = ["x", "y", "z"];
    const atOnce = edited(
      text,
      (document) => names.forEach((name) => document.set(name, "k", "v")),
    );
    const oneByOne = names.reduce(
      (before, name) => edited(before, (document) => document.set(name, "k", "v")),
      text,
    );
    assertEquals(atOnce, oneByOne);
  }
});

const crlf: Record<string, [before: string, after: string]> = {
  "adds a section with CRLF": ["[a]\r\nk = v\r\n", "[a]\r\nk = v\r\n\r\n[new]\r\nk = v\r\n"],
  "adds a section with CRLF behind a last line without end": [
    "[a]\r\nk = v\r\nj = w",
    "[a]\r\nk = v\r\nj = w\r\n\r\n[new]\r\nk = v\r\n",
  ],
  "adds a section with CRLF to a file of comments": ["# c\r\n", "# c\r\n\r\n[new]\r\nk = v\r\n"],
};
for (const [promise, [before, after]] of Object.entries(crlf)) {
  Deno.test({
    name: `IniDocument.set() ${promise}`,
    fn: () => assertEquals(edited(before, (document) => document.set("new", "k", "v")), after),
  });
}

Deno.test({
  name: "IniDocument.set() adds a key with CRLF behind a last line without end",
  fn: () =>
    assertEquals(
      edited("[a]\r\nk = v\r\nj = w", (document) => document.set("a", "new", "v")),
      "[a]\r\nk = v\r\nj = w\r\nnew = v\r\n",
    ),
});

Deno.test({
  name: "IniDocument.set() moves an inline comment with CRLF off a last line without end",
  fn: () =>
    assertEquals(
      edited("[a]\r\nk = v # note", (document) => document.set("a", "k", "NEW")),
      "[a]\r\n# note\r\nk = NEW",
    ),
});

Deno.test({
  name: "IniDocument.set() keeps the comment behind an empty value",
  fn: () =>
    assertEquals(
      edited("[a]\nk = # fill in\n", (document) => document.set("a", "k", "NEW")),
      "[a]\n# fill in\nk = NEW\n",
    ),
});

const refused: [section: string, key: string, value: string][] = [
  ["a\n[b]", "k", "v"],
  ["a\r", "k", "v"],
  ["a]", "k", "v"],
  ["[a", "k", "v"],
  ["", "k", "v"],
  [" x", "k", "v"],
  ["x ", "k", "v"],
  ["x # y", "k", "v"],
  ["x\u2028", "k", "v"],
  ["a", "k\nj", "v"],
  ["a", "k = j", "v"],
  ["a", "k:j", "v"],
  ["a", "#k", "v"],
  ["a", ";k", "v"],
  ["a", "[k]", "v"],
  ["a", "", "v"],
  ["a", " k", "v"],
  ["a", "k ", "v"],
  ["a", "k", "v\nj = w"],
  ["a", "k", "v\r[b]"],
  ["a", "k", "v\x00"],
  ["a", "k", "v\x85w"],
  ["a", "k", ""],
  ["a", "k", " v"],
  ["a", "k", "v\t"],
  ["a", "k", "v # w"],
  ["a", "k", "v ;w"],
  ["a", "k", "#v"],
];
for (const [section, key, value] of refused) {
  const what = JSON.stringify([section, key, value]);
  Deno.test(`IniDocument.set() refuses ${what} and changes nothing`, () => {
    const text = "[a]\nk = 1\n";
    const document = IniDocument.parse(text);
    assertThrows(() => document.set(section, key, value), RangeError);
    assertEquals(document.toString(), text);
    assertEquals(document.sections(), ["a"]);
  });
}

Deno.test({
  name: "IniDocument.set() refuses a value that begins or ends with U+FEFF",
  fn: () => {
    for (const value of ["v\uFEFF", "\uFEFFv"]) {
      assertThrows(() => IniDocument.parse("").set("a", "k", value), RangeError);
    }
  },
});

Deno.test("assertSectionName takes the names that are in use", () => {
  for (const name of ["a", "a.b/c@d+e%f:g", "my profile", "a#b", "\u00e4", "__proto__", "a=b"]) {
    assertSectionName(name);
    assertEquals(edited("", (document) => document.set(name, "k", "v")), `[${name}]\nk = v\n`);
  }
});

Deno.test("IniDocument.remove() takes keys with their further lines and leaves comments", () => {
  const text = "[a]\n# above\nk = v\n  more\n  # inside\n\nj = w\nx =\n  y = 1\n[b]\nk = v\n";
  assertEquals(
    edited(text, (document) => document.remove("a", "k", "x")),
    "[a]\n# above\n  # inside\n\nj = w\n[b]\nk = v\n",
  );
});

Deno.test("IniDocument.remove() of what is not there changes nothing", () => {
  const text = "[a]\r\nk = v # c\r\n";
  assertEquals(edited(text, (document) => document.remove("a", "j", "toString")), text);
  assertEquals(edited(text, (document) => document.remove("b", "k")), text);
});

Deno.test("IniDocument.remove() finds a key in any case in the file", () => {
  assertEquals(edited("[a]\nKey = v\n", (document) => document.remove("a", "key")), "[a]\n");
});

Deno.test({
  name: "IniDocument.remove() compares keys in lower case, as get() does",
  fn: () =>
    assertEquals(edited("[a]\nkey = v\n", (document) => document.remove("a", "KEY")), "[a]\n"),
});

Deno.test("a dump of an IniDocument shows nothing of the file", () => {
  const document = IniDocument.parse("[a]\naws_secret_access_key = hunter2\n");
  document.get("a", "aws_secret_access_key");
  for (const each of [document, document.copy()]) {
    assertEquals(Deno.inspect(each, { depth: 9, showHidden: true }).includes("hunter2"), false);
    assertEquals(JSON.stringify(each).includes("hunter2"), false);
  }
});

// One that went back at each of them would be at it for long.
const long = 1 << 17;
const large: Record<string, string> = {
  "lines that end with a CR": `[a]\rk = v\r${"#\r".repeat(long)}`,
  "spaces in a value": `[a]\nk = x${" ".repeat(long)}y\n`,
};
for (const [what, text] of Object.entries(large)) {
  Deno.test(`IniDocument edits a file with a hundred thousand ${what}`, () => {
    const result = edited(text, (document) => document.set("a", "k", "new"));
    assertEquals(result, text.replace(/= [^\n\r]*/, "= new"));
  });
}
