/**
 * A file system that fails on demand: at its n-th operation, from then on like a full disk, at its n-th byte, or with
 * short writes. Closing is not counted: the runtime does not report its errors.
 *
 * @module
 */

import type { Files, LockableFile, NewFile } from "../../lib/context.ts";

/** A system error, by its system name. */
export type SystemCode = "ENOSPC" | "EDQUOT" | "EROFS" | "EIO" | "EACCES";

/** What goes wrong. */
export interface Failure {
  /** The operation that fails, counted from 1; 0 for none. */
  readonly at: number;
  readonly code: SystemCode;
  /** Whether every later operation that such a disk refuses fails, too. */
  readonly lasting?: boolean;
  /** How many bytes fit on the disk, all files together; then writes are short, and then refused. */
  readonly bytes?: number;
}

/** One requested operation. */
export interface Operation {
  readonly name: string;
  readonly path: string;
}

/** Operations that a full disk refuses; removing and renaming still work there. */
const spaceNeeded = ["createNew", "write", "sync", "makeDirectory"];

/** Operations that a read-only file system refuses. */
const changes = [...spaceNeeded, "rename", "remove", "changeMode", "changeOwner"];

/** Wraps a file system, and counts its operations. */
export class FailingFiles {
  /** Every operation so far, failed ones included. */
  readonly operations: Operation[] = [];
  /** How often an operation failed. */
  failures = 0;
  /** Whether something could not be removed, or on Windows locked, where locks are files. */
  isStuck = false;
  #free: number;

  constructor(private readonly failure: Failure) {
    this.#free = failure.bytes ?? Infinity;
  }

  /** The operation that failed first. */
  get failed(): Operation | undefined {
    return this.failures === 0 ? undefined : this.operations[this.failure.at - 1];
  }

  /** Use as `files` of a test context. */
  readonly wrap = (files: Files): Files => ({
    read: (path) => this.#do("read", path, () => files.read(path)),
    status: (path) => this.#do("status", path, () => files.status(path)),
    // A look along the way to a file begins with the root, and counts as one operation.
    linkStatus: (path) =>
      path === "/"
        ? this.#do("linkStatus", path, () => files.linkStatus(path))
        : files.linkStatus(path),
    resolveLinks: (path) => this.#do("resolveLinks", path, () => files.resolveLinks(path)),
    createNew: (path, mode) =>
      this.#do(
        "createNew",
        path,
        async () => this.#newFile(path, await files.createNew(path, mode)),
      ),
    list: (directory) => this.#do("list", directory, () => files.list(directory)),
    rename: (from, to) => this.#do("rename", from, () => files.rename(from, to)),
    remove: (path) => this.#do("remove", path, () => files.remove(path)),
    makeDirectory: (path, mode) =>
      this.#do("makeDirectory", path, () => files.makeDirectory(path, mode)),
    changeMode: (path, mode) => this.#do("changeMode", path, () => files.changeMode(path, mode)),
    changeOwner: (path, uid, gid) =>
      this.#do("changeOwner", path, () => files.changeOwner(path, uid, gid)),
    syncDirectory: (path) => this.#do("syncDirectory", path, () => files.syncDirectory(path)),
    openLockable: (path, kind) =>
      this.#do(
        "openLockable",
        path,
        async () => this.#lockable(path, await files.openLockable(path, kind)),
      ),
    openExisting: (path) =>
      this.#do("openExisting", path, async () => {
        const file = await files.openExisting(path);
        return file && this.#lockable(path, file);
      }),
  });

  #newFile(path: string, file: NewFile): NewFile {
    return {
      ...this.#lockable(path, file),
      write: (bytes) =>
        this.#do("write", path, async () => {
          const fitting = bytes.subarray(0, Math.min(bytes.length, this.#free));
          if (fitting.length === 0) {
            this.failures++;
            throw systemError(this.failure.code);
          }
          this.#free -= fitting.length;
          return await file.write(fitting);
        }),
      sync: () => this.#do("sync", path, () => file.sync()),
    };
  }

  #lockable(path: string, file: LockableFile): LockableFile {
    return {
      tryLock: () => this.#do("tryLock", path, () => file.tryLock()),
      isAt: (where) => this.#do("isAt", where, () => file.isAt(where)),
      close: () => file.close(),
    };
  }

  async #do<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
    this.operations.push({ name, path });
    const { at, code, lasting } = this.failure;
    const n = this.operations.length;
    const refused = code === "EROFS" ? changes : spaceNeeded;
    if (n === at || (lasting && at > 0 && n > at && refused.includes(name))) {
      this.failures++;
      const isLockFile = name === "tryLock" && path.endsWith(".lock");
      this.isStuck ||= name === "remove" || isLockFile;
      throw systemError(code);
    }
    return await work();
  }
}

/** Wraps a file system so that each write takes at most so many bytes. */
export function shortWrites(most: number): (files: Files) => Files {
  return (files) => ({
    ...files,
    createNew: async (path, mode) => {
      const file = await files.createNew(path, mode);
      return { ...file, write: (bytes) => file.write(bytes.subarray(0, most)) };
    },
  });
}

/** Returns the error that the runtime throws. */
function systemError(code: SystemCode): Error {
  const message = `${code} on order`;
  if (code === "EACCES") return new Deno.errors.PermissionDenied(message);
  return Object.assign(new Error(message), { code });
}
