/**
 * Edits one of AWS's files while other programs may be using it: lock, read again, edit, keep a
 * backup, replace.
 *
 * @module
 */

import type { Context, FileStatus } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { removeLeftovers } from "../files/leftovers.ts";
import { lockDirectoryOf } from "../files/lock.ts";
import { keepsNoModes } from "../files/no_modes.ts";
import { requireOurs, warnOfNoModes } from "../files/ours.ts";
import { rehearse, replaceFile } from "../files/replace.ts";
import type { Parts } from "../files/write.ts";
import { pathWord } from "../hint_words.ts";
import { importLazily } from "../import_lazily.ts";
import type { IniDocument } from "../ini/document.ts";
import { basename, dirname } from "../path.ts";
import { storageError } from "../storage_error.ts";
import { isBackupDue } from "./backup.ts";
import { type AwsFile, isSame, readAwsFile } from "./read.ts";

/** How a file is edited. */
export interface EditOptions {
  /** Keeps the last version that a person made, as `credentials~`. */
  readonly backup: boolean;
  /** The file as it was read before, which saves parsing it again if it is unchanged. */
  readonly known: AwsFile;
  /** Checks the file under the lock, before the edit; throws to refuse it. */
  readonly check?: (file: AwsFile) => void;
  readonly warn: (message: string) => void;
}

/** Changes the document; may be called again, with a new one, if the file was saved meanwhile. */
export type Edit = (document: IniDocument) => void;

/**
 * Edits a file atomically. What the edit does not change stays byte for byte, and mode, owner and
 * symbolic links are kept. A missing file is created, accessible only to its owner.
 *
 * @throws StsmfaError `UnparsableFile`, `UntrustedFile` for a file in a folder that others can
 * write, `FileUnwritable`, `FileUnreadable`, `StorageFull`, `LockTimeout`, and what `check` and
 * `edit` throw; the file is then unchanged
 */
export async function editAwsFile(
  context: Context,
  edit: Edit,
  options: EditOptions,
): Promise<void> {
  const { path } = options.known;
  try {
    checkName(context, path);
    const target = await requireOurs(context, path, { isAwsFile: true, warn: options.warn });
    await context.files.makeDirectory(dirname(target), 0o700);
    // In a folder such as /tmp another user may have been quicker.
    if (options.known.bytes === undefined) await requireOurs(context, target, { isAwsFile: true });
    const lock = await lockDirectoryOf(context, target);
    try {
      for (
        let attempt = 1;
        !await editUnderLock(context, target, edit, options);
        attempt++
      ) {
        if (attempt === mostAttempts) {
          throw new StsmfaError("FileUnwritable", `cannot write ${path}: it keeps changing`, {
            hint: "close the program that writes it, and run the same command again",
          });
        }
      }
    } finally {
      lock.close();
    }
  } catch (error) {
    throw storageError("write", path, error);
  }
}

/** An edit adds fewer bytes than this. */
const mostOfEdit = 4096;

/** How often to retry when another program saves the file without our lock. */
const mostAttempts = 5;

/** Edits the file; returns false if another program saved it meanwhile. */
async function editUnderLock(
  context: Context,
  target: string,
  edit: Edit,
  options: EditOptions,
): Promise<boolean> {
  const { path } = options.known;
  const old = await context.files.status(target);
  checkWritable(path, old);
  const current = await readSettled(context, options.known, target);
  options.check?.(current);
  const { bytes } = current;
  const document = current.document.copy();
  edit(document);
  const content = contentOf(document, bytes ?? new Uint8Array());
  if (content === undefined) return true;
  await removeLeftovers(context, dirname(target));
  const isCurrent = async () => await readAwsFile(context, path, current, target) === current;
  const backUp = async () => {
    if (options.backup && bytes !== undefined) await keepBackup(context, path, bytes, old);
  };
  const kept = await withoutAccessList(context, target, old);
  if (!await replaceFile(context, target, content, kept, isCurrent, backUp)) return false;
  if (kept !== old) {
    options.warn(
      `${path} had an access list (ACL), which could not be kept; to share it again: setfacl`,
    );
  }
  await warnAboutStatus(context, path, kept, options.warn);
  return true;
}

/** Returns a file's status; without the group's access, if it has that by an access list. */
async function withoutAccessList(
  context: Context,
  target: string,
  old: FileStatus | undefined,
): Promise<FileStatus | undefined> {
  if (old?.mode === undefined || (old.mode & 0o070) === 0) return old;
  const { hasAccessList } = await importLazily<typeof import("../files/access_list.ts")>(
    "../files/access_list.ts",
    import.meta.url,
  );
  return await hasAccessList(context, target) ? { ...old, mode: old.mode & ~0o070 } : old;
}

/** How often to look again whether a file has all of its content, and how long to wait each time. */
const mostLooks = 10;
const lookMilliseconds = 20;

/**
 * Reads a file. One that is empty, or less than it was, may be one that another program is writing
 * in place: it is waited for, since it would write the rest to a file that we have replaced.
 */
async function readSettled(context: Context, known: AwsFile, target: string): Promise<AwsFile> {
  const { clock, signal } = context;
  for (let look = 1;; look++) {
    const current = await readAwsFile(context, known.path, known, target);
    if (look === mostLooks || !isCutOff(current.bytes, known.bytes)) return current;
    await clock.sleep(lookMilliseconds, signal);
  }
}

function isCutOff(bytes: Uint8Array | undefined, known: Uint8Array | undefined): boolean {
  if (bytes === undefined || bytes === known && bytes.length > 0) return false;
  if (bytes.length === 0) return true;
  return known !== undefined && bytes.length < known.length &&
    isSame(bytes, known.subarray(0, bytes.length));
}

/**
 * Returns what a file is to hold, or `undefined` if that is what it holds. What stands above and
 * below an edit is not made again.
 */
function contentOf(document: IniDocument, bytes: Uint8Array): Parts | undefined {
  const { start, end, text } = document.change();
  if (document.source.slice(start, end) === text) return undefined;
  const encoder = new TextEncoder();
  // Then each character is one byte, and offsets are the same in both.
  const isAscii = bytes.length === document.source.length;
  if (!isAscii) return [encoder.encode(document.toString())];
  return [bytes.subarray(0, start), encoder.encode(text), bytes.subarray(end)];
}

/**
 * Makes sure, before a code is asked for, that the file can be written, and that there is room.
 *
 * @throws StsmfaError `FileUnwritable`, `UntrustedFile`
 */
export async function checkEditable(context: Context, known: AwsFile): Promise<void> {
  const { files } = context;
  const { path } = known;
  try {
    const target = await requireOurs(context, path, { isAwsFile: true });
    checkName(context, path);
    const old = await files.status(target);
    checkWritable(path, old);
    if (await files.status(dirname(target)) === undefined) return;
    (await lockDirectoryOf(context, target)).close();
    const size = (known.bytes?.length ?? 0) + mostOfEdit;
    await rehearse(context, target, size, old);
  } catch (error) {
    throw storageError("write", path, error);
  }
}

/**
 * Refuses a path that nobody could read again: of a folder, or on Windows of a part of another file
 * or a drive's own folder.
 */
function checkName({ os }: Context, path: string): void {
  const isWindows = os === "windows";
  const folder = isWindows ? /(?:^|[/\\])\.{0,2}$/ : /(?:^|\/)\.{0,2}$/;
  const why = folder.test(path)
    ? "it names a folder"
    : isWindows && basename(path).includes(":")
    ? "its name has a :, which Windows takes for a stream or a drive"
    : undefined;
  if (why === undefined) return;
  throw new StsmfaError("FileUnwritable", `cannot write ${path}: ${why}`, {
    hint: "name a file of its own",
  });
}

function checkWritable(path: string, status: FileStatus | undefined): void {
  if (status === undefined) return;
  if (!status.isFile) {
    const what = status.isDirectory ? "a directory" : "not a regular file";
    throw new StsmfaError("FileUnwritable", `cannot write ${path}: it is ${what}`);
  }
  const { mode, isReadOnly } = status;
  if (isReadOnly || (mode !== undefined && (mode & 0o222) === 0)) {
    throw new StsmfaError("FileUnwritable", `cannot write ${path}: it is read-only`, {
      hint: `${isReadOnly ? "attrib -r" : "chmod u+w"} ${pathWord(path)}`,
    });
  }
}

/**
 * Keeps a backup next to the path that the user knows, not where its links lead: that may be a
 * repository.
 */
async function keepBackup(
  context: Context,
  path: string,
  bytes: Uint8Array,
  old: FileStatus | undefined,
): Promise<void> {
  try {
    const backup = await requireOurs(context, `${path}~`, { isAwsFile: true });
    if (!isBackupDue(bytes, await context.files.read(backup, bytes))) return;
    const mode = old?.mode === undefined ? undefined : old.mode & 0o600;
    await replaceFile(context, backup, bytes, old && { ...old, mode });
  } catch (error) {
    const { code, message, hint } = storageError("write", `${path}~`, error);
    throw new StsmfaError(code, message, {
      hint: hint ?? "move it away, or do without a backup: --no-backup",
      cause: error,
    });
  }
}

async function warnAboutStatus(
  context: Context,
  path: string,
  old: FileStatus | undefined,
  warn: (message: string) => void,
): Promise<void> {
  if (old?.mode !== undefined && (old.mode & 0o077) !== 0) {
    const target = await context.files.resolveLinks(path);
    const mode = old.mode.toString(8).padStart(4, "0");
    if (await keepsNoModes(context, target)) {
      warnOfNoModes(dirname(target), warn);
    } else {
      warn(`${path} can be read by others (mode ${mode}); to fix it: chmod 600 ${pathWord(path)}`);
    }
  }
  if (old !== undefined && old.linkCount > 1) {
    warn(`${basename(path)} had ${old.linkCount} hard links; the other names keep the old content`);
  }
}
