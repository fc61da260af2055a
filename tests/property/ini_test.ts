import { externalDataInterceptor, loadSharedConfigFiles } from "@smithy/core/config";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { IniDocument } from "../../lib/ini/document.ts";
import { asBotocore, botocoreTest, keyAndValue } from "../support/botocore.ts";
import {
  nastyText,
  newKey,
  newName,
  newValue,
  soundFile,
  soundText,
} from "../support/ini_files.ts";
import { factor } from "../support/thorough.ts";

const runs = { numRuns: 150 * factor };

Deno.test("IniDocument gives any text back byte for byte", () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      assertEquals(IniDocument.parse(text).toString(), text);
    }),
    { numRuns: 500 * factor },
  );
});

Deno.test("IniDocument reads a line of the common kind, which it does faster, as it reads others", () => {
  const seen = (text: string) => {
    const document = IniDocument.parse(text);
    const problems = document.problems.map(({ line, message }) => [line, message.toLowerCase()]);
    return [problems, document.sections().map((section) => [section, document.entries(section)])];
  };
  fc.assert(
    fc.property(fc.oneof(nastyText, soundFile.map(({ text }) => text)), (text) => {
      // An upper-case key is not of that kind, but the same key.
      const shouted = text.replace(
        /(^|[\r\n])([a-z0-9_]+)(?= *=)/g,
        (_, eol, key) => eol + key.toUpperCase(),
      );
      assertEquals(seen(shouted), seen(text));
    }),
    { numRuns: 500 * factor },
  );
});

Deno.test("IniDocument.get() gives what set() set, also after a round through text", () => {
  fc.assert(
    fc.property(soundText, newName, newKey, newValue, (text, name, key, value) => {
      const document = IniDocument.parse(text);
      document.set(name, key, value);
      assertEquals(document.get(name, key), value);
      assertEquals(IniDocument.parse(document.toString()).get(name, key), value);
    }),
    runs,
  );
});

Deno.test("IniDocument.set() twice is the same as once", () => {
  fc.assert(
    fc.property(soundText, newName, newKey, newValue, (text, name, key, value) => {
      const document = IniDocument.parse(text);
      document.set(name, key, value);
      const once = document.toString();
      document.set(name, key, value);
      assertEquals(document.toString(), once);
      const again = IniDocument.parse(once);
      again.set(name, key, value);
      assertEquals(again.toString(), once);
    }),
    runs,
  );
});

Deno.test("IniDocument.set() adds no problem to a file", () => {
  const withoutLine = (document: IniDocument) =>
    document.problems.map(({ message }) => message.replace(/ of line \d+$/, ""));
  fc.assert(
    fc.property(
      fc.oneof(nastyText, soundFile.map(({ text }) => text)),
      newName,
      newKey,
      newValue,
      (text, name, key, value) => {
        const document = IniDocument.parse(text);
        const before = withoutLine(document);
        // An indented header would continue a key above it: such a file is refused.
        fc.pre(!before.some((each) => /^(repeats|has space before)/.test(each)));
        document.set(name, key, value);
        const after = withoutLine(IniDocument.parse(document.toString()));
        assertEquals(after.filter((each) => !before.includes(each)), []);
        if (before.length === 0) assertEquals(after, []);
      },
    ),
    runs,
  );
});

Deno.test("IniDocument.set() and remove() leave the bytes of every other section as they are", () => {
  fc.assert(
    fc.property(soundFile, fc.nat(), newKey, newValue, ({ text, parts }, pick, key, value) => {
      const own = IniDocument.parse(text).sections();
      fc.pre(own.length > 0);
      const at = pick % own.length;
      const before = parts.slice(0, at + 1).join("");
      const after = parts.slice(at + 2).join("");

      for (const edit of ["set", "remove"] as const) {
        const document = IniDocument.parse(text);
        if (edit === "set") document.set(own[at]!, key, value);
        else document.remove(own[at]!, key);
        const edited = document.toString();
        assert(edited.startsWith(before), `${edit} changed what stands above`);
        assert(edited.endsWith(after), `${edit} changed what stands below`);
      }
    }),
    runs,
  );
});

Deno.test("IniDocument.set() of a new section leaves all that was there as it is", () => {
  fc.assert(
    fc.property(nastyText, newKey, newValue, (text, key, value) => {
      const document = IniDocument.parse(text);
      document.set("entirely new", key, value);
      assert(document.toString().startsWith(text));
    }),
    runs,
  );
});

Deno.test("IniDocument.remove() keeps every comment and every other key", () => {
  fc.assert(
    fc.property(soundFile, newKey, ({ text }, key) => {
      const document = IniDocument.parse(text);
      for (const section of document.sections()) {
        const others = document.entries(section).filter((each) => each.key !== key);
        document.remove(section, key);
        assertEquals(document.get(section, key), undefined);
        const left = IniDocument.parse(document.toString()).entries(section);
        assertEquals(left.map(keyAndValue), others.map(keyAndValue));
      }
      const comments = (each: string) =>
        each.split(/\r\n|\n|\r/).filter((line) => /^\s*[#;]/.test(line));
      assertEquals(comments(document.toString()), comments(text));
    }),
    runs,
  );
});

Deno.test("IniDocument.set() refuses what could start a line of its own and changes nothing", () => {
  const breaking = fc.tuple(
    fc.string({ maxLength: 5 }),
    fc.constantFrom("\n", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"),
    fc.string({ maxLength: 5 }),
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(nastyText, breaking, (text, bad) => {
      const document = IniDocument.parse(text);
      assertThrows(() => document.set("a", "k", bad), RangeError);
      assertThrows(() => document.set("a", bad, "v"), RangeError);
      if (!document.has(bad)) assertThrows(() => document.set(bad, "k", "v"), RangeError);
      assertEquals(document.toString(), text);
    }),
    runs,
  );
});

// botocore

botocoreTest(
  "IniDocument.problems is empty for what botocore reads, which is read alike, and for nothing else",
  async (botocore) => {
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(nastyText, soundFile.map(({ text }) => text)), async (text) => {
        fc.pre(text.isWellFormed());
        const document = IniDocument.parse(text);
        const answer = await botocore.read(text);
        if ("error" in answer) {
          assert(document.problems.length > 0, `no problem seen: ${answer.error}`);
        } else if (document.problems.length === 0) {
          sound++;
          assertEquals(asBotocore(document), answer);
        } else {
          // Other SDKs take such a line for a header.
          const others = document.problems.filter(({ message }) => !/^has space/.test(message));
          assertEquals(others, [], JSON.stringify(text));
        }
      }),
      { numRuns: 300 * factor },
    );
    assert(sound > 100, `only ${sound} sound files`);
  },
);

botocoreTest(
  "IniDocument.set() is read by botocore as that value and changes nothing else",
  (botocore) =>
    fc.assert(
      fc.asyncProperty(soundFile, newName, newKey, newValue, async (file, name, key, value) => {
        const document = IniDocument.parse(file.text);
        assertEquals(document.problems, []);
        const expected = await botocore.sections(file.text);
        document.set(name, key, value);
        const after = await botocore.sections(document.toString());

        let section = expected.find((each) => each[0] === name);
        if (section === undefined) expected.push(section = [name, []]);
        const entry = section[1].find((each) => each[0] === key);
        if (entry === undefined) section[1].push([key, value]);
        else entry[1] = value;
        assertEquals(after, expected);
      }),
      { numRuns: 250 * factor },
    ),
);

botocoreTest(
  "IniDocument.remove() is read by botocore as that key gone and nothing else changed",
  (botocore) =>
    fc.assert(
      fc.asyncProperty(soundFile, fc.nat(), newKey, async (file, pick, key) => {
        const document = IniDocument.parse(file.text);
        const own = document.sections();
        fc.pre(own.length > 0);
        const name = own[pick % own.length]!;
        const before = await botocore.sections(file.text);
        document.remove(name, key);
        const expected = before.map(([each, entries]) => [
          each,
          entries.filter((entry) => each !== name || entry[0] !== key),
        ]);
        assertEquals(await botocore.sections(document.toString()), expected);
      }),
      runs,
    ),
);

for (
  const [what, text] of [
    ["without '='", "[a]\ns3 =\n  x\n"],
    ["without '=' after one that has it", "[a]\ns3 =\n  x = 1\n  y\n"],
    ["that Python splits at U+2028", "[a]\ns3 =\n  x = 1\u2028y\n"],
    ["that Python splits at a vertical tab", "[a]\ns3 =\n  x = 1\x0by\n"],
  ] as const
) {
  botocoreTest(`IniDocument.problems names a nested line ${what}`, async (botocore) => {
    assert("error" in await botocore.read(text));
    assertEquals(IniDocument.parse(text).problems.length, 1);
  });
}

botocoreTest("IniDocument.get() strips further lines as botocore does", async (botocore) => {
  const text = "[a]\nk = v\n\x85 more\x1c\n";
  assertEquals(asBotocore(IniDocument.parse(text)), await botocore.read(text));
});

botocoreTest("IniDocument.set() never swallows a header, however indented", async (botocore) => {
  for (const space of ["\x0b", "\x0c", "\x85", "\u00a0"]) {
    const document = IniDocument.parse(`[a]\n${space}[b]\nk = v\n`);
    if (document.problems.length > 0) continue;
    document.set("a", "k", "v");
    assertEquals(await botocore.sections(document.toString()), [["a", [["k", "v"]]], ["b", [[
      "k",
      "v",
    ]]]]);
  }
});

botocoreTest("IniDocument.set() keeps the indent of its line, whatever it is", async (botocore) => {
  const document = IniDocument.parse("[a]\n\x85k = 1\n\x85j = 2\n");
  document.set("a", "k", "v");
  assertEquals(document.toString(), "[a]\n\x85k = v\n\x85j = 2\n");
  assertEquals(await botocore.sections(document.toString()), [["a", [["k", "v"], ["j", "2"]]]]);
});

botocoreTest("IniDocument.get() keeps the blank lines inside a value", async (botocore) => {
  const text = "[a]\nk = v\n\n  more\n";
  assertEquals(asBotocore(IniDocument.parse(text)), await botocore.read(text));
});

// The AWS SDK for JavaScript

async function readBySdk(path: string, text: string) {
  externalDataInterceptor.interceptFile(path, text);
  externalDataInterceptor.interceptFile(`${path}.config`, "");
  const { credentialsFile } = await loadSharedConfigFiles({
    filepath: path,
    configFilepath: `${path}.config`,
  });
  return credentialsFile;
}

Deno.test("IniDocument.set() is read by the AWS SDK for JavaScript as that value", async () => {
  let number = 0;
  const sdkName = fc.constantFrom("default", "work", "a.b/c@d+e%f:g");
  await fc.assert(
    fc.asyncProperty(soundFile, sdkName, newKey, newValue, async (file, name, key, value) => {
      // It does not know a lone CR, does not take [a]# for a header, gives up the whole file for
      // [__proto__] and writes the keys of [constructor] into JavaScript's own Object.
      fc.pre(file.eol !== "\r" && !/\[(__proto__|constructor|toString)\]/.test(file.text));
      const document = IniDocument.parse(file.text);
      // Its parser keeps a subsection open across indented keys of the section.
      fc.pre(!document.entries(name).some((each) => each.value.startsWith("\n") || !each.value));
      fc.pre(!file.parts.some((part) => /^\[[^\r\n]*\]#/.test(part)));
      fc.pre(key !== "__proto__");
      document.set(name, key, value);
      const read = await readBySdk(`/sdk/${number++}`, document.toString());
      assertEquals(read[name]?.[key], value);
    }),
    { numRuns: 50 * factor },
  );
});
