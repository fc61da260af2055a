import { assertEquals, assertRejects } from "@std/assert";
import { editFile } from "../../hooks/edit_file.ts";

/** Runs something in a folder of its own. */
async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "stsmfa-edit-" });
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name);

Deno.test("what another program writes meanwhile is edited, not overwritten", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeTextFile(path, "one\n");
    let isFirst = true;
    await editFile({
      path,
      change: (old) => {
        if (isFirst) Deno.writeTextFileSync(path, `${old}two\n`);
        isFirst = false;
        return `${old}ours\n`;
      },
    });
    assertEquals(await Deno.readTextFile(path), "one\ntwo\nours\n");
    assertEquals(names(folder), ["file"]);
  }));

Deno.test("a file that is as it should be is not written again", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeTextFile(path, "same\n", { mode: 0o640 });
    const { ino } = await Deno.stat(path);
    await editFile({ path, change: () => "same\n" });
    assertEquals((await Deno.stat(path)).ino, ino);
  }));

Deno.test("nothing is left behind, and nothing changed, when an edit fails", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await Deno.writeFile(path, new Uint8Array([0xff, 0xfe]));
    await assertRejects(() => editFile({ path, change: () => "x" }), Error, "is not UTF-8 text");
    assertEquals(await Deno.readFile(path), new Uint8Array([0xff, 0xfe]));
    await assertRejects(() => editFile({ path: folder, change: () => "x" }), Error, "not a file");
    assertEquals(names(folder), ["file"]);
  }));

Deno.test({
  name: "root's edit in a folder of another belongs to that user",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "stsmfa-edit-" });
    try {
      await Deno.chown(folder, 4101, 4102);
      const path = `${folder}/new/file`;
      for (const text of ["first\n", "second\n"]) {
        await editFile({ path, change: () => text });
        for (const each of [path, `${folder}/new`]) assertEquals((await Deno.stat(each)).uid, 4101);
        await Deno.chown(path, 0, 0);
      }
      assertEquals(await Deno.readTextFile(path), "second\n");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
