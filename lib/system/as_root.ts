/**
 * What root does in a folder of another user, who can put a link in the place of any name in it at any
 * moment: everything is done to an open file, never to a name, or root would be led elsewhere.
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
} from "node:fs";
import { refusals } from "../files/no_modes.ts";
import { systemErrorCode } from "../storage_error.ts";

/** Whose it will be. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives a file that was just created to somebody, unless something else is at its path by now. */
export function giveNew(path: string, created: Inode, mode: number, owner: Owner): void {
  withOpen(path, (fd) => give(fd, mode, owner), created);
}

/** Creates a folder for somebody. */
export function makeDirectoryFor(path: string, mode: number, owner: Owner): void {
  mkdirSync(path, { mode });
  withOpen(path, (fd) => give(fd, mode, owner));
}

/** What a file system that has neither modes nor owners does not do, nobody misses there. */
function give(fd: number, mode: number, { uid, gid }: Owner): void {
  for (const act of [() => fchmodSync(fd, mode), () => fchownSync(fd, uid, gid)]) {
    try {
      act();
    } catch (error) {
      if (!refusals.includes(systemErrorCode(error) ?? "")) throw error;
    }
  }
}

/** Sets the mode of what is not a link. */
export function changeModeOf(path: string, mode: number): void {
  withOpen(path, (fd) => fchmodSync(fd, mode));
}

/** Gives what is not a link to somebody. */
export function changeOwnerOf(path: string, { uid, gid }: Owner): void {
  withOpen(path, (fd) => fchownSync(fd, uid, gid));
}

/** What tells a file from all others. */
interface Inode {
  readonly dev: number;
  readonly ino: number | null;
}

/** Does something with what is at a path now; refuses what a link there would lead to. */
function withOpen(
  path: string,
  act: (fd: number) => void,
  before: Inode = lstatSync(path),
): void {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fstatSync(fd);
    if (status.ino !== before.ino || status.dev !== before.dev) {
      throw Object.assign(new Error(`${path} was replaced`), { code: "EPERM" });
    }
    act(fd);
  } finally {
    closeSync(fd);
  }
}
