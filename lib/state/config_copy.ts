/**
 * The private copy of the config file that `exec --serve` gives a program. It is there as long as
 * the program is; what a killed run has left is removed by a later run of any command. A copy that
 * the program has changed is kept.
 *
 * @module
 */

import type { Context, LockableFile } from "../context.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { writeNew } from "../files/write.ts";
import { basename, dirname, homeVariable, join } from "../path.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";
import { stateDirectory } from "./directory.ts";
import { openStateFolder } from "./folder.ts";
import { removeFolder } from "./trials.ts";

/** A folder without a lock that is younger than this may still be getting one. */
const youngMilliseconds = 60_000;

/** Another run would have to come between as often. */
const mostStarts = 5;

/** A copy that a program uses. */
export interface ConfigCopy {
  readonly path: string;
  /** Removes it; returns where it is kept if it was changed. */
  remove(): Promise<string | undefined>;
}

/**
 * Makes a copy, readable only to us.
 *
 * @throws StsmfaError `InvalidSetting`, `UntrustedFile`, `FileUnwritable`
 */
export async function openConfigCopy(context: Context, text: string): Promise<ConfigCopy> {
  const { clock } = context;
  const state = stateDirectory(context);
  if (state === undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `there is no folder for the program's copy of the config file: ${
        homeVariable(context.env)
      } is not set`,
    );
  }
  await openStateFolder(context, state, "copies");
  for (let left = mostStarts;; left--) {
    const name = `${clock.now().getTime()}-${crypto.randomUUID().slice(0, 8)}`;
    const folder = join(state, "copies", name);
    const lock = await lockNew(context, folder);
    // Another run has taken it for what a killed one has left.
    if (lock === undefined && left > 1) continue;
    try {
      if (lock === undefined) throw removedByOthers(folder);
      await writeNew(context.files, join(folder, "digest"), await digest(text));
      await writeNew(context.files, join(folder, "config"), text);
    } catch (error) {
      lock?.close();
      await removeFolder(context, folder).catch(() => {});
      throw storageError("write", folder, error);
    }
    return { path: join(folder, "config"), remove: () => removeCopy(context, folder, lock) };
  }
}

/** Makes a folder, and locks it; returns `undefined` if another run removes it just then. */
async function lockNew(context: Context, folder: string): Promise<LockableFile | undefined> {
  const { files } = context;
  const path = join(folder, "lock");
  let lock: LockableFile | undefined;
  try {
    await files.makeDirectory(folder, 0o700);
    lock = await files.openLockable(path, "file");
    if (await lock.tryLock() && await lock.isAt(path)) return lock;
    lock.close();
    // On Windows whoever removed it could not remove a folder with a file that we had open.
    await removeFolder(context, folder).catch(() => {});
    return undefined;
  } catch (error) {
    lock?.close();
    await removeFolder(context, folder).catch(() => {});
    throw storageError("write", folder, error);
  }
}

function removedByOthers(folder: string): StsmfaError {
  return new StsmfaError("FileUnwritable", `cannot write ${folder}: another process removes it`, {
    hint: "run the same command again",
  });
}

async function removeCopy(
  context: Context,
  folder: string,
  lock: LockableFile,
): Promise<string | undefined> {
  let kept: string | undefined;
  try {
    // Under the lock, or another run might keep it, too.
    kept = await keepChanged(context, folder);
  } finally {
    // On Windows a folder with an open file stays.
    lock.close();
  }
  await removeFolder(context, folder);
  return kept;
}

/**
 * Removes what killed runs have left.
 *
 * @param folder that of all copies
 */
export async function sweepCopies(context: Context, folder: string): Promise<void> {
  for (const name of await context.files.list(folder)) {
    await sweepCopy(context, join(folder, name)).catch(() => {});
  }
}

async function sweepCopy(context: Context, folder: string): Promise<void> {
  const lock = await context.files.openExisting(join(folder, "lock")).catch(() => undefined);
  try {
    const made = Number(basename(folder).split("-")[0]);
    const isYoung = Math.abs(context.clock.now().getTime() - made) < youngMilliseconds;
    if (lock === undefined ? isYoung : !await lock.tryLock()) return;
    await keepChanged(context, folder);
    // Under the lock: whoever is just making it must not take it for their own.
    await removeFolder(context, folder).catch((error) => {
      if (context.os !== "windows") throw error;
    });
  } finally {
    lock?.close();
  }
  // There, a folder with an open file stays.
  if (context.os === "windows") await removeFolder(context, folder);
}

/** Moves a changed copy away, and returns its new path; only what is a file is one. */
async function keepChanged(context: Context, folder: string): Promise<string | undefined> {
  const { files } = context;
  const path = join(folder, "config");
  const there = await files.linkStatus(path).catch(() => undefined);
  const made = await files.read(join(folder, "digest")).catch(() => undefined);
  if (!there?.isFile || made === undefined) return undefined;
  const bytes = await readAnyway(context, path);
  if (bytes === undefined || await digestOf(bytes) === textOf(made)) return undefined;
  const state = dirname(dirname(folder));
  const kept = join(state, "changed", `config-${basename(folder)}`);
  try {
    await openStateFolder(context, state, "changed");
    await writeNew(files, kept, bytes);
  } catch (error) {
    throw storageError("write", kept, error);
  }
  return kept;
}

/** Reads a file of ours that the program may have closed to us. */
async function readAnyway({ files }: Context, path: string): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path).catch(async (error) => {
      if (systemErrorCode(error) !== "EACCES") throw error;
      await files.changeMode(path, 0o600);
      return await files.read(path);
    });
  } catch (error) {
    throw storageError("read", path, error);
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** A program may have written anything there. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  return await digest(textOf(bytes));
}
