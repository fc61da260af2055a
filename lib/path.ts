/**
 * The few path operations that are needed; `node:path` costs more to load than it saves.
 *
 * @module
 */

/** Returns the directory that holds a file; `.` for a bare name. */
export function dirname(path: string): string {
  const end = lastSeparator(path);
  if (end < 0) return ".";
  return end === 0 || path[end - 1] === ":" ? path.slice(0, end + 1) : path.slice(0, end);
}

/** Returns the last part of a path. */
export function basename(path: string): string {
  return path.slice(lastSeparator(path) + 1);
}

/** Returns the path of a name in a directory. */
export function join(directory: string, name: string): string {
  return /[/\\]$/.test(directory) ? directory + name : `${directory}/${name}`;
}

/** Finds the last slash; a backslash counts only without one, since it may be part of a name. */
function lastSeparator(path: string): number {
  const slash = path.lastIndexOf("/");
  return slash >= 0 ? slash : path.lastIndexOf("\\");
}
