import { assert, assertEquals, assertRejects } from "@std/assert";
import { editFile } from "../../hooks/edit_file.ts";
import { posix, testOrSkip } from "../support/abilities.ts";
import { type Kill, killedAt, needsStrace, placesIn, sampleOf } from "../support/strace.ts";

/** Runs something in a folder of its own. */
async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "stsmfa-edit-" });
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const encode = (text: string) => new TextEncoder().encode(text);
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

Deno.test("a file that another program is just writing is not taken for one that is empty", () =>
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const file = await Deno.open(path, { write: true, create: true });
    const { stat } = Deno;
    let looks = 0;
    const write = () => {
      if (looks < 0) return;
      looks = -Infinity;
      file.writeSync(encode("theirs\n"));
      file.close();
    };
    // Later than a look on the way of an edit would find it.
    Deno.stat = (...args) => (args[0] === path && ++looks > 4 && write(), stat(...args));
    try {
      await editFile({ path, change: (old) => `${old}ours\n` });
      write();
    } finally {
      Deno.stat = stat;
    }
    assertEquals(await Deno.readTextFile(path), "theirs\nours\n");
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

testOrSkip({
  name: "root's edit in a folder of another belongs to that user",
  ignore: !posix.isHere || Deno.uid() !== 0,
  reason: "only root can",
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

Deno.test({
  name: "many hooks at once, in processes too: every edit is there, whole, and nothing is left",
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/config.json`;
      const word = "x".repeat(3000);
      const here = Array.from(
        { length: 20 },
        (_, n) => editFile({ path, change: (old = "") => `${old}here ${n} ${word}\n` }),
      );
      const there = Array.from({ length: 3 }, (_, n) => editor(path, `there ${n}`).output());
      await Promise.all([...here, ...there]);
      const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
      assertEquals(
        lines.map((line) => line.split(" x")[0]).sort(),
        [
          ...Array.from({ length: 20 }, (_, n) => `here ${n}`),
          ...Array.from({ length: 3 }, (_, n) => `there ${n}`),
        ].sort(),
      );
      assertEquals(names(folder), ["config.json"]);
    }),
});

Deno.test({
  name: "what stands at the name of the temporary file is neither followed nor kept",
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/.env`;
      const temporary = `${folder}/..env.stsmfa-tmp`;
      const victim = `${folder}/victim`;
      const plants: (() => Promise<void>)[] = [
        () => Deno.writeTextFile(temporary, "AWS_SECRET_ACCESS_KEY=left"),
        ...(posix.isHere
          ? [
            () => Deno.symlink(victim, temporary),
            () => Deno.symlink("/dev/zero", temporary),
          ]
          : []),
        () => Deno.link(victim, temporary),
        () => Deno.mkdir(temporary),
        async () => {
          const older = `${folder}/.stsmfa-${crypto.randomUUID()}.tmp`;
          await Deno.writeTextFile(older, "left");
          await Deno.utime(older, 0, 0);
        },
      ];
      for (const plant of plants) {
        await Deno.writeTextFile(victim, "not ours\n");
        await Deno.writeTextFile(path, "old\n", { mode: 0o600 });
        await plant();
        await editFile({ path, change: () => "new\n" });
        assertEquals(await Deno.readTextFile(path), "new\n");
        assert((await Deno.lstat(path)).isFile);
        assertEquals(await Deno.readTextFile(victim), "not ours\n");
        assertEquals(names(folder).sort(), [".env", "victim"]);
      }
    }),
});

const { name: skipped, ignore } = needsStrace();

testOrSkip({
  name:
    `kill -9 at system calls of an edit: the file is old or new, and the next edit removes what was left${skipped}`,
  ignore,
  fn: async () => {
    const old = "old\n".repeat(3000);
    let left = 0;
    let kills = 0;
    const editKilled = async (kill: Kill | undefined): Promise<string> => {
      let calls = "";
      await inFolder(async (folder) => {
        const path = `${folder}/config.json`;
        const temporary = `${folder}/.config.json.stsmfa-tmp`;
        const log = `${folder}/log`;
        await Deno.writeTextFile(path, old, { mode: 0o600 });
        const command = [Deno.execPath(), ...editorArgs(path, "new")];
        const [program, ...args] = killedAt(command, [path, temporary, folder], kill, log);
        const { code } = await new Deno.Command(program!, { args, stderr: "null" }).output();
        if (code !== 0) kills++;
        calls = await Deno.readTextFile(log);
        await Deno.remove(log);
        const text = await Deno.readTextFile(path);
        assert(
          text === old || (text.startsWith(`${old}new x`) && text.endsWith("x\n")),
          `${kill?.call}`,
        );
        const strangers = names(folder).filter((name) => name !== "config.json");
        if (strangers.length > 0) left++;
        assert(strangers.every((name) => name === ".config.json.stsmfa-tmp"), String(strangers));
        await editFile({ path, change: (text) => `${text}next\n` });
        assertEquals(names(folder), ["config.json"]);
        assertEquals(await Deno.readTextFile(path), `${text}next\n`);
      });
      return calls;
    };
    const places = placesIn(await editKilled(undefined));
    assert(places.length > 20, `only ${places.length} system calls`);
    for (const kill of sampleOf(places, 6)) await editKilled(kill);
    console.log(`editFile: ${kills} kills, 0 torn; ${left} left a file, after the next edit 0`);
    assert(kills > 0);
  },
});

/** A process that adds a line to a file. */
function editor(path: string, line: string): Deno.Command {
  return new Deno.Command(Deno.execPath(), { args: editorArgs(path, line), stderr: "inherit" });
}

function editorArgs(path: string, line: string): string[] {
  const module = new URL("../../hooks/edit_file.ts", import.meta.url).href;
  const code = `import { editFile } from ${JSON.stringify(module)};
    const [path, line] = ${JSON.stringify([path, line])};
    await editFile({ path, change: (old = "") => old + line + " " + "x".repeat(3000) + "\\n" });`;
  return ["run", "-A", "--quiet", `data:application/typescript,${encodeURIComponent(code)}`];
}
