/**
 * Errors of the file system and the system's other services, in words.
 *
 * @module
 */

import { StsmfaError } from "./errors.ts";
import { listCommand, lookCommand } from "./hint_words.ts";
import { dirname } from "./path.ts";

/** Returns the system's name of an error, such as `ENOENT`, whatever the runtime's error class. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: unknown }).code;
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1];
  if (typeof code === "string") return onWindows[`${code} ${number}`] ?? code;
  return byClass[error.name] ?? (number === undefined ? undefined : byNumber[number]);
}

const byClass: Readonly<Record<string, string>> = {
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  NotCapable: "ENOTCAPABLE",
  AlreadyExists: "EEXIST",
  IsADirectory: "EISDIR",
  NotADirectory: "ENOTDIR",
  FilesystemLoop: "ELOOP",
};

/** What Deno calls otherwise on Windows, by its name there and the number; no other system has these. */
const onWindows: Readonly<Record<string, string>> = {
  "EPERM 5": "EACCES",
  "EBUSY 32": "ESHARED",
  "EBUSY 33": "ESHARED",
  "EBADF 6": "ENOTREG",
  "ENOENT 123": "ENAME",
  "EINVAL 87": "ENOTREG",
};

/** Errors without a code in Deno, by their numbers on Linux and on macOS, of which no two clash. */
const byNumber: Readonly<Record<string, string>> = {
  36: "ENAMETOOLONG",
  63: "ENAMETOOLONG",
  37: "ENOLCK",
  77: "ENOLCK",
  38: "ENOSYS",
  78: "ENOSYS",
  122: "EDQUOT",
  69: "EDQUOT",
  116: "ESTALE",
  70: "ESTALE",
};

/**
 * Turns the error of a file operation into one that says what was tried and why it failed.
 *
 * @param action what was tried, such as "write"
 * @throws the error itself if it did not come from the operating system
 */
export function storageError(
  action: "read" | "write" | "lock",
  path: string,
  error: unknown,
): StsmfaError {
  if (error instanceof StsmfaError) return error;
  const systemCode = systemErrorCode(error);
  const reason = systemReason(error);
  const code = systemCode === "ENOSPC" || systemCode === "EDQUOT"
    ? "StorageFull"
    : action === "read"
    ? "FileUnreadable"
    : "FileUnwritable";
  return new StsmfaError(code, `cannot ${action} ${path}: ${reason}`, {
    hint: systemCode &&
      (hints[systemCode] ?? (action === "read" ? readHints[systemCode] : undefined))?.(path),
    cause: error,
  });
}

/**
 * Returns the operating system's reason for an error, in words.
 *
 * @throws the error itself if it did not come from the operating system
 */
export function systemReason(error: unknown): string {
  if (error instanceof StsmfaError) throw error;
  const code = systemErrorCode(error);
  if (code !== undefined) return reasons[code] ?? code;
  // Deno gives rarer errors no code, but their message has the number.
  if (error instanceof Error && /\(os error \d+\)/.test(error.message)) return error.message;
  throw error;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOTCAPABLE: "Deno was started without the permission for it",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EISDIR: "it is a directory",
  ENOTREG: "it is not a regular file",
  ENOTDIR: "a part of the path is not a directory",
  EBUSY: "it is in use, or mounted as a single file",
  ESHARED: "another program has it open, and lets no other use it",
  ELOOP: "its symbolic links form a loop",
  ENAME: "Windows allows no such name",
  ENAMETOOLONG: "a name in it is too long",
  EIO: "input/output error",
  EMLINK: "it has other names, by hard links",
  ENOENT: "a part of the path is gone",
  EEXIST: "something else has that name, or the name of a folder on the way",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ESTALE: "it was replaced by something else",
  ENOLCK: "the file system has no locks",
  ENOSYS: "the system does not know how",
  E2BIG: "its arguments and variables are too long",
};

const hints: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `see who owns it: ${lookCommand(path)}`,
  ENOSPC: () => "free some space and run the same command again; nothing is lost",
  EDQUOT: () => "free some space and run the same command again; nothing is lost",
  ENOTCAPABLE: () => "run it with: deno run -A",
  EROFS: () => "exec, env and process work without writing to a file",
  EBUSY: () => "mount the folder that holds it instead of the file alone",
  ESHARED: () => "close that program, or run the same command again",
};

/** Commands that show what is there instead of a file. */
const readHints: typeof hints = {
  EISDIR: (path) => `see what is in it: ${listCommand(path)}`,
  ENOTREG: (path) => `see what it is: ${lookCommand(path)}`,
  ELOOP: (path) => `see where it leads: ${lookCommand(path)}`,
  ENOTDIR: (path) => `see what is there: ${lookCommand(dirname(path))}`,
};
