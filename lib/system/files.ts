/**
 * The real file system. What takes less time than starting a thread is done synchronously: every
 * operation on small files except syncing.
 *
 * @module
 */

import type { Files, FileStatus, LinkStatus, LockableFile, NewFile } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { basename, dirname, join } from "../path.ts";
import type { Owner } from "./as_root.ts";

const isWindows = Deno.build.os === "windows";

/** From here on, how a file is read makes a difference. */
const large = 1 << 20;

/** Acts synchronously; an exception becomes a rejection. */
function now<T>(act: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve) => resolve(act()));
}

/** Acts; on Windows again, for a second, while another program has the file open for itself. */
function onceFree<T>(act: () => T | Promise<T>, busy = isHeld): Promise<T> {
  return isWindows ? untilFree(act, busy) : now(act);
}

async function untilFree<T>(
  act: () => T | Promise<T>,
  busy: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!busy(error) || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function isHeld(error: unknown): boolean {
  return (error as { code?: unknown }).code === "EBUSY";
}

function orUndefined<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

class NotRegularFile extends Error {
  readonly code = "ENOTREG";
}

/** Needs the permissions read and write. */
export const systemFiles: Files = {
  read: (path, known) => onceFree(() => read(path, known)),
  status: (path) =>
    now(() => {
      const info = orUndefined(() => Deno.statSync(path));
      return info && fileStatus(info);
    }),
  linkStatus: (path) => now(() => linkStatus(path)),
  resolveLinks,
  createNew,
  list: (directory) => now(() => [...Deno.readDirSync(directory)].map(({ name }) => name)),
  rename: renameOver,
  remove: (path) => onceFree(() => inPlace(path, (here) => Deno.removeSync(here))),
  makeDirectory,
  changeMode: async (path, mode) => {
    if (isWindows) return;
    if (guestAt(path) === undefined) return Deno.chmodSync(path, mode);
    const { changeModeOf } = await asRoot();
    await inPlace(path, (here) => changeModeOf(here, mode));
  },
  changeOwner: async (path, uid, gid) => {
    if (isWindows) return;
    if (guestAt(path) === undefined) return Deno.chownSync(path, uid, gid);
    const { changeOwnerOf } = await asRoot();
    await inPlace(path, (here, owner) => changeOwnerOf(here, { uid, gid }, owner === undefined));
  },
  syncDirectory: async (path) => {
    if (isWindows) return;
    using directory = await openFolder(path);
    await directory.sync();
  },
  openLockable: async (path, kind) => {
    if (kind === "directory") return lockable(await openFolder(path));
    const guest = guestAt(path);
    if (guest === undefined) {
      const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
      if (lacks(file.statSync().mode, 0o600)) Deno.chmodSync(path, 0o600);
      return kind === "file" ? lockable(file) : mark(file, path, () => Deno.removeSync(path));
    }
    if (linkStatus(path) === undefined) (await createNew(path, 0o600)).close();
    const { inFolder, openAt } = await asRoot();
    const file = await inPlace(path, (here) => openAt(here, "file", true));
    if (kind === "file") return lockable(file);
    return mark(file, path, () => inFolder(path, guest, (here) => Deno.removeSync(here)));
  },
  openExisting: async (path) => {
    // A pipe would be waited for.
    if (!Deno.lstatSync(path).isFile) return undefined;
    try {
      if (guestAt(path) === undefined) return lockable(Deno.openSync(path, { read: true }));
      const { openAt } = await asRoot();
      return lockable(await inPlace(path, (here) => openAt(here, "file")));
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return undefined;
      throw error;
    }
  },
};

/**
 * The user who could put something else in the place of a folder on the way to a path, where that is
 * not root and we are. What is root's from `/` on is as it is, so that the first who is not is seen.
 */
function guestAt(path: string): number | undefined {
  if (isWindows || Deno.uid() !== 0) return undefined;
  const absolute = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  for (let end = 0; end >= 0; end = absolute.indexOf("/", end + 1)) {
    const info = orUndefined(() => Deno.statSync(absolute.slice(0, end) || "/"));
    if (info === undefined) return undefined;
    if (info.uid !== null && info.uid !== 0) return info.uid;
  }
  return undefined;
}

/** Does something at a path; for root, in a folder that its owner cannot exchange meanwhile. */
async function inPlace<T>(
  path: string,
  act: (here: string, owner: Owner | undefined) => T,
): Promise<T> {
  const guest = guestAt(path);
  if (guest === undefined) return act(path, undefined);
  return (await asRoot()).inFolder(path, guest, act);
}

async function openFolder(path: string): Promise<Deno.FsFile> {
  if (guestAt(path) === undefined) return Deno.openSync(path, { read: true });
  return (await asRoot()).openAt(path, "directory");
}

function asRoot(): Promise<typeof import("./as_root.ts")> {
  return importLazily<typeof import("./as_root.ts")>("./as_root.ts", import.meta.url);
}

async function read(
  path: string,
  known: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  if (isWindows && /^(?:\\\\\.\\)?nul$/i.test(path)) return new Uint8Array();
  const info = orUndefined(() => Deno.statSync(path));
  if (info === undefined) return undefined;
  // A pipe or an endless device would be read forever.
  if (!info.isFile && !info.isDirectory && path !== "/dev/null") throw new NotRegularFile();
  if (info.size < large) return orUndefined(() => Deno.readFileSync(path));
  const { readLarge } = await importLazily<typeof import("./large_files.ts")>(
    "./large_files.ts",
    import.meta.url,
  );
  return orUndefined(() => readLarge(path, known));
}

async function createNew(path: string, mode: number): Promise<NewFile> {
  const { giveNew } = guestAt(path) === undefined ? {} : await asRoot();
  const file = await inPlace(path, (here, owner) => {
    const file = Deno.openSync(here, { write: true, createNew: true, mode });
    try {
      if (owner !== undefined) giveNew!(here, file.statSync(), mode, owner);
      else if (lacks(file.statSync().mode, mode)) Deno.chmodSync(here, mode);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  });
  if (isWindows) newFiles.set(path, file);
  const opened = lockable(file);
  return {
    ...opened,
    write: (bytes) => now(() => file.writeSync(bytes)),
    sync: () => file.sync(),
    close: () => {
      if (newFiles.get(path) === file) newFiles.delete(path);
      opened.close();
    },
  };
}

/** On Windows, the open files that are to be renamed. */
const newFiles = new Map<string, Deno.FsFile>();

async function makeDirectory(path: string, mode: number): Promise<void> {
  if (orUndefined(() => Deno.statSync(path))?.isDirectory) return;
  const folder = dirname(path);
  if (folder !== path) await makeDirectory(folder, mode);
  if (guestAt(path) !== undefined) {
    const { makeDirectoryFor } = await asRoot();
    return await inPlace(path, (here, owner) => makeDirectoryFor(here, mode, owner));
  }
  try {
    Deno.mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been quicker.
    if (orUndefined(() => Deno.statSync(path))?.isDirectory) return;
    throw error;
  }
  if (lacks(Deno.statSync(path).mode, mode)) Deno.chmodSync(path, mode);
}

/** Reports whether the umask removed bits; extra bits do not come from the umask. */
function lacks(mode: number | null, wanted: number): boolean {
  return !isWindows && lacksBits(mode, wanted);
}

function lacksBits(mode: number | null, wanted: number): boolean {
  return mode !== null && (mode & wanted) !== wanted;
}

function linkStatus(path: string): LinkStatus | undefined {
  const info = orUndefined(() => Deno.lstatSync(path));
  if (info === undefined) return undefined;
  return {
    ...fileStatus(info),
    ...(info.isSymlink && { linkTarget: Deno.readLinkSync(path) }),
  };
}

function fileStatus(info: Deno.FileInfo): FileStatus {
  return {
    isFile: info.isFile,
    isDirectory: info.isDirectory,
    mode: isWindows || info.mode === null ? undefined : info.mode & 0o7777,
    ...(isWindows && info.isFile && lacksBits(info.mode, 0o222) && { isReadOnly: true }),
    uid: info.uid ?? undefined,
    gid: info.gid ?? undefined,
    linkCount: info.nlink ?? 1,
    size: info.size,
    accessed: info.atime ?? undefined,
  };
}

async function resolveLinks(path: string): Promise<string> {
  const real = orUndefined(() => Deno.realPathSync(path));
  if (real !== undefined) return real;
  // Loading this takes a third of the time that an empty script runs.
  const { resolve } = await import("node:path");
  const above = dirname(path);
  if (above === path) return path;
  const parent = await resolveLinks(above);
  const link = orUndefined(() => Deno.lstatSync(path));
  if (link?.isSymlink) return await resolveLinks(resolve(parent, Deno.readLinkSync(path)));
  return join(parent, basename(path));
}

/**
 * Renames a file within one folder. Windows calls a target that is open for others forbidden; a new
 * file is unlocked there first, since nobody can read what is locked, not even for a moment.
 */
async function renameOver(from: string, to: string): Promise<void> {
  await newFiles.get(from)?.unlock().catch(() => {});
  return await onceFree(
    () => inPlace(to, (here) => Deno.renameSync(join(dirname(here), basename(from)), here)),
    (error) => isHeld(error) || error instanceof Deno.errors.PermissionDenied,
  );
}

/** @param release what to do at the end, while the lock is still held; does not throw */
function lockable(file: Deno.FsFile, release = () => {}): LockableFile {
  let waiting: Promise<boolean> | undefined;
  let isLocked = false;
  return {
    tryLock: async () => {
      const { tryLock } = file as { tryLock?: (exclusive: boolean) => Promise<boolean> };
      if (tryLock !== undefined) return isLocked = await tryLock.call(file, true);
      // Deno before 2.7 can only wait for a lock; it goes on waiting between our tries.
      waiting ??= file.lock(true).then(() => isLocked = true);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), 50);
      });
      return await Promise.race([waiting, tooLong]).finally(() => clearTimeout(timer));
    },
    isAt: (path) => now(() => isAt(file, path)),
    close: () => {
      if (isLocked) {
        release();
        try {
          // A program that another thread is just starting has the file open until it runs.
          file.unlockSync();
        } catch { /* closing it unlocks it as soon as nobody has it open */ }
      }
      file.close();
    },
  };
}

function isAt(file: Deno.FsFile, path: string): boolean {
  let there: Deno.FileInfo | undefined;
  try {
    there = orUndefined(() => Deno.statSync(path));
  } catch (error) {
    // Windows says so of a file that is removed as soon as everybody has closed it.
    if (!isWindows || !(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
  const ours = file.statSync();
  // Inode numbers may be larger than a number holds exactly.
  return there !== undefined && there.dev === ours.dev && there.ino === ours.ino &&
    ours.nlink !== 0;
}

/** A file that is removed, while its lock is held, before it is closed. */
function mark(file: Deno.FsFile, path: string, remove: () => void): LockableFile {
  return lockable(file, () => {
    try {
      // Another one may be there by now, with a lock of somebody else.
      if (isAt(file, path)) remove();
    } catch { /* the next one who locks it removes it */ }
  });
}
