/**
 * The real file system. What takes less than a thread's start is done synchronously: every operation
 * on small files but making them durable.
 *
 * @module
 */

import type { Files, FileStatus, LockableFile } from "../context.ts";

const isWindows = Deno.build.os === "windows";

/** Does it now; what it throws is a rejection. */
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
        // A pipe or an endless device would be read for ever.
        if (!isFile && !isDirectory && path !== "/dev/null") throw new NotRegularFile();
        return Deno.readFileSync(path);
      })
    ),
  status: (path) =>
    now(() => {
      const info = orUndefined(() => Deno.statSync(path));
      return info && fileStatus(info);
    }),
  resolveLinks,
  createNew: (path, mode) =>
    now(() => {
      const file = Deno.openSync(path, { write: true, createNew: true, mode });
      return {
        ...lockable(file),
        write: (bytes) => now(() => file.writeSync(bytes)),
        sync: () => file.sync(),
      };
    }),
  list: (directory) => now(() => [...Deno.readDirSync(directory)].map(({ name }) => name)),
  rename: renameOver,
  remove: (path) => now(() => Deno.removeSync(path)),
  makeDirectory: (path, mode) => now(() => Deno.mkdirSync(path, { recursive: true, mode })),
  changeMode: (path, mode) => now(() => isWindows ? undefined : Deno.chmodSync(path, mode)),
  changeOwner: (path, uid, gid) =>
    now(() => isWindows ? undefined : Deno.chownSync(path, uid, gid)),
  syncDirectory: async (path) => {
    if (isWindows) return;
    using directory = Deno.openSync(path);
    await directory.sync();
  },
  openLockable: (path, kind) =>
    now(() =>
      lockable(
        Deno.openSync(
          path,
          kind === "directory" ? { read: true } : {
            read: true,
            write: true,
            create: true,
            mode: 0o600,
          },
        ),
      )
    ),
  openExisting: (path) =>
    now(() => {
      // A pipe would be waited for.
      if (!Deno.lstatSync(path).isFile) return undefined;
      try {
        return lockable(Deno.openSync(path, { read: true }));
      } catch (error) {
        if (error instanceof Deno.errors.PermissionDenied) return undefined;
        throw error;
      }
    }),
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
  const real = orUndefined(() => Deno.realPathSync(path));
  if (real !== undefined) return real;
  // Loading it costs a third of a bare script's run.
  const { basename, dirname, join, resolve } = await import("node:path");
  const link = orUndefined(() => Deno.lstatSync(path));
  if (link?.isSymlink) return await resolveLinks(resolve(dirname(path), Deno.readLinkSync(path)));
  const parent = orUndefined(() => Deno.realPathSync(dirname(path)));
  return parent === undefined ? path : join(parent, basename(path));
}

/** On Windows a file that somebody has open can't be replaced; that passes. */
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
        // Numbers of files may be larger than a number holds exactly.
        return there !== undefined && there.dev === ours.dev && there.ino === ours.ino &&
          ours.nlink !== 0;
      }),
    close: () => file.close(),
  };
}
