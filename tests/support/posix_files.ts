/**
 * The files of a POSIX system, played on Windows: paths begin with `/` on the drive that we are on,
 * modes are remembered, folders can be locked. What tests do to files themselves is not seen here.
 *
 * @module
 */

import type { Files, FileStatus, LinkStatus, NewFile } from "../../lib/context.ts";
import { basename, dirname, join } from "../../lib/path.ts";

/** The user that is played; all that tests make is this user's, and the rest is root's. */
export const playedUser = 1000;

/** Makes a folder for a test on the drive that we are on, and returns its path without that. */
export async function makePosixFolder(prefix: string): Promise<string> {
  const dir = posixPath(Deno.env.get("TEMP") ?? "/");
  await Deno.mkdir(dir, { recursive: true });
  return posixPath(await Deno.makeTempDir({ dir, prefix }));
}

/** Returns a path of this drive as on a POSIX system. */
export function posixPath(path: string): string {
  return path.replace(/^[A-Za-z]:/, "").replaceAll("\\", "/");
}

/** Returns the real files as those of a POSIX system. */
export function posixFiles(files: Files): Files {
  const modes = new Map<string, number>();
  const open = new Map<string, PlayedFile>();
  const played = <STATUS extends FileStatus>(path: string, status: STATUS): STATUS => {
    const isOurs = path.includes("/stsmfa-");
    const usual = status.isDirectory ? 0o700 : status.isReadOnly ? 0o400 : 0o600;
    const id = isOurs ? playedUser : 0;
    return { ...status, mode: modes.get(path) ?? (isOurs ? usual : 0o755), uid: id, gid: id };
  };
  const resolveLinks = async (path: string) => posixPath(await files.resolveLinks(path));
  return {
    ...files,
    resolveLinks,
    status: async (path) => {
      const status = await files.status(path);
      if (status === undefined && (await files.status(dirname(path)))?.isFile) {
        throw new Deno.errors.NotADirectory(`Not a directory (os error 20): stat '${path}'`);
      }
      return status && played(await resolveLinks(path), status);
    },
    linkStatus: async (path) => {
      const status: LinkStatus | undefined = await files.linkStatus(path);
      return status && played(path, status);
    },
    openExisting: async (path) => {
      if (basename(path) !== "credentials" || await files.status(path) === undefined) {
        return await files.openExisting(path);
      }
      // It may be replaced by whoever has it locked; not in its folder, where tests look.
      const beside = join(dirname(dirname(path)), `.${basename(path)}.played-turn`);
      const lock = await files.openLockable(beside, "mark");
      return { ...lock, isAt: () => lock.isAt(beside) };
    },
    createNew: async (path, mode) => {
      const file = new PlayedFile(await files.createNew(path, mode));
      open.set(path, file);
      modes.set(path, mode);
      return file;
    },
    makeDirectory: async (path, mode) => {
      const isNew = await files.status(path) === undefined;
      await files.makeDirectory(path, mode);
      if (isNew) modes.set(path, mode);
    },
    changeMode: (path, mode) => Promise.resolve(void modes.set(path, mode)),
    rename: async (from, to) => {
      open.get(from)?.leave(to);
      open.delete(from);
      await files.rename(from, to);
      modes.set(to, modes.get(from) ?? 0o600);
      modes.delete(from);
    },
    openLockable: async (path, kind) => {
      const isKept = path.endsWith(".json");
      if (kind === "mark" || (kind === "file" && !isKept)) {
        return await files.openLockable(path, kind);
      }
      // Windows locks no folders, and lets nobody read or replace a file that is locked.
      const beside = (path: string) => join(dirname(path), `.${basename(path)}.played-lock`);
      if (kind === "file" && await files.status(path) === undefined) {
        (await files.createNew(path, 0o600)).close();
      }
      const lock = await files.openLockable(beside(path), "mark");
      return { ...lock, isAt: (path) => lock.isAt(beside(path)) };
    },
  };
}

/** A new file that may replace another one while it is open: on Windows it is closed for that. */
class PlayedFile implements NewFile {
  #at: string | undefined;

  constructor(private readonly file: NewFile) {}

  /** Closes it, since it goes to another path. */
  leave(path: string): void {
    if (this.#at === undefined) this.file.close();
    this.#at = path;
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.file.write(bytes);
  }

  sync(): Promise<void> {
    return this.file.sync();
  }

  async tryLock(): Promise<boolean> {
    return this.#at !== undefined || await this.file.tryLock();
  }

  async isAt(path: string): Promise<boolean> {
    return this.#at === undefined ? await this.file.isAt(path) : path === this.#at;
  }

  close(): void {
    if (this.#at === undefined) this.file.close();
    this.#at ??= "";
  }
}
