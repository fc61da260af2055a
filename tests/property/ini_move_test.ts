/**
 * Moving keys from one section to another, as `init --adopt` does.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { IniDocument } from "../../lib/ini/document.ts";
import { botocoreTest, keyAndValue, type Sections } from "../support/botocore.ts";
import { keys, newName, soundFile } from "../support/ini_files.ts";
import { factor } from "../support/thorough.ts";

/** A sound file, one of its sections, another section (often existing), and keys to move. */
const move = fc.tuple(
  soundFile.filter(({ text }) => IniDocument.parse(text).sections().length > 0),
  fc.nat(),
  fc.option(fc.nat()),
  newName,
  fc.subarray(keys, { minLength: 1 }),
).map(([file, pickFrom, pickTo, name, chosen]) => {
  const document = IniDocument.parse(file.text);
  const sections = document.sections();
  const from = sections[pickFrom % sections.length]!;
  const to = pickTo === null ? name : sections[pickTo % sections.length]!;
  return { ...file, document, sections, from, to, chosen };
}).filter(({ document, from, to, chosen }) =>
  from !== to && chosen.every((key) => document.entry(to, key) === undefined)
);

/** Returns lines without indentation, which a key loses if it would continue the one above. */
function lines(text: string, eol: string): string[] {
  return text.split(eol).map((line) => line.replace(/^[ \t]+/, ""));
}

/** Returns what the sections contain after a move, if their names are in the file's order. */
function afterMove(
  before: Sections,
  { from, to, chosen }: { from: string; to: string; chosen: readonly string[] },
): Sections {
  const names = chosen.map((key) => key.toLowerCase());
  const moved = before.find(([name]) => name === from)![1].filter(([key]) => names.includes(key));
  if (moved.length === 0) return before;
  const isNew = !before.some(([name]) => name === to);
  return before.flatMap(([name, entries]): Sections => {
    if (name === to) return [[name, [...entries, ...moved]]];
    if (name !== from) return [[name, entries]];
    const kept: Sections[0] = [name, entries.filter(([key]) => !names.includes(key))];
    return isNew ? [kept, [to, moved]] : [kept];
  });
}

function viewOf(document: IniDocument): Sections {
  return document.sections().map((name) => [name, document.entries(name).map(keyAndValue)]);
}

Deno.test("IniDocument.moveKeys() loses no line and adds none but the new header and a blank line", () => {
  fc.assert(
    fc.property(move, ({ text, eol, document, sections, from, to, chosen }) => {
      const moves = chosen.some((key) => document.entry(from, key));
      document.moveKeys(from, to, chosen);
      const left = lines(document.toString(), eol);
      for (const line of lines(text, eol).filter((line) => line !== "")) {
        const at = left.indexOf(line);
        assert(at >= 0, `lost: ${JSON.stringify(line)}`);
        left.splice(at, 1);
      }
      assertEquals(
        left.filter((line) => line !== ""),
        moves && !sections.includes(to) ? [`[${to}]`] : [],
      );
      // A blank line above the new header, and a line end after the file's last line.
      const blank = (each: string) => lines(each, eol).filter((line) => line === "").length;
      assert([0, 1, 2].includes(blank(document.toString()) - blank(text)));
    }),
    { numRuns: 250 * factor },
  );
});

Deno.test("IniDocument.moveKeys() leaves the bytes of every other section as they are", () => {
  fc.assert(
    fc.property(move, ({ parts, eol, document, sections, from, to, chosen }) => {
      const places = [from, to].map((name) => sections.indexOf(name) + 1).filter((at) => at > 0);
      document.moveKeys(from, to, chosen);
      const after = document.toString();
      const [first, last] = [Math.min(...places), Math.max(...places)];
      assert(after.startsWith(parts.slice(0, first).join("")), "changed above");
      assert(after.endsWith(parts.slice(last + 1).join("")), "changed below");
      assert(after.includes(parts.slice(first + 1, last).join("")), "changed between");
      assert((after.match(/\r\n|\r|\n/g) ?? []).every((each) => each === eol), "other line end");
    }),
    { numRuns: 250 * factor },
  );
});

Deno.test("IniDocument.moveKeys() moves values whole, adds no problem, and is undone by moving back", () => {
  fc.assert(
    fc.property(move, ({ document, sections, from, to, chosen }) => {
      const before = viewOf(document);
      const expected = afterMove(before, { from, to, chosen });
      document.moveKeys(from, to, chosen);
      assertEquals(viewOf(document), expected);
      const again = IniDocument.parse(document.toString());
      assertEquals([again.problems, viewOf(again)], [[], expected]);

      again.moveKeys(to, from, chosen);
      const back = IniDocument.parse(again.toString());
      assertEquals(back.problems, []);
      const byKey = (entries: Sections[0][1]) => new Map(entries);
      for (const [name, entries] of before) {
        if (name !== to || sections.includes(to)) {
          assertEquals(byKey(viewOf(back).find((each) => each[0] === name)![1]), byKey(entries));
        }
      }
    }),
    { numRuns: 250 * factor },
  );
});

Deno.test("IniDocument.moveKeys() never gives a section the same key twice", () => {
  fc.assert(
    fc.property(soundFile, fc.nat(), fc.nat(), ({ text }, pickFrom, pickTo) => {
      const document = IniDocument.parse(text);
      const sections = document.sections();
      fc.pre(sections.length > 0);
      const from = sections[pickFrom % sections.length]!;
      const to = sections[pickTo % sections.length]!;
      const twin = document.entries(from).find(({ key }) => document.entry(to, key));
      fc.pre(twin !== undefined);
      assertThrows(() => document.moveKeys(from, to, [twin!.key]), RangeError);
      assertEquals(document.toString(), text);
    }),
    { numRuns: 150 * factor },
  );
});

botocoreTest(
  "IniDocument.moveKeys() is read by botocore as those keys moved and nothing else changed",
  (botocore) =>
    fc.assert(
      fc.asyncProperty(move, async ({ text, document, from, to, chosen }) => {
        const before = await botocore.sections(text);
        document.moveKeys(from, to, chosen);
        assertEquals(
          await botocore.sections(document.toString()),
          afterMove(before, { from, to, chosen }),
        );
      }),
      { numRuns: 30 * factor },
    ),
);
