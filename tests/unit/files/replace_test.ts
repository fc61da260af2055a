/**
 * The temporary file by which files are replaced: what stands in its place, and two at work at once.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { sweep } from "../../../lib/files/leftovers.ts";
import { acquireLock, lockDirectoryOf } from "../../../lib/files/lock.ts";
import { type Replaced, replaceFile, replaceLocked } from "../../../lib/files/replace.ts";
import { basename } from "../../../lib/path.ts";
import { systemContext } from "../../../lib/system/context.ts";
import { type Ability, links, makeLink, testWith } from "../../support/abilities.ts";
import { TestClock } from "../../support/test_context.ts";

const context = systemContext([], new AbortController().signal);
const isWindows = Deno.build.os === "windows";
const isRoot = Deno.uid() === 0;

/** On Windows a file that is open for us is neither removed nor replaced by others. */
const replacedWhileOpen: Ability = {
  isHere: !isWindows,
  reason: "on Windows nobody replaces a file that is locked or just written",
};

/** Runs something in a folder of its own, with a file to replace and the path of its temporary file. */
async function inFolder(
  act: (folder: string, target: string, temporary: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "stsmfa-replace-" }));
  try {
    await Deno.writeTextFile(`${folder}/credentials`, "old\n", { mode: 0o600 });
    await act(folder, `${folder}/credentials`, `${folder}/.credentials.stsmfa-tmp`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);
const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

type Standing = Readonly<Record<string, (temporary: string, victim: string) => Promise<void>>>;

/** What only a system of POSIX has. */
const odd: Standing = isWindows ? {} : {
  "one that nobody may read": (temporary) => Deno.writeTextFile(temporary, "x", { mode: 0o000 }),
  "one that everybody may write": async (temporary) => {
    await Deno.writeTextFile(temporary, "x");
    await Deno.chmod(temporary, 0o666);
  },
  "a link to another file": (temporary, victim) => Deno.symlink(victim, temporary),
  "a link that leads nowhere": (temporary) => Deno.symlink("/nowhere/at/all", temporary),
  "a link to itself": (temporary) => Deno.symlink(temporary, temporary),
  "a link to an endless device": (temporary) => Deno.symlink("/dev/zero", temporary),
  "a pipe that nobody reads": async (temporary) => {
    assert((await new Deno.Command("mkfifo", { args: [temporary] }).output()).success);
  },
};

/** What can stand at the fixed name; each leaves `victim` as it is, and nothing else. */
const standing: Standing = {
  ...odd,
  "what a killed run left": (temporary) => Deno.writeTextFile(temporary, "half a secr"),
  "another name of another file": (temporary, victim) => Deno.link(victim, temporary),
  "an empty folder": (temporary) => Deno.mkdir(temporary),
  ...(isRoot && {
    "another user's": async (temporary: string) => {
      await Deno.writeTextFile(temporary, "planted", { mode: 0o666 });
      await Deno.chown(temporary, 12345, 12345);
    },
  }),
};

for (const [what, plant] of Object.entries(standing)) {
  Deno.test({
    name: `${what} at the name of the temporary file is neither followed nor kept`,
    fn: () =>
      inFolder(async (folder, target, temporary) => {
        const victim = `${folder}/victim`;
        await Deno.writeTextFile(victim, "not ours\n", { mode: 0o644 });
        await plant(temporary, victim);
        const old = await context.files.status(target);
        assertEquals(await replaceFile(context, target, bytes("new\n"), old), true);
        assertEquals(await Deno.readTextFile(target), "new\n");
        const { isFile, mode, nlink, uid } = await Deno.lstat(target);
        assertEquals([isFile, nlink ?? 1, uid], [true, 1, Deno.uid()]);
        assertEquals(await Deno.readTextFile(victim), "not ours\n");
        if (!isWindows) {
          const { mode: left } = await Deno.stat(victim);
          assertEquals([mode! & 0o777, left! & 0o777], [0o600, 0o644]);
        }
        assertEquals(names(folder), ["credentials", "victim"]);
      }),
  });

  Deno.test({
    name: `${what} is removed by a run that only looks`,
    fn: () =>
      inFolder(async (folder, _target, temporary) => {
        const victim = `${folder}/victim`;
        await Deno.writeTextFile(victim, "not ours\n");
        await plant(temporary, victim);
        await Deno.writeTextFile(`${folder}/.stsmfa-${crypto.randomUUID()}.tmp`, "an older one");
        await sweep(context, folder);
        assertEquals(names(folder), ["credentials", "victim"]);
        assertEquals(await Deno.readTextFile(victim), "not ours\n");
      }),
  });
}

Deno.test("a folder with something in it is left alone, and the old file stays", () =>
  inFolder(async (folder, target, temporary) => {
    await Deno.mkdir(temporary);
    await Deno.writeTextFile(`${temporary}/somebody's`, "x");
    const replace = () => replaceFile(context, target, bytes("new\n"), undefined);
    const { message, hint } = await assertRejects(
      replace,
      StsmfaError,
      "is a folder, where a temporary file",
    );
    assert([message, hint].every((each) => each?.includes(basename(temporary))), message);
    await sweep(context, folder);
    assertEquals(await Deno.readTextFile(target), "old\n");
    assertEquals(await Deno.readTextFile(`${temporary}/somebody's`), "x");
  }));

Deno.test("a run that only looks takes nothing away from one that is at work", () =>
  inFolder(async (folder, target, temporary) => {
    const isCurrent = async () => {
      await sweep(context, folder);
      assertEquals(await Deno.readTextFile(temporary), "new\n");
      return true;
    };
    assert(await replaceFile(context, target, bytes("new\n"), undefined, isCurrent));
    assertEquals(await Deno.readTextFile(target), "new\n");
  }));

testWith(
  replacedWhileOpen,
  "who takes the temporary file away, against its lock, has no effect but a new beginning",
  () =>
    inFolder(async (folder, target, temporary) => {
      let times = 0;
      const isCurrent = async () => {
        if (times++ > 0) return true;
        await Deno.remove(temporary);
        await Deno.writeTextFile(temporary, "half of ano");
        return true;
      };
      assert(await replaceFile(context, target, bytes("new\n"), undefined, isCurrent));
      assertEquals(times, 2);
      assertEquals(await Deno.readTextFile(target), "new\n");
      assertEquals(names(folder), ["credentials"]);
      await assertRejects(
        () =>
          replaceFile(context, target, bytes("newer\n"), undefined, async () => {
            await Deno.remove(temporary);
            return true;
          }),
        StsmfaError,
        "removes",
      );
      assertEquals(await Deno.readTextFile(target), "new\n");
    }),
);

testWith(
  replacedWhileOpen,
  "who takes the temporary file away while it gets its mode has no effect, either",
  () =>
    inFolder(async (folder, target, temporary) => {
      let times = 0;
      const changeMode = async (path: string, mode: number) => {
        if (times++ === 0) await Deno.remove(temporary);
        await context.files.changeMode(path, mode);
      };
      const hindered = { ...context, files: { ...context.files, changeMode } };
      assert(await replaceFile(hindered, target, bytes("new\n"), { mode: 0o640 } as Replaced));
      assertEquals(times, 2);
      assertEquals(await Deno.readTextFile(target), "new\n");
      assertEquals(names(folder), ["credentials"]);
    }),
);

Deno.test("what is exchanged while it is opened is looked at again", () =>
  inFolder(async (folder, target, temporary) => {
    await Deno.writeTextFile(temporary, "left");
    let times = 0;
    const openExisting: Context["files"]["openExisting"] = (path) =>
      times++ === 0
        ? Promise.reject(Object.assign(new Error("replaced"), { code: "ESTALE" }))
        : context.files.openExisting(path);
    const hindered = { ...context, files: { ...context.files, openExisting } };
    assert(await replaceFile(hindered, target, bytes("new\n"), undefined));
    assertEquals([times, names(folder)], [2, ["credentials"]]);
  }));

for (const [what, moved] of [["", 0], [", also with a clock that is put back", -3600]] as const) {
  testWith(
    links,
    `who puts something at the name again and again is not waited for for ever${what}`,
    () =>
      inFolder(async (_folder, target, temporary) => {
        const clock = new TestClock(new Date());
        const sleep = async (milliseconds: number, signal: AbortSignal) => {
          await clock.sleep(milliseconds, signal);
          clock.advance(moved);
        };
        // More than are removed in one go; the system would say the same of the thousands that follow.
        let links = 150;
        const createNew = async (path: string, mode: number) => {
          if (links-- <= 0) throw new Deno.errors.AlreadyExists("File exists (os error 17)");
          await makeLink("nowhere", path);
          return await context.files.createNew(path, mode);
        };
        const remove = async (path: string) => {
          if (links > 0) await context.files.remove(path);
        };
        const openExisting = async (path: string) =>
          links > 0 ? await context.files.openExisting(path) : undefined;
        const hindered = {
          ...context,
          clock: { ...context.clock, now: () => clock.now(), sleep },
          files: { ...context.files, createNew, openExisting, remove },
        };
        const replace = () => replaceFile(hindered, target, bytes("new\n"), undefined);
        const { code } = await assertRejects(replace, StsmfaError, temporary);
        assertEquals(code, "LockTimeout");
        assertEquals(await Deno.readTextFile(target), "old\n");
        const slept = clock.sleeps.reduce((sum, each) => sum + each, 0);
        assert(slept >= 30_000 && slept < 31_000, `${slept}`);
      }),
  );
}

for (
  const words of ["No locks available (os error 37)", "Function not implemented (os error 38)"]
) {
  Deno.test(`where a folder cannot be locked, a file beside is: ${words}`, () =>
    inFolder(async (folder, target) => {
      // As the runtime words what it has no code for.
      const openLockable: Context["files"]["openLockable"] = async (path, kind) => {
        const file = await context.files.openLockable(path, kind);
        const tryLock = () => Promise.reject(new Error(words));
        return kind === "directory" ? { ...file, tryLock } : file;
      };
      const hindered = { ...context, files: { ...context.files, openLockable } };
      const lock = await lockDirectoryOf(hindered, target);
      assertEquals(names(folder), ["credentials", "credentials.lock"]);
      lock.close();
      assertEquals(names(folder), ["credentials"]);
    }));
}

Deno.test("a file beside that is locked is one's alone, and leaves nothing, whoever is killed", () =>
  inFolder(async (folder, target) => {
    const path = `${target}.lock`;
    // Somebody who held it was killed.
    await Deno.writeTextFile(path, "");
    let holders = 0;
    let most = 0;
    const run = async () => {
      for (let times = 0; times < 5; times++) {
        const lock = await acquireLock(context, path, { kind: "mark", timeoutSeconds: 60 });
        most = Math.max(most, ++holders);
        assert(names(folder).includes("credentials.lock"));
        await new Promise((resolve) => setTimeout(resolve, 1));
        holders--;
        lock.close();
      }
    };
    await Promise.all(Array.from({ length: 8 }, run));
    assertEquals(most, 1);
    assertEquals(names(folder), ["credentials"]);
  }));

Deno.test("who has waited for a file beside that was removed leaves the next one alone", () =>
  inFolder(async (folder, target) => {
    const path = `${target}.lock`;
    const late = await context.files.openLockable(path, "mark");
    const first = await context.files.openLockable(path, "mark");
    assert(await first.tryLock());
    first.close();
    const next = await acquireLock(context, path, { kind: "mark", timeoutSeconds: 60 });
    if (!isWindows) assert(await late.tryLock());
    late.close();
    assertEquals(names(folder), ["credentials", "credentials.lock"]);
    next.close();
    assertEquals(names(folder), ["credentials"]);
  }));

Deno.test("on Windows, a file that is being removed is waited for, and one that is refused is not for long", () =>
  inFolder(async (_folder, target) => {
    let refusals = 3;
    const clock = new TestClock(new Date());
    const openLockable: Context["files"]["openLockable"] = (path, kind) =>
      refusals-- > 0
        ? Promise.reject(new Deno.errors.PermissionDenied("Access is denied. (os error 5)"))
        : context.files.openLockable(path, kind);
    const files = { ...context.files, openLockable };
    const windows = { ...context, os: "windows" as const, clock, files };
    (await lockDirectoryOf(windows, target)).close();
    assertEquals(clock.sleeps.length, 3);
    refusals = Infinity;
    const error = await assertRejects(() => lockDirectoryOf(windows, target), StsmfaError);
    assertEquals(error.code, "FileUnwritable");
    assert(clock.sleeps.length < 20);
    clock.sleeps.length = 0;
    await assertRejects(() => lockDirectoryOf({ ...windows, os: "unix" }, target), StsmfaError);
    assertEquals(clock.sleeps, []);
  }));

Deno.test("many writers without another lock: each replacement is whole, none is lost, nothing is left", () =>
  inFolder(async (folder, target) => {
    await Deno.writeTextFile(target, "");
    const add = async (line: string) => {
      for (;;) {
        const old = await Deno.readTextFile(target);
        const isCurrent = async () => await Deno.readTextFile(target) === old;
        if (await replaceFile(context, target, bytes(old + line), undefined, isCurrent)) return;
      }
    };
    const lines = Array.from({ length: 20 }, (_, n) => `${n} ${"x".repeat(2000)}\n`);
    let isDone = false;
    const look = (async () => {
      while (!isDone) {
        const text = await Deno.readTextFile(target);
        assert(text === "" || text.endsWith("x\n"));
        await sweep(context, folder);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    await Promise.all(lines.map(add));
    isDone = true;
    await look;
    const written = (await Deno.readTextFile(target)).split(/(?<=\n)/);
    assertEquals(written.sort(), lines.sort());
    assertEquals(names(folder), ["credentials"]);
  }));

testWith(
  replacedWhileOpen,
  "a lock goes on to the file that replaces the locked one, and never to two at once",
  () =>
    inFolder(async (_folder, target) => {
      let holders = 0;
      let most = 0;
      const options = { kind: "file", timeoutSeconds: 60 } as const;
      const run = async (n: number) => {
        let lock = await acquireLock(context, target, options);
        most = Math.max(most, ++holders);
        for (let times = 0; times < 3; times++) {
          const text = await Deno.readTextFile(target);
          const next = await replaceLocked(context, target, bytes(`${text}${n}\n`), undefined);
          lock.close();
          lock = next!;
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        holders--;
        lock.close();
      };
      await Promise.all(Array.from({ length: 10 }, (_, n) => run(n)));
      assertEquals(most, 1);
      const lines = (await Deno.readTextFile(target)).trim().split("\n").slice(1);
      assertEquals(lines.length, 30);
    }),
);

testWith(
  replacedWhileOpen,
  "a lock waits for an older version, which writes in place, and reads what that wrote",
  () =>
    inFolder(async (_folder, target) => {
      const older = await Deno.open(target, { read: true, write: true });
      await older.lock(true);
      const lock = acquireLock(context, target, { kind: "file", timeoutSeconds: 60 });
      await older.write(bytes("older writes\n"));
      older.close();
      assertEquals(await Deno.readTextFile(target), "older writes\n");
      const held = await lock;
      // Then an older one waits for a newer one, and gets a file that nobody looks at any more.
      const late = await Deno.open(target, { read: true, write: true });
      const waiting = late.lock(true);
      const next = await replaceLocked(context, target, bytes("newer\n"), undefined);
      held.close();
      await waiting;
      await late.truncate(0);
      late.close();
      next!.close();
      assertEquals(await Deno.readTextFile(target), "newer\n");
    }),
);
