/**
 * What people are told has `~` for their home directory. Tests compare whole paths, in which another
 * home cannot be taken for theirs.
 *
 * @module
 */

/** What tests write with `~` themselves: values of keys, and paths that messages have so. */
const asGiven = String.raw`(?:shop|none|x)/|\{|aws-creds|PATH|\.bashrc|\.config/fish|\.stscreds`;

const pattern = new RegExp(String.raw`(?<==) ~|(^|[\s(])~(?=[/\\](?!${asGiven}))`, "g");

/** Returns words in which each path below `~` is whole. */
export function wholePaths(words: string, home: string): string {
  return words.replaceAll(
    pattern,
    (all, before?: string) => before === undefined ? all : before + home,
  );
}
