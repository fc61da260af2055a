/**
 * The real file system.
 *
 * @module
 */

import type { Files, FileStatus, LockableFile } from "./context.ts";

const isWindows = Deno.build.os === "windows";

async function orUndefined<T>(get: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await get();
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
  // Synchronous, since a small file is read before a thread for it has begun.
  read: (path) =>
    orUndefined(() => {
      const { isFile, isDirectory } = Deno.statSync(path);
      // A pipe or an endless device would be read for ever.
      if (!isFile && !isDirectory && path !== "/dev/null") throw new NotRegularFile();
      return Deno.readFileSync(path);
    }),
  status: async (path) => {
    const info = await orUndefined(() => Deno.stat(path));
    return info && fileStatus(info);
  },
  resolveLinks,
  createNew: async (path, mode) => {
    const file = await Deno.open(path, { write: true, createNew: true, mode });
    return {
      write: (bytes) => file.write(bytes),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  list: async (directory) =>
    (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name),
  rename: renameOver,
  remove: (path) => Deno.remove(path),
  makeDirectory: (path, mode) => Deno.mkdir(path, { recursive: true, mode }),
  changeMode: async (path, mode) => {
    if (!isWindows) await Deno.chmod(path, mode);
  },
  changeOwner: async (path, uid, gid) => {
    if (!isWindows) await Deno.chown(path, uid, gid);
  },
  syncDirectory: async (path) => {
    if (isWindows) return;
    using directory = await Deno.open(path);
    await directory.sync();
  },
  openLockable: async (path, kind) =>
    lockable(
      await Deno.open(
        path,
        kind === "directory" ? { read: true } : {
          read: true,
          write: true,
          create: true,
          mode: 0o600,
        },
      ),
    ),
};

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
  const real = await orUndefined(() => Deno.realPath(path));
  if (real !== undefined) return real;
  const link = await orUndefined(() => Deno.lstat(path));
  if (!link?.isSymlink) {
    const { basename, dirname, join } = await import("node:path");
    const parent = await orUndefined(() => Deno.realPath(dirname(path)));
    return parent === undefined ? path : join(parent, basename(path));
  }
  const { dirname, resolve } = await import("node:path");
  return resolveLinks(resolve(dirname(path), await Deno.readLink(path)));
}

/** On Windows a file that somebody has open can't be replaced; that passes. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      const busy = isWindows && error instanceof Deno.errors.PermissionDenied;
      if (!busy || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function lockable(file: Deno.FsFile): LockableFile {
  return {
    tryLock: async () => {
      const { tryLock } = file as { tryLock?: (exclusive: boolean) => Promise<boolean> };
      if (tryLock !== undefined) return await tryLock.call(file, true);
      // Deno before 2.7 can only wait for a lock.
      await file.lock(true);
      return true;
    },
    read: async () => {
      await file.seek(0, Deno.SeekMode.Start);
      const content = new Uint8Array((await file.stat()).size);
      let length = 0;
      while (length < content.length) {
        const count = await file.read(content.subarray(length));
        if (count === null) break;
        length += count;
      }
      return content.subarray(0, length);
    },
    replace: async (content) => {
      await file.truncate(0);
      await file.seek(0, Deno.SeekMode.Start);
      for (let rest = content; rest.length > 0;) rest = rest.subarray(await file.write(rest));
    },
    close: () => file.close(),
  };
}
