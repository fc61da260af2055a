import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { getJson, JsonProblem, removeJson, setJson } from "../../lib/text/json.ts";

const key = fc.oneof(fc.constantFrom("auths", "credHelpers", "host", "auth"), fc.string());
const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

/** JSON in one of the forms that people and programs write. */
const text = fc.record({
  value: object,
  indent: fc.constantFrom(0, 1, 2, 4, "\t"),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  after: fc.constantFrom("", "\n", "\r\n  "),
}).map(({ value, indent, lineEnd, after }) =>
  JSON.stringify(value, null, indent).replaceAll("\n", lineEnd) + after
);
const path = fc.array(key, { minLength: 1, maxLength: 3 });

// deno-lint-ignore no-explicit-any -- any JSON
function expected(value: any, [first, ...rest]: readonly string[], leaf: string): any {
  const inner = rest.length === 0 ? leaf : expected(value?.[first!] ?? {}, rest, leaf);
  return { ...value, [first!]: inner };
}

/** Reports whether the characters of one text are all in the other, in order. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const char of whole) if (char === part[at]) at++;
  return at === part.length;
}

Deno.test("setJson sets one value, and nothing else changes", () => {
  fc.assert(fc.property(text, path, fc.string(), (before, where, value) => {
    fc.pre(!where.includes("__proto__") && !before.includes("__proto__"));
    let after: string;
    try {
      after = setJson(before, where, value);
    } catch (error) {
      assert(error instanceof JsonProblem);
      return;
    }
    assertEquals(JSON.parse(after), expected(JSON.parse(before), where, value));
    assertEquals(getJson(after, where), value);
    assertEquals(setJson(after, where, value), after);
    const old = getJson(before, where);
    if (old === undefined && !before.includes("null") && !/\{\s*\}/.test(before)) {
      assert(isWithin(before, after), after);
    }
  }));
});

Deno.test("removeJson takes back what setJson added", () => {
  fc.assert(fc.property(text, key, fc.string(), (before, name, value) => {
    fc.pre(getJson(before, [name]) === undefined && !/^\s*\{\s*\}/.test(before));
    assertEquals(removeJson(setJson(before, [name], value), [name]), before);
  }));
});

Deno.test("what is not a JSON object is refused", () => {
  for (const broken of ["[]", "1", '"x"', "{", "{} {}", "\uFEFF{}", "{'a': 1}", "// x\n{}"]) {
    assertThrows(() => setJson(broken, ["a"], "b"), JsonProblem);
  }
});
