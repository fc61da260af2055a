import { assertEquals } from "@std/assert";
import { noteUse, usedProfiles } from "../../../lib/state/used_profiles.ts";
import { TestContext } from "../../support/test_context.ts";

const file = ".local/state/stsmfa/used/profiles";
const now = new Date("2026-03-04T05:06:07Z");

async function names(test: TestContext): Promise<string[]> {
  return (await usedProfiles(test.context())).map(({ profile }) => profile);
}

Deno.test("the profile that was used last is the first, each once", async () => {
  await using test = await TestContext.create({ now });
  assertEquals(await names(test), []);
  for (const name of ["a", "b c", "本番", "a"]) {
    await noteUse(test.context(), name);
    test.clock.advance(1);
  }
  assertEquals(await names(test), ["a", "本番", "b c"]);
  assertEquals(
    await test.read(file),
    "2026-03-04T05:06:10Z a\n2026-03-04T05:06:09Z 本番\n2026-03-04T05:06:08Z b c\n",
  );
  assertEquals(await test.mode(file, "600"), "600");
  assertEquals(await test.list(".local/state/stsmfa/used"), ["profiles"]);
});

Deno.test("one that is used again and again is written once a minute", async () => {
  await using test = await TestContext.create({ now });
  for (let n = 0; n < 5; n++) {
    await noteUse(test.context(), "a");
    test.clock.advance(15);
  }
  assertEquals(await test.read(file), "2026-03-04T05:07:07Z a\n");
  // The clock was set back.
  test.clock.advance(-3600);
  await noteUse(test.context(), "a");
  assertEquals(await test.read(file), "2026-03-04T04:07:22Z a\n");
});

const texts: Readonly<Record<string, readonly [text: string, names: string[]]>> = {
  "torn": ["2026-03-04T05:06:07Z a\n2026-03-04T05:", ["a"]],
  "of something else": ["{}\nx\n\n2026 \n", []],
  "too long": [`2026-03-04T05:06:07Z ${"a".repeat(300_000)}\n`, []],
};
for (const [what, [text, expected]] of Object.entries(texts)) {
  Deno.test(`a file that is ${what} says no more than it can, and is replaced`, async () => {
    await using test = await TestContext.create({ now });
    await test.write(file, text);
    assertEquals(await names(test), expected);
    await noteUse(test.context(), "b");
    assertEquals(await names(test), ["b", ...expected]);
  });
}

Deno.test("nothing fails where nothing can be remembered", async () => {
  await using test = await TestContext.create({ now });
  await test.write(".local/state/stsmfa", "a file in the way");
  await noteUse(test.context(), "a");
  assertEquals(await names(test), []);
  delete test.env["HOME"];
  await noteUse(test.context(), "a");
  assertEquals(await names(test), []);
});

Deno.test("a file that is too long is not read, and a link to one neither", async () => {
  const read: string[] = [];
  await using test = await TestContext.create({
    now,
    files: (files) => ({
      ...files,
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    }),
  });
  await test.write(file, "");
  await Deno.truncate(test.path(file), 256 * 1024 + 1);
  assertEquals(await names(test), []);
  await Deno.rename(test.path(file), test.path("long"));
  await Deno.symlink(test.path("long"), test.path(file));
  assertEquals(await names(test), []);
  assertEquals(read.filter((path) => path.endsWith("used/profiles")), []);
  await noteUse(test.context(), "b");
  assertEquals(await names(test), ["b"]);
});

const ways: Readonly<Record<string, (test: TestContext) => Promise<unknown>>> = {
  "a folder in its place": (test) => test.write(`${file}/x`, ""),
  "a folder in the place of the next one": (test) => test.write(`${file}.new/x`, ""),
};
for (const [what, put] of Object.entries(ways)) {
  Deno.test(`${what}: nothing is remembered, and nothing is left`, async () => {
    await using test = await TestContext.create({ now });
    await put(test);
    const before = await test.list(".local/state/stsmfa/used");
    await noteUse(test.context(), "a");
    assertEquals(await names(test), []);
    assertEquals(await test.list(".local/state/stsmfa/used"), before);
  });
}

Deno.test("many at once: the file is whole, and no other is left", async () => {
  await using test = await TestContext.create({ now });
  await Promise.all(Array.from({ length: 20 }, (_, at) => noteUse(test.context(), `p${at}`)));
  await noteUse(test.context(), "last");
  assertEquals((await names(test))[0], "last");
  assertEquals(await test.list(".local/state/stsmfa/used"), ["profiles"]);
});

Deno.test("no more than 500 are remembered", async () => {
  await using test = await TestContext.create({ now });
  const lines = Array.from({ length: 500 }, (_, at) => `2026-03-04T05:06:07Z p${at}\n`);
  await test.write(file, lines.join(""));
  await noteUse(test.context(), "new");
  const found = await names(test);
  assertEquals([found.length, found[0], found.at(-1)], [500, "new", "p498"]);
});
