/**
 * File operations for root in another user's folder. That user can replace any name in it with a
 * link at any moment: everything is done to an open file, never to a name, or root would be misled.
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

/** The owner to set. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Sets mode and owner of a file that was just created, unless another file is at its path by now.
 */
export function giveNew(path: string, created: Inode, mode: number, owner: Owner): void {
  withOpen(path, (fd) => give(fd, mode, owner), created);
}

/** Creates a folder with an owner. */
export function makeDirectoryFor(path: string, mode: number, owner: Owner): void {
  mkdirSync(path, { mode });
  withOpen(path, (fd) => give(fd, mode, owner));
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

/** Sets the owner of a path that is not a link. */
export function changeOwnerOf(path: string, { uid, gid }: Owner): void {
  withOpen(path, (fd) => fchownSync(fd, uid, gid));
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
