/**
 * A file system on paper: nothing but names, owners, modes and links.
 *
 * @module
 */

import type { Files, LinkStatus } from "../../lib/context.ts";

/** One thing on it. */
export interface PaperEntry {
  readonly kind: "folder" | "file" | "link" | "device";
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** Where a link leads; what is in a file. */
  readonly text?: string;
}

/** Things by their path. */
export type Paper = Readonly<Record<string, PaperEntry>>;

/** What a check of ownership needs; where modes are kept, they can be changed. */
export function paperFiles(paper: Paper, { keepsModes = true } = {}): Files {
  const modes = new Map<string, number>();
  const linkStatus = (path: string): LinkStatus | undefined => {
    const entry = paper[path];
    if (entry === undefined) return undefined;
    const { kind, uid, gid, text } = entry;
    return {
      isFile: kind === "file",
      isDirectory: kind === "folder",
      mode: kind === "link" ? 0o777 : modes.get(path) ?? entry.mode,
      uid,
      gid,
      linkCount: 1,
      ...(kind === "link" && { linkTarget: text! }),
    };
  };
  const resolve = (path: string): string => {
    let at = "";
    for (const name of path.split("/").filter((each) => each !== "" && each !== ".")) {
      at = name === ".." ? at.replace(/\/[^/]*$/, "") : `${at}/${name}`;
      const entry = paper[at];
      if (entry?.kind === "link") {
        const folder = at.replace(/\/[^/]*$/, "");
        at = resolve(entry.text!.startsWith("/") ? entry.text! : `${folder}/${entry.text}`);
      }
    }
    return at === "" ? "/" : at;
  };
  return {
    linkStatus: (path: string) => Promise.resolve(linkStatus(path)),
    status: (path: string) => Promise.resolve(linkStatus(resolve(path))),
    resolveLinks: (path: string) => Promise.resolve(resolve(path)),
    read: (path: string) => {
      const text = paper[path]?.text;
      return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text));
    },
    changeMode: (path: string, mode: number) => {
      if (keepsModes) modes.set(path, mode);
      return Promise.resolve();
    },
  } as unknown as Files;
}

/** A folder, for its owner alone unless something else is said. */
export function folder(uid: number, mode = 0o755, gid = uid): PaperEntry {
  return { kind: "folder", uid, gid, mode };
}

/** A file, likewise. */
export function file(uid: number, mode = 0o600, gid = uid, text = ""): PaperEntry {
  return { kind: "file", uid, gid, mode, text };
}

/** A symbolic link. */
export function link(uid: number, text: string): PaperEntry {
  return { kind: "link", uid, gid: uid, mode: 0o777, text };
}
