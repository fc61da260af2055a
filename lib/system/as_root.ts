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
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  writeSync,
} from "node:fs";
import type { NewFile } from "../context.ts";

/** Whose it will be. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Creates a file for somebody. */
export function createNewFor(path: string, mode: number, { uid, gid }: Owner): NewFile {
  const fd = openSync(path, "wx", mode);
  try {
    fchmodSync(fd, mode);
    fchownSync(fd, uid, gid);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return {
    write: (bytes) => Promise.resolve().then(() => writeSync(fd, bytes)),
    sync: () => Promise.resolve().then(() => fsyncSync(fd)),
    close: () => closeSync(fd),
  };
}

/** Creates a folder for somebody. */
export function makeDirectoryFor(path: string, mode: number, { uid, gid }: Owner): void {
  mkdirSync(path, { mode });
  withOpen(path, 0, (fd) => {
    fchmodSync(fd, mode);
    fchownSync(fd, uid, gid);
  });
}

/** Sets the mode of what is not a link. */
export function changeModeOf(path: string, mode: number): void {
  withOpen(path, lstatSync(path).uid, (fd) => fchmodSync(fd, mode));
}

/** Gives what is not a link to somebody, if it is still the one of before. */
export function changeOwnerOf(path: string, { uid, gid }: Owner): void {
  withOpen(path, lstatSync(path).uid, (fd) => fchownSync(fd, uid, gid));
}

/** @param owner of what is meant: something else may have taken its place */
function withOpen(path: string, owner: number, act: (fd: number) => void): void {
  const before = lstatSync(path);
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fstatSync(fd);
    if (status.uid !== owner || status.ino !== before.ino || status.dev !== before.dev) {
      throw Object.assign(new Error(`${path} was replaced`), { code: "EPERM" });
    }
    act(fd);
  } finally {
    closeSync(fd);
  }
}
