/**
 * The temporary file by which a hook replaces a file. It has one name, beside its target, so that
 * what a killed hook left is found; and its lock says whether somebody is at work on it, so that two
 * hooks never write the same one.
 *
 * @module
 */

/** A file that is to take the place of another one; nobody else writes it until it is closed. */
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

/** Creates it, empty, with mode 0600 and locked; what an earlier one left is removed. */
export async function createTemporary(directory: string, name: string): Promise<TemporaryFile> {
  await removeOld(directory, name);
  // Windows cannot tell an open file that was removed from one that is there: names of their own.
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

/** Removes those whose names say nothing about who is at work on them, once they are old. */
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

/** Whether the path leads to the open file. */
export async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const ours = await file.stat();
  const there = await orUndefined(() => Deno.lstat(path));
  return there !== undefined && there.dev === ours.dev && there.ino === ours.ino &&
    ours.nlink !== 0;
}

/** Waits for who is at work on it; then removes it, if it is still there. */
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

/** What is not ours to read is not waited for. */
async function open(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await orUndefined(() => Deno.open(path));
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}

/** Some file systems have no locks; there, whoever comes later wins, and the other one begins anew. */
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
