/**
 * The temporary file that a hook uses to replace a file. It has a fixed name, next to its target,
 * so that what a killed hook left is found; its lock tells whether it is in use, so that two hooks
 * never write the same one.
 *
 * @module
 */

/** A file that is to replace another one; nobody else writes it until it is closed. */
export interface TemporaryFile extends Disposable {
  readonly path: string;
  readonly file: Deno.FsFile;
}

/** The same names as those of stsmfa itself (lib/files/temporary.ts). */
const suffix = ".stsmfa-tmp";
const olderName = /^\.stsmfa-[0-9a-f-]{36}\.tmp$/;

const isWindows = Deno.build.os === "windows";

/** No hook runs for longer. */
const mostMilliseconds = 60_000;

/**
 * Creates the temporary file, empty, with mode 0600 and locked; removes what an earlier hook left.
 */
export async function createTemporary(directory: string, name: string): Promise<TemporaryFile> {
  await removeOld(directory, name);
  // Windows cannot tell a removed open file from one that is there, so each gets a name of its own.
  const own = isWindows ? `${name}.${crypto.randomUUID()}` : name;
  const path = `${directory}/.${own}${suffix}`;
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
    if (await isAt(file, path)) return { path, file, [Symbol.dispose]: () => file.close() };
    file.close();
  }
}

/** Removes old files whose names do not tell whether they are in use. */
async function removeOld(directory: string, name: string): Promise<void> {
  for await (const each of Deno.readDir(directory)) {
    const isOfTarget = each.name.startsWith(`.${name}.`) && each.name.endsWith(suffix);
    if (!olderName.test(each.name) && !(isWindows && isOfTarget)) continue;
    const path = `${directory}/${each.name}`;
    const info = await orUndefined(() => Deno.lstat(path));
    const age = Date.now() - (info?.mtime?.getTime() ?? 0);
    if (Math.abs(age) > mostMilliseconds) await Deno.remove(path).catch(() => {});
  }
}

/** Reports whether the path leads to the open file. */
export async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const ours = await file.stat();
  const there = await orUndefined(() => Deno.lstat(path));
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
