import { assertEquals, assertThrows } from "@std/assert";
import { setYaml } from "../../../lib/text/yaml.ts";
import { type Path, readYaml, type Value, YamlError } from "../../../lib/text/yaml_document.ts";

/** What an edit does: the text, what is set, and the text after it. */
const edits: Readonly<Record<string, [string, Path, Value, string]>> = {
  "an empty text": ["", ["a"], 1, "a: 1\n"],
  "a text of comments": ["# mine\n", ["a"], 1, "# mine\na: 1\n"],
  "a last line without its end": ["a: 1", ["b"], 2, "a: 1\nb: 2"],
  "the end of a document": ["---\na: 1\n...\n", ["b"], 2, "---\na: 1\nb: 2\n...\n"],
  "before an empty document": ["a: 1\n---\n", ["b"], 2, "a: 1\nb: 2\n---\n"],
  "before a comment in a document": ["a: 1\n...\n# c\n", ["a"], 2, "a: 2\n...\n# c\n"],
  "a value, not its comment": ["a:   'x'   # c\n", ["a"], "v", "a:   v   # c\n"],
  "a value that is not there": ["a: # c\nb: 2\n", ["a"], "v", "a: v # c\nb: 2\n"],
  "a list where there is none": ["a: # c\nb: 2\n", ["a", 0], "v", "a: # c\n- v\nb: 2\n"],
  "an empty list, before a comment": ["a: [] # c\n", ["a", 0], "v", "a: # c\n- v\n"],
  "a map in the place of null": ["a: ~\n", ["a", "b"], 1, "a:\n  b: 1\n"],
  "an indented list": [
    "a:\n    - x # c\n\n# d\nb: 2\n",
    ["a", 1],
    { c: [1] },
    [
      "a:\n    - x # c\n    - c:\n      - 1\n\n# d\nb: 2\n",
    ].join(),
  ],
  "a list behind a text of lines": [
    "a:\n- |\n  x\n\n\nb: 2\n",
    ["a", 1],
    "v",
    [
      "a:\n- |\n  x\n- v\n\n\nb: 2\n",
    ].join(),
  ],
  "a list in brackets": ["a: [x,   'y' , ]\n", ["a", 2], "z", `a: [x,   'y', "z" , ]\n`],
  "a map in braces": ["a: {x: 1 }\n", ["a", "y"], [2], `a: {x: 1, "y":[2] }\n`],
  "JSON": [
    `{\n\t"a": [],\n\t"b": 1\n}\n`,
    ["a", 0],
    { c: 1 },
    `{\n\t"a": [{"c":1}],\n\t"b": 1\n}\n`,
  ],
  "another list": ["a:\n- x # c\n- y\n\n# d\nb: 2\n", ["a"], ["z"], "a:\n- z\n\n# d\nb: 2\n"],
  "another list in brackets": ["a: [x, y] # c\n", ["a"], ["z"], `a: ["z"] # c\n`],
  "a text with a byte order mark": ["\uFEFFa: 1\n", ["b"], [2], "\uFEFFa: 1\nb:\n- 2\n"],
  "lines that end as in DOS": [
    "a: 1\r\nb:\r\n- x\r\n",
    ["b", 1],
    { c: { d: 1 } },
    [
      "a: 1\r\nb:\r\n- x\r\n- c:\r\n    d: 1\r\n",
    ].join(),
  ],
  "what other readers take for something else": [
    "a: 1\n",
    ["b"],
    ["no", "012", "1e3", "x: y"],
    [
      'a: 1\nb:\n- "no"\n- "012"\n- "1e3"\n- "x: y"\n',
    ].join(),
  ],
  "a long line, which stays one": [
    "a: 1\n",
    ["b"],
    "word ".repeat(60).trim(),
    [
      `a: 1\nb: ${"word ".repeat(60).trim()}\n`,
    ].join(),
  ],
  "beside anchors, aliases and tags": [
    "a: &x !!str 1\nb: *x\nc: &y {d: 1}\ne:\n  <<: *y\n",
    [
      "e",
      "f",
    ],
    2,
    "a: &x !!str 1\nb: *x\nc: &y {d: 1}\ne:\n  <<: *y\n  f: 2\n",
  ],
  "a text of lines": ["a: >-\n  x\n  y\n\n# d\nb: 2\n", ["a"], "v", "a: v\n\n# d\nb: 2\n"],
  "a text of lines, not its comment": [
    "- a: |+ # c\r\n    x\r\n\r\n  b: 2\r\n",
    [0, "a"],
    ["v"],
    "- a: # c\r\n  - v\r\n  b: 2\r\n",
  ],
  "a text of lines at the end": ["a: |2-\n   x", ["a"], "v", "a: v"],
  "an alias's place": ["a: &x 1\nb: *x\n", ["b"], 2, "a: &x 1\nb: 2\n"],
};
for (const [what, [text, path, value, expected]] of Object.entries(edits)) {
  Deno.test(`setYaml() edits ${what}`, () => {
    assertEquals(setYaml(text, path, value), expected);
    // Once set, it is what is read, and setting it again changes no meaning.
    const found = path.reduce((at: unknown, step) => Object(at)[step], readYaml(expected));
    assertEquals(found, value);
    assertEquals(readYaml(setYaml(expected, path, value)), readYaml(expected));
  });
}

const refusals: Readonly<Record<string, [text: string, message: string]>> = {
  "an anchor whose aliases would change, too": [
    "a: &x {b: 1}\nc: *x\n",
    "line 1: a.b can't be set",
  ],
  "what is behind an alias": ["c: &x {b: 1}\na: *x\n", "line 2: a is an alias"],
  "a merged key's map": ["- a\n", "line 1: a.b can't be set"],
  "a repeated key": ["a: 1\nb: 2\na: 1\n", "line 3: Map keys must be unique"],
  "what is no YAML": ["a: [\n", "line 2: "],
  "two documents": ["a: 1\n---\na: 2\n", "it holds more than one document"],
  "a document behind an empty one": ["---\n---\na: 2\n", "it holds more than one document"],
  "an alias of nothing": ["a: *x\n", "its aliases can't be followed"],
};
for (const [what, [text, message]] of Object.entries(refusals)) {
  Deno.test(`setYaml() refuses ${what}`, () => {
    const error = assertThrows(() => setYaml(text, ["a", "b"], 7), YamlError);
    assertEquals(error.message.startsWith(message), true, error.message);
  });
}

Deno.test("a fault in a text is told without the text: it may be a secret", () => {
  const secret = "hunter2+hunter2";
  for (
    const text of [
      `token: "${secret}\n`,
      `a: ${secret}: b\n`,
      `- ${secret}\nb: 1\n`,
      `a: 1\n ${secret}: 1\n`,
    ]
  ) {
    const error = assertThrows(() => readYaml(text), YamlError);
    assertEquals(error.message.includes(secret), false, error.message);
  }
});
