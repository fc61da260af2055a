/**
 * Judges whether another user could have written a file or folder. Pure.
 *
 * @module
 */

import type { LinkStatus } from "../context.ts";
import { shellWord } from "../hint_words.ts";

/** Whose files are trusted. */
export interface Believed {
  /** Users that are us, or can do anything to us. */
  readonly users: readonly number[];
  /**
   * The owner of `/`; in a user namespace where root has no number, the number that stands for it.
   */
  readonly rootUser: number | undefined;
}

/**
 * The verdict on one step of a path. A `shared` folder is one like /tmp: anyone can create files in
 * it, but nobody can replace another user's.
 */
export type Verdict = "ours" | "shared" | "foreign" | "open" | "open-to-group";

/**
 * Judges a file, a folder or a link by its owner and its mode.
 *
 * A link has no mode of its own, and can be redirected only by replacing it, so its owner counts
 * only where others may have created it. The sticky bit keeps others from replacing our files in a
 * folder of root's; in a folder of anyone else it is not trusted to do so.
 *
 * @param isInShared whether it is in a shared folder
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

/** Why a step of a path is not trusted. */
export interface Fault {
  readonly kind: "foreign" | "open" | "open-to-group" | "led";
  /** The file, the folder or, for `led`, the link. */
  readonly path: string;
  readonly status: LinkStatus;
}

/** Describes a fault, such as `/x belongs to another user (uid 1002)`. */
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

/** The variable that allows untrusted files anyway. */
export const allowVariable = "STSMFA_ALLOW_FOREIGN_FILES";

/** Whether its value says so. */
export function allowsForeign(value: string | undefined): boolean {
  return /^(1|true|yes)$/i.test(value ?? "");
}

/**
 * Returns how to fix a fault, and how to override the check.
 *
 * @param variable the one whose value leads there, if any
 */
export function faultHint(
  { kind, path, status: { isDirectory, isFile } }: Fault,
  variable?: string,
): string {
  const word = shellWord(path);
  // A device, such as /dev/null, belongs to the whole system and stays as it is.
  const isDevice = !isDirectory && !isFile;
  const isOthers = kind === "foreign" || kind === "led";
  const mend = isOthers || isDevice
    ? variable === undefined
      ? `see ${isOthers ? "whose" : "what"} it is: ls -ld ${word}`
      : `${variable} points there; set it to a folder of your own`
    : isDirectory
    ? `check what is in it, then: chmod go-w ${word}`
    : `check what is in it, then: chmod go-w ${word}; or remove it: rm ${word}`;
  return `${mend}; to use it anyway: ${allowVariable}=1`;
}
