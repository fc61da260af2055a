/**
 * Edits a text file for a hook atomically: at any moment it is the old one or the new one.
 *
 * @module
 */

import { createTemporary, isAt, type TemporaryFile } from "./temporary_file.ts";

/** How a file is edited. */
export interface Edit {
  /** The path, with symbolic links resolved, in a folder that the hook may read and write. */
  readonly path: string;
  /** The name in messages; the path if absent. */
  readonly shownAs?: string;
  /** Returns the new text, from the old one; `undefined` for a file that does not exist. */
  change(old: string | undefined): string;
  /** Returns the mode of the new file, from the old one's; kept if absent. A new file has 0600. */
  mode?(old: number): number;
}

/** The result of an edit. */
export interface Edited {
  readonly isNew: boolean;
  /** The old mode, if the system has modes. */
  readonly oldMode: number | undefined;
}

/** How often to retry when another program writes the file without our lock. */
const mostAttempts = 10;

/** Edits the file; what another program writes meanwhile is picked up, not overwritten. */
export async function editFile(edit: Edit): Promise<Edited> {
  const { path, shownAs = path } = edit;
  const directory = path.replace(/[/\\][^/\\]*$/, "");
  const name = path.slice(directory.length + 1);
  await makeFolder(directory);
  const { text, result } = await plan(edit);
  if (text === undefined) return result;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    using temporary = await createTemporary(directory, name);
    let isDone = false;
    try {
      // No other hook changes the file from here on.
      await settle(path);
      const planned = await plan(edit);
      if (planned.text === undefined) return planned.result;
      await write(temporary, planned.text, planned.mode, planned.old?.info);
      // Another program may have been quicker.
      const isCurrent = (await read(path, shownAs))?.text === planned.old?.text;
      if (!isCurrent || !await isAt(temporary.file, temporary.path)) continue;
      await temporary.unlock();
      await Deno.rename(temporary.path, path);
      isDone = true;
      return planned.result;
    } catch (error) {
      // On Windows a file that is being read can't be replaced, which passes; and a file that is not
      // locked may be taken for a leftover.
      const { NotFound, PermissionDenied } = Deno.errors;
      const isBusy = Deno.build.os === "windows" &&
        (error instanceof PermissionDenied || error instanceof NotFound);
      if (!isBusy || attempt === mostAttempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      const isLeft = !isDone && await isAt(temporary.file, temporary.path).catch(() => true);
      if (isLeft) await Deno.remove(temporary.path).catch(() => {});
    }
  }
  throw new Error(`${shownAs} is changed again and again by another program`);
}

/** How often to look again whether a file is still empty, and how long to wait each time. */
const mostLooks = 10;
const lookMilliseconds = 20;

/**
 * Waits while a file is empty: another program may be just writing it in place, and would write the
 * rest to a file that we have replaced.
 */
async function settle(path: string): Promise<void> {
  for (let look = 0; look < mostLooks; look++) {
    const info = await Deno.stat(path).catch(() => undefined);
    if (!info?.isFile || info.size > 0) return;
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}

/** Works out what to write, from what is there; no text if nothing has to change. */
async function plan({ path, shownAs = path, ...edit }: Edit) {
  const old = await read(path, shownAs);
  const text = edit.change(old?.text);
  const result: Edited = { isNew: old === undefined, oldMode: old?.mode };
  const mode = old?.mode === undefined ? 0o600 : edit.mode?.(old.mode) ?? old.mode;
  const isSame = text === old?.text && mode === (old.mode ?? mode);
  if (!isSame && old?.isReadOnly) throw new Error(`${shownAs} is read-only; it is left as it is`);
  return { old, mode, result, text: isSame ? undefined : text };
}

async function read(path: string, shownAs: string) {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (!info.isFile) throw new Error(`${shownAs} is not a file`);
  const bytes = await Deno.readFile(path);
  const isWindows = Deno.build.os === "windows";
  const mode = isWindows || info.mode === null ? undefined : info.mode & 0o7777;
  // There, such a file cannot be replaced.
  const isReadOnly = isWindows && info.mode !== null && (info.mode & 0o222) === 0;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, info, mode, isReadOnly };
  } catch {
    throw new Error(`${shownAs} is not UTF-8 text, and is left alone`);
  }
}

/** Creates a folder and its parents; each gets the owner of the folder that it is in. */
async function makeFolder(path: string): Promise<void> {
  const exists = await Deno.stat(path).then(() => true, () => false);
  if (exists) return;
  const above = parentOf(path);
  if (above !== path) await makeFolder(above).catch(() => {});
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  const owner = await otherOwner(path, above);
  if (owner !== undefined) await Deno.chown(path, owner.uid, owner.gid);
}

function parentOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, "") || "/";
}

/** Returns the owner of a folder in which root has created something, if that is not root. */
async function otherOwner(path: string, folder: string) {
  if (Deno.build.os === "windows") return undefined;
  try {
    if ((await Deno.stat(path)).uid !== 0) return undefined;
    const { uid, gid } = await Deno.stat(folder);
    return uid === 0 || uid === null ? undefined : { uid, gid };
  } catch {
    // A hook may not look at what is above its own folders.
    return undefined;
  }
}

/** Writes and syncs the file for the owner of the old one; as root, for the owner of the folder. */
async function write(
  { path, file }: TemporaryFile,
  text: string,
  mode: number,
  old: Deno.FileInfo | undefined,
): Promise<void> {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(await file.write(rest));
  }
  await file.sync();
  if (Deno.build.os === "windows") return;
  const { uid, gid } = await Deno.stat(path);
  const owner = await otherOwner(path, parentOf(path)) ?? old;
  const isSame = owner === undefined || (owner.uid === uid && owner.gid === gid);
  if (!isSame) await Deno.chown(path, owner.uid, owner.gid);
  if (mode !== 0o600) await Deno.chmod(path, mode);
}
