/**
 * What people are told has `~` for their home directory. Tests compare whole paths, in which another
 * home cannot be taken for theirs.
 *
 * @module
 */

/** Returns words in which each path below `~`, of a hidden folder, is whole; values keep theirs. */
export function wholePaths(words: string, home: string): string {
  return words.replaceAll(
    /(?<==) ~|(^|[\s(])~(?=[/\\](?:\.(?!bashrc)|pipe))/g,
    (all, before?: string) => before === undefined ? all : before + home,
  );
}
