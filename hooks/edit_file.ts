/**
 * Edits a text file for a hook: at any moment it is the old one or the new one.
 *
 * @module
 */

/** How a file is edited. */
export interface Edit {
  /** Where symbolic links have been followed already, in a folder that the hook may read and write. */
  readonly path: string;
  /** What a user sees in messages; the path when absent. */
  readonly shownAs?: string;
  /** The new text, from the old one; `undefined` for a file that is not there. */
  change(old: string | undefined): string;
  /** The mode of the new file, from that of the old one; kept when absent. A new file has 0600. */
  mode?(old: number): number;
}

/** How it came out. */
export interface Edited {
  readonly isNew: boolean;
  /** The old mode, where there are modes. */
  readonly oldMode: number | undefined;
}

/** Edits the file; what another program writes meanwhile is taken into account, not overwritten. */
export async function editFile(edit: Edit): Promise<Edited> {
  const { path, shownAs = path } = edit;
  const directory = path.replace(/[/\\][^/\\]*$/, "");
  await makeFolder(directory);
  for (let attempt = 1; attempt <= 10; attempt++) {
    const old = await read(path, shownAs);
    const text = edit.change(old?.text);
    const result = { isNew: old === undefined, oldMode: old?.mode };
    const mode = old?.mode === undefined ? 0o600 : edit.mode?.(old.mode) ?? old.mode;
    if (text === old?.text && mode === (old.mode ?? mode)) return result;
    const temporary = `${directory}/.stsmfa-${crypto.randomUUID()}.tmp`;
    try {
      await write(temporary, text, mode, old?.info);
      // Somebody else may have been quicker.
      if ((await read(path, shownAs))?.text !== old?.text) continue;
      await Deno.rename(temporary, path);
      return result;
    } finally {
      await Deno.remove(temporary).catch(() => {});
    }
  }
  throw new Error(`${shownAs} is changed again and again by another program`);
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
  const mode = Deno.build.os === "windows" || info.mode === null ? undefined : info.mode & 0o7777;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, info, mode };
  } catch {
    throw new Error(`${shownAs} is not UTF-8 text, and is left alone`);
  }
}

/** Makes a folder and those above it; each belongs to whom the folder belongs that it is in. */
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

/** The owner of a folder that root has made something in, and that is not root's. */
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

/** Writes a new file, durably, for the owner of the old one; root for the owner of the folder. */
async function write(
  path: string,
  text: string,
  mode: number,
  old: Deno.FileInfo | undefined,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
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
