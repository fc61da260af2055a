/**
 * Root in the home of another user, who puts links in the place of folders and files after they were
 * looked at: whatever root does then, it does it there or not at all.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import { systemFiles } from "../../../lib/system/files.ts";
import { type Ability, testWith } from "../../support/abilities.ts";
import { openHome } from "../../support/homes.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../../support/spawned_cli.ts";
import { needsStrace } from "../../support/strace.ts";
import { alice } from "../../support/sts_people.ts";

const me = 4101;

const root: Ability = {
  isHere: Deno.build.os === "linux" && Deno.uid() === 0,
  reason: "needs root on Linux",
};

function testAsRoot(name: string, fn: () => Promise<void>): void {
  testWith(root, name, fn, "root does nothing behind a link of another's");
}

/** A folder of the user's, in whose place there is a link to one of root's. */
async function withSwapped(
  act: (at: { home: string; swapped: string; roots: string }) => Promise<void>,
): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "stsmfa-root-" });
  try {
    const [home, roots] = [`${base}/home`, `${base}/roots`];
    await Deno.mkdir(home);
    await Deno.mkdir(roots);
    await Deno.writeTextFile(`${roots}/file`, "root's own\n", { mode: 0o644 });
    await Deno.symlink(roots, `${home}/folder`);
    await Deno.chown(home, me, me);
    await act({ home, swapped: `${home}/folder`, roots });
    assertEquals(await Deno.readTextFile(`${roots}/file`), "root's own\n");
    const { uid, mode } = await Deno.stat(`${roots}/file`);
    assertEquals([uid, mode! & 0o777], [0, 0o644]);
    assertEquals([...Deno.readDirSync(roots)].map(({ name }) => name), ["file"]);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

const acts: Record<string, (folder: string) => Promise<unknown>> = {
  "creates no file": (folder) => systemFiles.createNew(`${folder}/new`, 0o600),
  "creates no file to lock": (folder) => systemFiles.openLockable(`${folder}/new`, "file"),
  "locks no file": (folder) => systemFiles.openLockable(`${folder}/file`, "file"),
  "makes no folder": (folder) => systemFiles.makeDirectory(`${folder}/new`, 0o700),
  "renames nothing": (folder) => systemFiles.rename(`${folder}/file`, `${folder}/other`),
  "removes nothing": (folder) => systemFiles.remove(`${folder}/file`),
  "changes no mode": (folder) => systemFiles.changeMode(`${folder}/file`, 0o666),
  "changes no owner": (folder) => systemFiles.changeOwner(`${folder}/file`, me, me),
};

for (const [what, act] of Object.entries(acts)) {
  testAsRoot(`root ${what} behind a link of another's`, async () => {
    await withSwapped(async ({ swapped }) => {
      await assertRejects(() => act(swapped));
    });
  });
}

testAsRoot("root locks, creates and changes nothing by a link of another's", async () => {
  await withSwapped(async ({ home, roots }) => {
    for (const target of [`${roots}/file`, `${roots}/new`]) {
      await Deno.symlink(target, `${home}/link`);
      await assertRejects(() => systemFiles.openLockable(`${home}/link`, "file"));
      await assertRejects(() => systemFiles.createNew(`${home}/link`, 0o600));
      await assertRejects(() => systemFiles.changeMode(`${home}/link`, 0o666));
      await assertRejects(() => systemFiles.changeOwner(`${home}/link`, me, me));
      await Deno.remove(`${home}/link`);
    }
    await Deno.link(`${roots}/file`, `${home}/name`);
    await assertRejects(() => systemFiles.changeMode(`${home}/name`, 0o666));
    await assertRejects(() => systemFiles.changeOwner(`${home}/name`, me, me));
  });
});

testAsRoot("root waits for no pipe that another has put there", async () => {
  await withSwapped(async ({ home }) => {
    const { success } = await new Deno.Command("mkfifo", { args: [`${home}/pipe`] }).output();
    assertEquals(success, true);
    await assertRejects(() => systemFiles.openLockable(`${home}/pipe`, "file"));
    await assertRejects(() => systemFiles.openLockable(`${home}/pipe`, "directory"));
    await assertRejects(() => systemFiles.syncDirectory(`${home}/pipe`));
  });
});

testAsRoot("in a folder of root's in the home of another, root does all", async () => {
  await withSwapped(async ({ home }) => {
    await Deno.mkdir(`${home}/left`);
    await systemFiles.makeDirectory(`${home}/left/below`, 0o700);
    const file = await systemFiles.createNew(`${home}/left/a`, 0o600);
    file.close();
    await systemFiles.changeMode(`${home}/left/a`, 0o640);
    await systemFiles.changeOwner(`${home}/left/a`, me, me);
    await systemFiles.rename(`${home}/left/a`, `${home}/left/b`);
    (await systemFiles.openLockable(`${home}/left/b`, "file")).close();
    const { uid, mode } = await Deno.stat(`${home}/left/b`);
    assertEquals([uid, mode! & 0o777], [me, 0o640]);
    assertEquals((await Deno.stat(`${home}/left/below`)).uid, 0);
    await systemFiles.remove(`${home}/left/b`);
  });
});

const strace = needsStrace();

testWith(
  root.isHere ? { isHere: !strace.ignore, reason: "strace is not here, or may not trace" } : root,
  "root that is killed before a folder is given away leaves none of that name",
  async () => {
    const isFresh = (name: string) => /^\.\w+\.\d+\.stsmfa-tmp$/.test(name);
    const found = new Set<string>();
    // The runtime gives away files of its own before, not always as many.
    for (let at = 1; at <= 12 && ![...found].some(isFresh); at++) {
      await using home = await SpawnedHome.create({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
      await home.write(".aws/credentials", longTermSection("default-long-term", alice()));
      for (const name of ["", ".aws", ".aws/credentials"]) {
        await Deno.chown(home.path(name), me, me);
      }
      const inject = ["-e", "trace=fchown", "-e", `inject=fchown:signal=SIGKILL:when=${at}`];
      await new Deno.Command("strace", {
        args: ["-f", "-qq", "-o", "/dev/null", ...inject, ...cliCommand("--token-code", "123456")],
        env: home.env,
        clearEnv: true,
        stdout: "null",
        stderr: "null",
      }).output();
      for (const name of [".local", ".local/state", ".local/state/stsmfa"]) {
        const info = await Deno.stat(home.path(name)).catch(() => undefined);
        assertEquals(info?.uid ?? me, me, `${at}: ${name}`);
        if (info !== undefined) home.list(name).forEach((each) => found.add(each));
      }
    }
    assertEquals([...found].some(isFresh), true, "one was killed in between");
  },
  "root does nothing behind a link of another's",
);

/** Does something once, just before a file of that name is locked or read. */
function before(name: RegExp, act: (path: string) => void): (files: Files) => Files {
  let isDone = false;
  const once = (path: string) => {
    if (isDone || !name.test(path)) return;
    isDone = true;
    act(path);
  };
  return (files) => ({
    ...files,
    openLockable: (path, kind) => {
      once(kind === "directory" ? `${path}/` : path);
      return files.openLockable(path, kind);
    },
  });
}

for (const there of [true, false]) {
  const what = there ? "a file" : "a name";
  testAsRoot(
    `a kept file that becomes a link to ${what} of root's leads nobody there`,
    async () => {
      const roots = await Deno.makeTempDir({ prefix: "stsmfa-roots-" });
      try {
        const target = `${roots}/file`;
        if (there) await Deno.writeTextFile(target, "root's own\n");
        let isPut = false;
        const put = (path: string) => {
          isPut = true;
          Deno.symlinkSync(target, path);
        };
        const files = before(/\/sessions\/[\da-f]+\.json$/, put);
        await using home = await openHome({ files });
        const code = await home.sts.code();
        await home.test.write(".local/state/stsmfa/sessions/old.json", "{}");
        for (const name of ["", ".aws", ".local", ".local/state", ".local/state/stsmfa"]) {
          await Deno.chown(home.test.path(name), me, me);
        }
        await Deno.chown(home.test.path(".local/state/stsmfa/sessions"), me, me);
        assertEquals(await home.run("--token-code", code), 0, home.stderr);
        assertEquals(isPut, true);
        assertEquals(home.stderr.includes("is not kept"), true, home.stderr);
        const left = [...Deno.readDirSync(roots)].map(({ name }) => name);
        assertEquals(left, there ? ["file"] : []);
        if (there) assertEquals(await Deno.readTextFile(target), "root's own\n");
      } finally {
        await Deno.remove(roots, { recursive: true });
      }
    },
  );
}
