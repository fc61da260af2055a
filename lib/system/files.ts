/**
 * The real file system. What takes less time than starting a thread is done synchronously: every
 * operation on small files except syncing.
 *
 * @module
 */

import type { Files, FileStatus, LinkStatus, LockableFile, NewFile } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import { dirname } from "../path.ts";
import type { Owner } from "./as_root.ts";

const isWindows = Deno.build.os === "windows";

/** Acts synchronously; an exception becomes a rejection. */
function now<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => resolve(act()));
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
  read: (path) =>
    now(() =>
      orUndefined(() => {
        const { isFile, isDirectory } = Deno.statSync(path);
        // A pipe or an endless device would be read forever.
        if (!isFile && !isDirectory && path !== "/dev/null") throw new NotRegularFile();
        return Deno.readFileSync(path);
      })
    ),
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
  remove: (path) => now(() => Deno.removeSync(path)),
  makeDirectory,
  changeMode: async (path, mode) => {
    if (isWindows) return;
    if (otherOwner(dirname(path)) === undefined) return Deno.chmodSync(path, mode);
    (await asRoot()).changeModeOf(path, mode);
  },
  changeOwner: async (path, uid, gid) => {
    if (isWindows) return;
    if (otherOwner(dirname(path)) === undefined) return Deno.chownSync(path, uid, gid);
    (await asRoot()).changeOwnerOf(path, { uid, gid });
  },
  syncDirectory: async (path) => {
    if (isWindows) return;
    using directory = Deno.openSync(path);
    await directory.sync();
  },
  openLockable: async (path, kind) => {
    const owner = kind === "file" ? otherOwner(dirname(path)) : undefined;
    if (owner !== undefined && linkStatus(path) === undefined) {
      (await createNew(path, 0o600)).close();
    }
    if (kind === "directory") return lockable(Deno.openSync(path, { read: true }));
    const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    if (lacks(file.statSync().mode, 0o600)) Deno.chmodSync(path, 0o600);
    return lockable(file);
  },
  openExisting: (path) =>
    now(() => {
      // Opening a pipe would block.
      if (!Deno.lstatSync(path).isFile) return undefined;
      try {
        return lockable(Deno.openSync(path, { read: true }));
      } catch (error) {
        if (error instanceof Deno.errors.PermissionDenied) return undefined;
        throw error;
      }
    }),
};

/** Returns the owner of a folder if we are root and it is not root's. */
function otherOwner(folder: string): Owner | undefined {
  if (isWindows || Deno.uid() !== 0) return undefined;
  const { uid, gid } = Deno.statSync(folder);
  return uid === null || uid === 0 ? undefined : { uid, gid: gid ?? uid };
}

function asRoot(): Promise<typeof import("./as_root.ts")> {
  return importLazily<typeof import("./as_root.ts")>("./as_root.ts", import.meta.url);
}

async function createNew(path: string, mode: number): Promise<NewFile> {
  const owner = otherOwner(dirname(path));
  const file = Deno.openSync(path, { write: true, createNew: true, mode });
  try {
    if (owner !== undefined) (await asRoot()).giveNew(path, file.statSync(), mode, owner);
    else if (lacks(file.statSync().mode, mode)) Deno.chmodSync(path, mode);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    ...lockable(file),
    write: (bytes) => now(() => file.writeSync(bytes)),
    sync: () => file.sync(),
  };
}

async function makeDirectory(path: string, mode: number): Promise<void> {
  if (orUndefined(() => Deno.statSync(path))?.isDirectory) return;
  const folder = dirname(path);
  if (folder !== path) await makeDirectory(folder, mode);
  const owner = otherOwner(folder);
  if (owner !== undefined) return (await asRoot()).makeDirectoryFor(path, mode, owner);
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
  return !isWindows && mode !== null && (mode & wanted) !== wanted;
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
    uid: info.uid ?? undefined,
    gid: info.gid ?? undefined,
    linkCount: info.nlink ?? 1,
  };
}

async function resolveLinks(path: string): Promise<string> {
  const real = orUndefined(() => Deno.realPathSync(path));
  if (real !== undefined) return real;
  // Loading this takes a third of the time that an empty script runs.
  const { basename, dirname, join, resolve } = await import("node:path");
  const above = dirname(path);
  if (above === path) return path;
  const parent = await resolveLinks(above);
  const link = orUndefined(() => Deno.lstatSync(path));
  if (link?.isSymlink) return await resolveLinks(resolve(parent, Deno.readLinkSync(path)));
  return join(parent, basename(path));
}

/** Renames a file; on Windows, waits while another program has the target open. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return Deno.renameSync(from, to);
    } catch (error) {
      const busy = isWindows && error instanceof Deno.errors.PermissionDenied;
      if (!busy || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function lockable(file: Deno.FsFile): LockableFile {
  let waiting: Promise<boolean> | undefined;
  return {
    tryLock: async () => {
      const { tryLock } = file as { tryLock?: (exclusive: boolean) => Promise<boolean> };
      if (tryLock !== undefined) return await tryLock.call(file, true);
      // Deno before 2.7 can only wait for a lock; it goes on waiting between our tries.
      waiting ??= file.lock(true).then(() => true);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), 50);
      });
      return await Promise.race([waiting, tooLong]).finally(() => clearTimeout(timer));
    },
    isAt: (path) =>
      now(() => {
        const there = orUndefined(() => Deno.statSync(path));
        const ours = file.statSync();
        // Inode numbers may be larger than a number holds exactly.
        return there !== undefined && there.dev === ours.dev && there.ino === ours.ino &&
          ours.nlink !== 0;
      }),
    close: () => file.close(),
  };
}
