/**
 * The few path operations that are needed; `node:path` costs more to load than it saves. A path
 * that begins with a drive or a server (`C:\`, `\\server`) follows the rules of Windows, on any
 * system; any other one those of POSIX.
 *
 * @module
 */

import type { Environment } from "./context.ts";
import { endsInQuotes } from "./screen.ts";

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

/** Returns the path of a name in a directory, or of one in a directory there. */
export function join(directory: string, ...names: readonly string[]): string {
  const separator = isWindowsPath(directory) ? "\\" : "/";
  return names.reduce(
    (path, name) => /[/\\]$/.test(path) ? path + name : path + separator + name,
    directory,
  );
}

/** Reports whether a path is the same in every folder. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || isWindowsPath(path);
}

/** Writes a path as Windows does, where it is one of Windows. */
export function native(path: string): string {
  return isWindowsPath(path) ? path.replaceAll("/", "\\") : path;
}

/**
 * Returns the home directory of the user, without a separator at its end, where botocore looks for
 * it: on Windows, HOME does not count, which some shells set there. `undefined` if the environment
 * names none.
 */
export function homeDirectory(env: Pick<Environment, "get" | "os">): string | undefined {
  const home = env.os !== "windows"
    ? env.get("HOME")
    : env.get("USERPROFILE") ?? withDrive(env, env.get("HOMEPATH"));
  return home && withoutEnd(native(home));
}

/**
 * Returns words for people in which paths below the home directory begin with `~`, as shells read
 * them; whole ones are left where a shell would not: within quotes and behind `=`, and where the
 * shell is another user's. What is to be written to `credential_process` stays as it is, since nobody
 * replaces `~` there.
 */
export function withTilde(env: Pick<Environment, "get" | "os">, words: string): string {
  const home = homeOfShell(env);
  if (home === undefined || home.length < 2 || !words.includes(home)) return words;
  if (words.includes("credential_process =")) return words;
  const separator = env.os === "windows" ? /^[/\\]/ : /^\//;
  return words.split(home).reduce((before, after) => {
    const isPath = /(?:^|[\s(])$/.test(before) && separator.test(after) && !endsInQuotes(before);
    return before + (isPath ? "~" : home) + after;
  });
}

/** Returns the home directory, if that is the one of the shell that a person types in. */
function homeOfShell(env: Pick<Environment, "get" | "os">): string | undefined {
  try {
    const isForAnother = env.get("SUDO_USER") !== undefined || env.get("DOAS_USER") !== undefined;
    return isForAnother ? undefined : homeDirectory(env);
  } catch {
    // One that cannot be read must not keep a message from being shown.
    return undefined;
  }
}

/** Returns the variable to set where there is no home directory. */
export function homeVariable({ os }: Pick<Environment, "os">): string {
  return os === "windows" ? "USERPROFILE" : "HOME";
}

function withDrive(env: Pick<Environment, "get">, path: string | undefined): string | undefined {
  return path && (env.get("HOMEDRIVE") ?? "") + path;
}

/** Returns the path of a directory without a separator at its end. */
export function withoutEnd(directory: string): string {
  return /[/\\]$/.test(directory) ? directory.replace(/\/+$|\\$/, "") : directory;
}

/** Reports whether a path begins with a drive or a server, so that it is one of Windows. */
export function isWindowsPath(path: string): boolean {
  return /^(?:[A-Za-z]:[/\\]|\\\\)/.test(path);
}

/** Finds the last slash; a backslash counts only without one, since it may be part of a name. */
function lastSeparator(path: string): number {
  const [slash, backslash] = [path.lastIndexOf("/"), path.lastIndexOf("\\")];
  return slash >= 0 && !isWindowsPath(path) ? slash : Math.max(slash, backslash);
}
