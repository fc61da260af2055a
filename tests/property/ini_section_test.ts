/**
 * Removing sections and adding nested blocks.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { IniDocument } from "../../lib/ini/document.ts";
import { botocoreTest, keyAndValue } from "../support/botocore.ts";
import { newKey, newName, newValue, soundFile } from "../support/ini_files.ts";
import { factor } from "../support/thorough.ts";

/** A sound file, and one of its sections. */
const sectionOfFile = fc.tuple(
  soundFile.filter(({ text }) => IniDocument.parse(text).sections().length > 0),
  fc.nat(),
).map(([file, pick]) => {
  const document = IniDocument.parse(file.text);
  const sections = document.sections();
  const at = pick % sections.length;
  return { ...file, document, sections, at, name: sections[at]! };
});

/** Returns a section's text as lines, including line ends. */
function linesOf(part: string, eol: string): string[] {
  const lines = part.split(eol);
  return lines.map((line, at) => at < lines.length - 1 ? line + eol : line);
}

const isFiller = (line: string) => /^[\s\x85]*([#;].*)?$/s.test(line);

const block = fc.uniqueArray(fc.tuple(newKey, newValue), {
  minLength: 1,
  maxLength: 4,
  selector: ([key]) => key,
}).map((pairs) => ({ ...Object.fromEntries(pairs) }))
  .filter((values) => !Object.hasOwn(values, "__proto__"));

Deno.test("IniDocument.removeSection() takes header and keys, and leaves every other byte", () => {
  fc.assert(
    fc.property(sectionOfFile, ({ parts, eol, document, at, name }) => {
      const lines = linesOf(parts[at + 1]!, eol);
      const rest = lines.slice(lines.findLastIndex((line) => !isFiller(line)) + 1);
      document.removeSection(name);
      assertEquals(document.toString(), parts.with(at + 1, rest.join("")).join(""));
    }),
    { numRuns: 200 * factor },
  );
});

Deno.test("IniDocument.removeSection() leaves all other sections as they are read, and no problem", () => {
  fc.assert(
    fc.property(sectionOfFile, ({ document, sections, name }) => {
      const view = (each: IniDocument) =>
        sections.filter((other) => other !== name)
          .map((other) => [other, each.entries(other).map(keyAndValue)]);
      const before = view(document);
      document.removeSection(name);
      assertEquals([document.has(name), document.entries(name), view(document)], [
        false,
        [],
        before,
      ]);
      const again = IniDocument.parse(document.toString());
      assertEquals([again.problems, again.has(name), view(again)], [[], false, before]);
    }),
    { numRuns: 200 * factor },
  );
});

Deno.test("IniDocument.hasComments() tells of those at the header and above or among the keys, of no others", () => {
  fc.assert(
    fc.property(sectionOfFile, ({ parts, eol, document, at, name }) => {
      const [header, ...lines] = linesOf(parts[at + 1]!, eol);
      const own = lines.slice(0, lines.findLastIndex((line) => !isFiller(line)) + 1);
      const expected = /[#;]/.test(header!) || own.some((line) => /^[\s\x85]*[#;]/.test(line));
      assertEquals(document.hasComments(name), expected);
    }),
    { numRuns: 200 * factor },
  );
});

Deno.test("IniDocument.addNested() is read back as it is, once, and changes nothing else", () => {
  fc.assert(
    fc.property(soundFile, newName, newKey, block, ({ text, parts }, name, key, values) => {
      const document = IniDocument.parse(text);
      fc.pre(document.entry(name, key) === undefined);
      const sections = document.sections();
      const view = (each: IniDocument) =>
        sections.map((other) => [
          other,
          each.entries(other).map(keyAndValue).filter(([its]) => other !== name || its !== key),
        ]);
      const before = view(document);
      document.addNested(name, key, values);
      const after = document.toString();
      const again = IniDocument.parse(after);
      assertEquals([again.problems, view(again)], [[], before]);
      const nested = again.nested(name, key).map(({ key, value }) => [key, value]);
      assertEquals(nested, Object.entries(values));

      const at = sections.indexOf(name);
      assert(after.startsWith(at < 0 ? text : parts.slice(0, at + 1).join("")));
      assert(at < 0 || after.endsWith(parts.slice(at + 2).join("")));
      assertThrows(() => document.addNested(name, key.toUpperCase(), values), RangeError);
      assertEquals(document.toString(), after);
    }),
    { numRuns: 200 * factor },
  );
});

Deno.test("IniDocument.addNested() refuses what could start a line of its own, and adds nothing", () => {
  const document = IniDocument.parse("[a]\nk = v\n");
  const bad: [section: string, key: string, values: Record<string, string>][] = [
    ["a", "stsmfa", { role_arn: "x\n[admin]" }],
    ["a", "stsmfa", { "role_arn = y\nz": "x" }],
    ["a", "sts\nmfa", { role_arn: "x" }],
    ["a", "stsmfa", { role_arn: "" }],
    ["b]\n[c", "stsmfa", { role_arn: "x" }],
  ];
  for (const [section, key, values] of bad) {
    assertThrows(() => document.addNested(section, key, values), RangeError);
    assertEquals(document.toString(), "[a]\nk = v\n");
  }
});

botocoreTest("a removed section is gone for botocore, and nothing else is", (botocore) =>
  fc.assert(
    fc.asyncProperty(sectionOfFile, async ({ text, document, name }) => {
      const before = await botocore.sections(text);
      document.removeSection(name);
      assertEquals(
        await botocore.sections(document.toString()),
        before.filter(([each]) => each !== name),
      );
    }),
    { numRuns: 30 * factor },
  ));

botocoreTest(
  "a nested block is read by botocore, and nothing else has changed",
  (botocore) =>
    fc.assert(
      fc.asyncProperty(soundFile, newName, block, async ({ text }, name, values) => {
        const document = IniDocument.parse(text);
        const before = new Map(await botocore.sections(text));
        document.addNested(name, "stsmfa", values);
        const after = new Map(await botocore.sections(document.toString()));
        const lines = Object.entries(values).map(([key, value]) => `\n${key} = ${value}`);
        assertEquals(after.get(name), [...before.get(name) ?? [], ["stsmfa", lines.join("")]]);
        after.delete(name);
        before.delete(name);
        assertEquals(after, before);
      }),
      { numRuns: 30 * factor },
    ),
);
