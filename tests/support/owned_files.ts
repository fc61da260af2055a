/**
 * Real files with owners and modes of a test's own making, whoever runs the tests.
 *
 * @module
 */

import type { Files, FileStatus } from "../../lib/context.ts";

/** Us, somebody else, and a group with members. */
export const [me, mallory, staff] = [1000, 2002, 3000];

/** What a test says of a path; the rest is as it is. */
export type Access = Partial<Pick<FileStatus, "uid" | "gid" | "mode">>;

/** What is in the home of a test is ours, all else is root's. */
export class OwnedFiles {
  readonly #access = new Map<string, Access>();
  /** Every mode that was set, by its path. */
  readonly modes: [path: string, mode: number][] = [];
  /** Whether the file system of the home keeps modes; without, everything is 0777. */
  keepsModes = true;
  home = "/nowhere";

  /** Says whose something is. */
  set(path: string, access: Access): void {
    this.#access.set(path, { ...this.#access.get(path), ...access });
  }

  /** Forgets all that was said. */
  clear(): void {
    this.#access.clear();
  }

  /** To be given as `files` of a test context. */
  readonly wrap = (files: Files): Files => ({
    ...files,
    read: async (path) => {
      const text = machine[path];
      return text === undefined ? await files.read(path) : new TextEncoder().encode(text);
    },
    status: async (path) => {
      const status = await files.status(path);
      return status && this.#owned(await files.resolveLinks(path), status);
    },
    linkStatus: async (path) => {
      const status = await files.linkStatus(path);
      return status && this.#owned(path, status);
    },
    changeMode: async (path, mode) => {
      this.modes.push([path, mode]);
      if (!this.keepsModes) return;
      if (this.#access.get(path)?.mode !== undefined) this.set(path, { mode });
      else await files.changeMode(path, mode);
    },
  });

  #owned<STATUS extends FileStatus>(path: string, status: STATUS): STATUS {
    const isAtHome = path === this.home || path.startsWith(`${this.home}/`);
    const owner = isAtHome ? { uid: me, gid: me } : { uid: 0, gid: 0 };
    const mode = isAtHome && !this.keepsModes ? 0o777 : status.mode;
    return { ...status, ...owner, mode, ...this.#access.get(path) };
  }
}

const machine: Readonly<Record<string, string>> = {
  "/etc/passwd": `root:x:0:0::/root:/bin/sh\nme:x:${me}:${me}::/home/me:/bin/sh\n`,
  "/etc/group": `root:x:0:\nme:x:${me}:\nstaff:x:${staff}:mallory\n`,
};
