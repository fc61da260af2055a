import { assertEquals, assertThrows } from "@std/assert";
import { type Entry, tarGz, zip } from "../../.github/release/archive.ts";
import { testOrSkip } from "../support/abilities.ts";
import { needsProgram } from "../support/shells.ts";

const time = new Date("2020-11-30T00:53:20Z");
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7 % 256);
const entries: readonly Entry[] = [
  { name: "stsmfa", content: bytes(1025), isProgram: true },
  { name: "man/stsmfa.1", content: bytes(512), isProgram: false },
  { name: "empty", content: bytes(0), isProgram: false },
];

/** How others unpack each kind, and what they say is in it. */
const readers = {
  "tar.gz": { write: tarGz, unpack: ["tar", "-xzpf"] },
  zip: { write: zip, unpack: ["unzip", "-q"] },
};

async function run(cwd: string, command: readonly string[], ...words: string[]): Promise<void> {
  const [program, ...args] = [...command, ...words];
  const { code, stderr } = await new Deno.Command(program!, {
    args,
    cwd,
    env: { TZ: "UTC" },
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
}

for (const [kind, { write, unpack }] of Object.entries(readers)) {
  const { name, ignore } = needsProgram(unpack[0]!);
  testOrSkip({
    name: `others unpack the .${kind} of a release, modes and times included${name}`,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "stsmfa-archive-" });
      try {
        await Deno.writeFile(`${folder}/archive`, write(entries, time));
        await run(folder, unpack, "archive");
        for (const { name, content, isProgram } of entries) {
          const path = `${folder}/${name}`;
          assertEquals(await Deno.readFile(path), content, name);
          const { mode, mtime } = await Deno.stat(path);
          if (Deno.build.os !== "windows") {
            assertEquals((mode! & 0o777).toString(8), isProgram ? "755" : "644");
          }
          assertEquals(mtime, time);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });

  Deno.test(`the bytes of a .${kind} are those of its files and its time, and no others`, () => {
    assertEquals(write(entries, time), write(structuredClone(entries), new Date(time)));
  });
}

Deno.test("a name that does not fit is not cut off", () => {
  const name = `man/${"é".repeat(49)}`;
  const entry = (name: string): Entry => ({ name, content: bytes(1), isProgram: false });
  tarGz([entry(name.slice(0, 50))], time);
  assertThrows(() => tarGz([entry(name)], time), Error, "too long: man/");
});
