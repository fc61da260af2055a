import { assertEquals, assertRejects } from "@std/assert";
import { storageError, systemErrorCode } from "../../../lib/storage_error.ts";
import { systemFiles } from "../../../lib/system/files.ts";
import { posix, testWith, windows } from "../../support/abilities.ts";

const text = (content: string) => new TextEncoder().encode(content);

/** Opens a file so that nobody else may, as virus scanners and backups do; returns what closes it. */
function openAlone(path: string): () => void {
  const kernel = Deno.dlopen("kernel32.dll", {
    CreateFileW: {
      parameters: ["buffer", "u32", "u32", "pointer", "u32", "u32", "pointer"],
      result: "pointer",
    },
    CloseHandle: { parameters: ["pointer"], result: "i32" },
  });
  const name = new Uint16Array([...`${path}\0`].map((each) => each.charCodeAt(0)));
  const [readAndWrite, openExisting] = [0xc0000000, 3];
  const handle = kernel.symbols.CreateFileW(name, readAndWrite, 0, null, openExisting, 0, null);
  return () => {
    kernel.symbols.CloseHandle(handle);
    kernel.close();
  };
}

async function withFile(act: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "stsmfa-test-" });
  try {
    const path = `${folder}\\credentials`;
    await Deno.writeFile(path, text("old"));
    await act(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testWith(
  windows,
  "a file that another program has for itself is used once that is over",
  async () => {
    await withFile(async (path) => {
      const acts: readonly (readonly [string, () => Promise<unknown>])[] = [
        ["read", () => systemFiles.read(path)],
        ["replace", () => systemFiles.rename(`${path}.new`, path)],
        ["remove", () => systemFiles.remove(path)],
      ];
      await Deno.writeFile(`${path}.new`, text("new"));
      for (const [what, act] of acts) {
        const close = openAlone(path);
        const done = act();
        let isDone = false;
        done.then(() => isDone = true, () => {});
        await new Promise((resolve) => setTimeout(resolve, 0));
        assertEquals(isDone, false, what);
        close();
        await done;
      }
      assertEquals(await systemFiles.status(path), undefined);
    });
  },
);

testWith(
  windows,
  "a file that another program keeps for itself: why it cannot be read",
  async () => {
    await withFile(async (path) => {
      const close = openAlone(path);
      try {
        const error = await assertRejects(() => systemFiles.read(path));
        assertEquals(systemErrorCode(error), "ESHARED");
        const { message, hint } = storageError("read", path, error);
        assertEquals(
          message,
          `cannot read ${path}: another program has it open, and lets no other use it`,
        );
        assertEquals(hint, "close that program, or run the same command again");
      } finally {
        close();
      }
    });
  },
);

testWith(
  windows,
  "NUL is an empty file, and names that Windows has for devices are none",
  async () => {
    assertEquals(await systemFiles.read("NUL"), text(""));
    await withFile(async (path) => {
      const odd = await systemFiles.read(path.replace("credentials", "a<b")).catch(systemErrorCode);
      assertEquals(odd, "ENAME");
    });
  },
);

testWith(
  posix,
  "a lock is free when it is released, whatever other threads are starting meanwhile",
  async () => {
    const path = await Deno.makeTempFile({ prefix: "stsmfa-test-" });
    const start = 'for (;;) await new Deno.Command("true").output();';
    const threads = [1, 2, 3].map(() =>
      new Worker(`data:text/javascript,${encodeURIComponent(start)}`, { type: "module" })
    );
    try {
      let held = 0;
      for (let turn = 0; turn < 300; turn++) {
        const file = await systemFiles.openLockable(path, "file");
        if (!await file.tryLock()) held++;
        await new Promise((resolve) => setTimeout(resolve, 0));
        file.close();
      }
      assertEquals(held, 0);
    } finally {
      for (const thread of threads) thread.terminate();
      await Deno.remove(path);
    }
  },
);
