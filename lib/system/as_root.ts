/**
 * File operations for root in another user's folder. That user can replace any name in it with a
 * link at any moment: everything is done to an open file, or to a name in an open folder, or root would
 * be misled. Where there is no /proc, a folder can still be exchanged after the last look at it.
 *
 * @module
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
} from "node:fs";
import { refusals } from "../files/no_modes.ts";
import { allowsForeign, allowVariable } from "../files/ownership.ts";
import { basename, dirname, join } from "../path.ts";
import { systemErrorCode } from "../storage_error.ts";

/** The owner to set. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Does something at a path, in the folder that is there now, whatever is put in its place meanwhile.
 * A folder that is not the user's has to be where its path says, with no link on the way.
 *
 * @param guest who could put something else there
 * @param act gets another path to the same place, and the folder's owner where that is not root
 */
export function inFolder<T>(
  path: string,
  guest: number,
  act: (here: string, owner: Owner | undefined) => T,
): T {
  const folder = dirname(path);
  const { O_RDONLY, O_DIRECTORY, O_NONBLOCK } = constants;
  const fd = openSync(folder, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  try {
    const { uid, gid } = fstatSync(fd);
    const held = pathOf(fd);
    const real = held === undefined ? realpathSync(folder) : readlinkSync(held);
    const isLed = uid !== guest && real !== folder;
    if (isLed && !allowsForeign(Deno.env.get(allowVariable))) throw replaced(folder);
    const here = held === undefined ? path : `${held}/${basename(path)}`;
    return act(here, uid === 0 ? undefined : { uid, gid });
  } finally {
    closeSync(fd);
  }
}

/** Opens a file or a folder, but no link, and nothing that would be waited for. */
export function openAt(path: string, kind: "file" | "directory", write = false): Deno.FsFile {
  const { O_RDONLY, O_RDWR, O_NONBLOCK, O_NOFOLLOW, O_DIRECTORY } = constants;
  const only = kind === "file" ? O_NOFOLLOW : O_DIRECTORY;
  const fd = openOrReplaced(path, (write ? O_RDWR : O_RDONLY) | O_NONBLOCK | only);
  try {
    const isThat = kind === "file" ? fstatSync(fd).isFile() : true;
    if (!isThat) throw replaced(path);
    return Deno.openSync(pathOf(fd) ?? path, { read: true, write });
  } finally {
    closeSync(fd);
  }
}

/** Another path to what is open; the runtime's numbers are not always the system's. */
function pathOf(fd: number): string | undefined {
  const { dev, ino } = fstatSync(fd);
  const isIt = (path: string) => {
    try {
      const there = statSync(path);
      return there.dev === dev && there.ino === ino;
    } catch {
      return false;
    }
  };
  const first = `/proc/self/fd/${fd}`;
  if (isIt(first)) return first;
  try {
    return readdirSync("/proc/self/fd").map((name) => `/proc/self/fd/${name}`).find(isIt);
  } catch {
    return undefined;
  }
}

/** Opens what was there just now. */
function openOrReplaced(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    const isOther = ["ENOENT", "ELOOP", "ENXIO", "ENOTDIR"].includes(systemErrorCode(error) ?? "");
    throw isOther ? replaced(path) : error;
  }
}

function replaced(path: string): Error {
  return Object.assign(new Error(`${path} was replaced`), { code: "ESTALE" });
}

/**
 * Sets mode and owner of a file that was just created, unless another file is at its path by now.
 */
export function giveNew(path: string, created: Inode, mode: number, owner: Owner): void {
  withOpen(path, (fd) => give(fd, mode, owner), created);
}

/**
 * Creates a folder for somebody, or for root; one that is there is as good. It gets its name when it is
 * given away, or a run that was killed would shut its owner out.
 */
export function makeDirectoryFor(path: string, mode: number, owner: Owner | undefined): void {
  const fresh = join(dirname(path), `.${basename(path)}.${Deno.pid}.stsmfa-tmp`);
  mkdirSync(fresh, { mode });
  try {
    withOpen(fresh, (fd) => give(fd, mode, owner ?? { uid: 0, gid: 0 }));
    renameSync(fresh, path);
  } catch (error) {
    rmdirSync(fresh);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    throw error;
  }
}

/** Sets mode and owner; a file system that has neither may refuse, which does no harm. */
function give(fd: number, mode: number, { uid, gid }: Owner): void {
  for (const act of [() => fchmodSync(fd, mode), () => fchownSync(fd, uid, gid)]) {
    try {
      act();
    } catch (error) {
      if (!refusals.includes(systemErrorCode(error) ?? "")) throw error;
    }
  }
}

/** Sets the mode of a path that is not a link. */
export function changeModeOf(path: string, mode: number): void {
  withOpen(path, (fd) => fchmodSync(fd, mode));
}

/** Gives what is not a link to somebody; what is root's stays so in a folder that is not. */
export function changeOwnerOf(path: string, { uid, gid }: Owner, isInRoots: boolean): void {
  withOpen(path, (fd) => {
    // What root made there was given away at once.
    if (!isInRoots && fstatSync(fd).uid === 0) {
      throw Object.assign(new Error(`${path} is root's`), { code: "EPERM" });
    }
    fchownSync(fd, uid, gid);
  });
}

/** What identifies a file. */
interface Inode {
  readonly dev: number;
  readonly ino: number | null;
}

/** Acts on what is at a path now; refuses to follow a link there. */
function withOpen(
  path: string,
  act: (fd: number) => void,
  before: Inode = lstatSync(path),
): void {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const fd = openOrReplaced(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fstatSync(fd);
    if (status.ino !== before.ino || status.dev !== before.dev) throw replaced(path);
    // By another name it may be a file elsewhere.
    if (status.isFile() && status.nlink > 1) {
      throw Object.assign(new Error(`${path} has other names`), { code: "EMLINK" });
    }
    act(fd);
  } finally {
    closeSync(fd);
  }
}
