/**
 * Whether a file or a folder can have been written by somebody else. Pure.
 *
 * @module
 */

import type { LinkStatus } from "../context.ts";
import { shellWord } from "../errors.ts";

/** Whose files are believed. */
export interface Believed {
  /** Users that are us, or can do everything to us. */
  readonly users: readonly number[];
  /** Who owns `/`: in a user namespace, where root has no number, the number that stands for it. */
  readonly rootUser: number | undefined;
}

/**
 * What is to be said of one step of a way. A folder that is `shared` is one as /tmp: everybody can put
 * something into it, but nobody can replace what is another's.
 */
export type Verdict = "ours" | "shared" | "foreign" | "open" | "open-to-group";

/**
 * Judges a file, a folder or a link by its owner and its mode.
 *
 * A link has no mode of its own, and nobody can change where it leads but by replacing it: its owner
 * counts only where others may have put it. The sticky bit keeps others from replacing what is ours in
 * a folder of root's; in a folder of anybody else it is not taken for that.
 *
 * @param isInShared whether it stands in a shared folder
 */
export function judge(
  { uid, mode, isDirectory, linkTarget }: LinkStatus,
  { users, rootUser }: Believed,
  isInShared: boolean,
): Verdict {
  if (uid === undefined) return "ours";
  const isOurs = users.includes(uid) || (isDirectory && uid === rootUser);
  if (linkTarget !== undefined) return isOurs || !isInShared ? "ours" : "foreign";
  if (!isOurs) return "foreign";
  if (mode === undefined || (mode & 0o022) === 0) return "ours";
  if (isDirectory && (mode & 0o1000) !== 0 && (uid === 0 || uid === rootUser)) return "shared";
  return (mode & 0o002) !== 0 ? "open" : "open-to-group";
}

/** Why something on a way is not believed. */
export interface Fault {
  readonly kind: "foreign" | "open" | "open-to-group" | "led";
  /** What it is about: a file, a folder or, for `led`, the link. */
  readonly path: string;
  readonly status: LinkStatus;
}

/** In words, such as `/x belongs to another user (uid 1002)`. */
export function faultInWords({ kind, path, status: { uid, gid } }: Fault): string {
  switch (kind) {
    case "foreign":
      return `${path} belongs to another user (uid ${uid})`;
    case "open":
      return `others can write ${path}`;
    case "open-to-group":
      return `group ${gid} can write ${path}`;
    case "led":
      return `${path}, a link that another user can change, leads to what is not theirs`;
  }
}

/** The variable that lets everything be used all the same. */
export const allowVariable = "STSMFA_ALLOW_FOREIGN_FILES";

/** Whether its value says so. */
export function allowsForeign(value: string | undefined): boolean {
  return /^(1|true|yes)$/i.test(value ?? "");
}

/**
 * What to do about it, and the way out.
 *
 * @param variable the one whose value leads there, if there is one
 */
export function faultHint(
  { kind, path, status: { isDirectory } }: Fault,
  variable?: string,
): string {
  const word = shellWord(path);
  const mend = kind === "foreign" || kind === "led"
    ? variable === undefined
      ? `see whose it is: ls -ld ${word}`
      : `${variable} leads there; let it name a folder of your own`
    : isDirectory
    ? `see what is in it, then: chmod go-w ${word}`
    : `unless you know what is in it: rm ${word}; else: chmod go-w ${word}`;
  return `${mend}; to use it all the same: ${allowVariable}=1`;
}
