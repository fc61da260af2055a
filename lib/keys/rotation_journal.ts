/**
 * What a rotation remembers, so that the next run finishes or undoes what a killed one has left: a
 * file in the state folder, written before a key is created, without any secret. One lock is for all
 * rotations, and who waits for it looks at the files again.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { removeLeftovers } from "../files/leftovers.ts";
import { acquireLock } from "../files/lock.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { homeVariable, join } from "../path.ts";
import { stateDirectory } from "../state/directory.ts";
import { closeToOthers, openStateFolder } from "../state/folder.ts";
import { storageError } from "../storage_error.ts";
import type { Talk } from "../talk.ts";

/** A rotation that has begun. */
export interface Rotation {
  readonly oldKeyId: string;
  /** The new key, once its secret is kept. */
  readonly newKeyId?: string;
  /** All keys that the user had before; any other one that was made then is ours. */
  readonly before: readonly string[];
  /** When that was, by AWS's clock; long ago if that is not known. */
  readonly at: Date;
  /** Where the new secret is kept first. */
  readonly store: string;
  /** The file in which the old key was, and which of the two it is. */
  readonly path?: string;
  readonly file?: "credentials" | "config";
  /** Whether the old key is to stay, inactive. */
  readonly keepOld?: boolean;
  /** Whether the old key is left inactive, and nothing else is left to do. */
  readonly isOldLeft?: boolean;
}

/** Another run may be waiting for its user to type a code. */
const waitSeconds = 300;

/** The rotations of this user, locked until closed. */
export class RotationJournal {
  private constructor(
    private readonly context: Context,
    private readonly folder: string,
    /** Releases the lock. */
    readonly close: () => void,
  ) {}

  /**
   * Opens and locks it; waits, visibly, for another rotation.
   *
   * @throws StsmfaError `LockTimeout`, `UntrustedFile`, `FileUnwritable`
   */
  static async open(context: Context, talk: Talk): Promise<RotationJournal> {
    const folder = folderOf(context);
    if (folder === undefined) {
      throw new StsmfaError(
        "FileUnwritable",
        `there is no folder for the journal: ${homeVariable(context.env)} is not set`,
      );
    }
    try {
      await openStateFolder(context, stateDirectory(context)!, "rotations", talk.warn);
      const lock = await acquireLock(context, await requireOurs(context, join(folder, "lock")), {
        kind: "file",
        timeoutSeconds: waitSeconds,
        onWait: (_, left) =>
          talk.progress(
            `waiting for another stsmfa that is rotating a key, ${Math.ceil(left / 1000)} s left`,
          ),
      });
      talk.endProgress();
      await removeLeftovers(context, folder);
      return new RotationJournal(context, folder, () => lock.close());
    } catch (error) {
      throw storageError("write", folder, error);
    }
  }

  /** Returns the rotations that a key is a part of, old or new. */
  of(accessKeyId: string): Promise<Rotation[]> {
    return rotationsOf(this.context, accessKeyId);
  }

  /** Writes a rotation down, durably. */
  async write(rotation: Rotation): Promise<void> {
    const path = await this.#path(rotation);
    const text = `${JSON.stringify({ version, ...rotation, at: rotation.at.toISOString() })}\n`;
    try {
      const { files } = this.context;
      const old = await files.status(path);
      const asOld = old && { ...old, mode: 0o600 };
      await replaceFile(this.context, path, new TextEncoder().encode(text), asOld);
    } catch (error) {
      throw storageError("write", path, error);
    }
  }

  /** Forgets a rotation that is finished or undone. */
  async forget(rotation: Rotation): Promise<void> {
    const path = await this.#path(rotation);
    try {
      if (await this.context.files.status(path) === undefined) return;
      await this.context.files.remove(path);
    } catch (error) {
      throw storageError("write", path, error);
    }
  }

  async #path({ oldKeyId }: Rotation): Promise<string> {
    const path = await requireOurs(
      this.context,
      join(this.folder, `${(await digest(oldKeyId)).slice(0, 32)}.json`),
    );
    await closeToOthers(this.context, path, 0o600);
    return path;
  }
}

/**
 * Returns the rotations that a key is a part of, without the lock.
 *
 * @throws StsmfaError `FileUnreadable`, `UntrustedFile`
 */
export async function rotationsOf(context: Context, accessKeyId: string): Promise<Rotation[]> {
  const folder = folderOf(context);
  if (folder === undefined || await context.files.status(folder) === undefined) return [];
  const found: Rotation[] = [];
  for (const name of await context.files.list(folder)) {
    if (!/^[\da-f]{32}\.json$/.test(name)) continue;
    const path = join(folder, name);
    try {
      const bytes = await context.files.read(await requireOurs(context, path));
      const rotation = bytes && parse(new TextDecoder().decode(bytes));
      if (rotation?.oldKeyId === accessKeyId || rotation?.newKeyId === accessKeyId) {
        found.push(rotation);
      }
    } catch (error) {
      throw storageError("read", path, error);
    }
  }
  return found;
}

const version = 1;

function folderOf(context: Context): string | undefined {
  const state = stateDirectory(context);
  return state && join(state, "rotations");
}

/** Returns a rotation; `undefined` for a text that is not one of ours, or of a later version. */
function parse(text: string): Rotation | undefined {
  let value: Record<string, unknown>;
  try {
    value = Object(JSON.parse(text));
  } catch {
    return undefined;
  }
  const { oldKeyId, newKeyId, before, at, store, path, file, keepOld, isOldLeft } = value;
  const isId = (id: unknown) => typeof id === "string" && /^[A-Z0-9]{16,128}$/.test(id);
  const date = new Date(typeof at === "string" ? at : Number.NaN);
  if (value["version"] !== version || !isId(oldKeyId) || Number.isNaN(date.getTime())) {
    return undefined;
  }
  if (newKeyId !== undefined && !isId(newKeyId)) return undefined;
  if (!Array.isArray(before) || !before.every(isId) || typeof store !== "string") return undefined;
  return {
    oldKeyId: oldKeyId as string,
    before,
    at: date,
    store,
    ...(typeof path === "string" && { path }),
    ...((file === "credentials" || file === "config") && { file }),
    ...(keepOld === true && { keepOld }),
    ...(newKeyId !== undefined && { newKeyId: newKeyId as string }),
    ...(isOldLeft === true && { isOldLeft }),
  };
}
