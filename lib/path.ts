/**
 * The few operations on paths that are needed. Those of `node:path` cost more to load than they save.
 *
 * @module
 */

/** The directory that holds a file; `.` for a bare name. */
export function dirname(path: string): string {
  const end = lastSeparator(path);
  if (end < 0) return ".";
  return end === 0 || path[end - 1] === ":" ? path.slice(0, end + 1) : path.slice(0, end);
}

/** The last part of a path. */
export function basename(path: string): string {
  return path.slice(lastSeparator(path) + 1);
}

/** A name in a directory. */
export function join(directory: string, name: string): string {
  return /[/\\]$/.test(directory) ? directory + name : `${directory}/${name}`;
}

/** A backslash separates where there is no slash: otherwise it may be part of a name. */
function lastSeparator(path: string): number {
  const slash = path.lastIndexOf("/");
  return slash >= 0 ? slash : path.lastIndexOf("\\");
}
