/**
 * The temporary file that a hook uses to replace a file. It has a fixed name, next to its target,
 * so that what a killed hook left is found; its lock tells whether it is in use, so that two hooks
 * never write the same one. On Windows, where a locked file can be neither read nor replaced, the
 * lock is one more file, which is gone afterwards.
 *
 * @module
 */

/** A file that is to replace another one; nobody else writes it until it is closed. */
export interface TemporaryFile extends Disposable {
  readonly path: string;
  readonly file: Deno.FsFile;
  /** Is called before it is renamed: Windows would let nobody read what is locked. */
  unlock(): Promise<void>;
}

/** The same names as those of stsmfa itself (lib/files/temporary.ts). */
const suffix = ".stsmfa-tmp";
const lockSuffix = ".stsmfa-lock";
const olderName = /^\.stsmfa-[0-9a-f-]{36}\.tmp$/;

const isWindows = Deno.build.os === "windows";

/** No hook runs for longer. */
const mostMilliseconds = 60_000;

/** For two seconds, longer than anybody waits with a file open that is removed. */
const mostRefusals = 200;

/**
 * Creates the temporary file, empty, with mode 0600 and locked; removes what an earlier hook left.
 */
export async function createTemporary(directory: string, name: string): Promise<TemporaryFile> {
  await removeOld(directory);
  const path = `${directory}/.${name}${suffix}`;
  if (isWindows) return await createInTurn(path, `${directory}/.${name}${lockSuffix}`);
  for (;;) {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      await removeLeftover(path);
      continue;
    }
    // Until it is locked, another hook may take it for a leftover.
    await lock(file);
    if (await isAt(file, path)) {
      const unlock = () => Promise.resolve();
      return { path, file, unlock, [Symbol.dispose]: () => file.close() };
    }
    file.close();
  }
}

/** Creates it on Windows, where whoever has the lock file may. */
async function createInTurn(path: string, lockPath: string): Promise<TemporaryFile> {
  const turn = await takeTurn(lockPath);
  try {
    await orUndefined(() => Deno.remove(path));
    const file = await Deno.open(path, { write: true, createNew: true });
    // So it is no leftover to whoever looks for those.
    await lock(file);
    const release = () => {
      file.close();
      turn[Symbol.dispose]();
    };
    const unlock = () => file.unlock().catch(() => {});
    return { path, file, unlock, [Symbol.dispose]: release };
  } catch (error) {
    turn[Symbol.dispose]();
    throw error;
  }
}

/** Waits for the lock of a file that is there for it alone, and removed with it. */
async function takeTurn(path: string): Promise<Disposable> {
  for (let refusals = 0;;) {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { write: true, create: true });
    } catch (error) {
      // A removed file cannot be opened until everybody who has waited for it has closed it.
      const isGoing = error instanceof Deno.errors.PermissionDenied && ++refusals < mostRefusals;
      if (!isGoing) throw error;
      await new Promise((done) => setTimeout(done, 10));
      continue;
    }
    await lock(file);
    if (await isAt(file, path)) {
      const leave = () => {
        try {
          Deno.removeSync(path);
        } catch { /* the next hook removes it */ }
        file.close();
      };
      return { [Symbol.dispose]: leave };
    }
    file.close();
  }
}

/** Removes old files whose names do not tell whether they are in use. */
async function removeOld(directory: string): Promise<void> {
  for await (const each of Deno.readDir(directory)) {
    if (!olderName.test(each.name)) continue;
    const path = `${directory}/${each.name}`;
    const info = await orUndefined(() => Deno.lstat(path));
    const age = Date.now() - (info?.mtime?.getTime() ?? 0);
    if (Math.abs(age) > mostMilliseconds) await Deno.remove(path).catch(() => {});
  }
}

/** Reports whether the path leads to the open file. */
export async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const ours = await file.stat();
  const there = await orUndefined(() => Deno.lstat(path)).catch((error) => {
    // Windows says so of a file that is removed as soon as everybody has closed it.
    if (isWindows && error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  });
  return there !== undefined && there.dev === ours.dev && there.ino === ours.ino &&
    ours.nlink !== 0;
}

/** Waits until the file is not in use, then removes it, if it is still there. */
async function removeLeftover(path: string): Promise<void> {
  const info = await orUndefined(() => Deno.lstat(path));
  if (info === undefined) return;
  const file = info.isFile ? await open(path) : undefined;
  try {
    if (file !== undefined) {
      await lock(file);
      if (!await isAt(file, path)) return;
    }
    await orUndefined(() => Deno.remove(path));
  } finally {
    file?.close();
  }
}

/** Opens a file; one that we may not read is not waited for. */
async function open(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await orUndefined(() => Deno.open(path));
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}

/**
 * Locks a file. Without locks on a file system, the later hook wins and the other one starts over.
 */
async function lock(file: Deno.FsFile): Promise<void> {
  const { tryLock } = file as { tryLock?: (exclusive: boolean) => Promise<boolean> };
  try {
    // Deno before 2.7 can only wait for it.
    if (tryLock === undefined) return await file.lock(true);
    while (!await tryLock.call(file, true)) await new Promise((done) => setTimeout(done, 10));
  } catch { /* no locks here */ }
}

async function orUndefined<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
