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
import { storageError } from "../storage_error.ts";
import { stateDirectory } from "./directory.ts";
import { openStateFolder } from "./folder.ts";
import { removeFolder } from "./trials.ts";

/** A folder without a lock that is younger than this may still be getting one. */
const youngMilliseconds = 60_000;

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
  const { clock, files } = context;
  const state = stateDirectory(context);
  if (state === undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      "there is no place for the program's copy of the config file: HOME is not set",
    );
  }
  await openStateFolder(context, state, "copies");
  const folder = `${state}/copies/${clock.now().getTime()}-${crypto.randomUUID().slice(0, 8)}`;
  let lock: LockableFile | undefined;
  try {
    await files.makeDirectory(folder, 0o700);
    lock = await files.openLockable(`${folder}/lock`, "file");
    await lock.tryLock();
    await writeNew(context, `${folder}/digest`, await digest(text));
    await writeNew(context, `${folder}/config`, text);
  } catch (error) {
    lock?.close();
    await removeFolder(context, folder).catch(() => {});
    throw storageError("write", folder, error);
  }
  return {
    path: `${folder}/config`,
    remove: async () => {
      lock.close();
      return await settle(context, folder);
    },
  };
}

/**
 * Removes what killed runs have left.
 *
 * @param folder that of all copies
 */
export async function sweepCopies(context: Context, folder: string): Promise<void> {
  const now = context.clock.now().getTime();
  for (const name of await context.files.list(folder)) {
    const lock = await context.files.openExisting(`${folder}/${name}/lock`)
      .catch(() => undefined);
    const isYoung = Math.abs(now - Number(name.split("-")[0])) < youngMilliseconds;
    if (lock === undefined ? isYoung : !await lock.tryLock()) {
      lock?.close();
      continue;
    }
    lock?.close();
    await settle(context, `${folder}/${name}`).catch(() => {});
  }
}

/** Removes a copy's folder; a changed copy is moved away first, and its new path returned. */
async function settle(context: Context, folder: string): Promise<string | undefined> {
  const { files } = context;
  const [bytes, made] = await Promise.all(
    ["config", "digest"].map((name) => files.read(`${folder}/${name}`)),
  );
  let kept: string | undefined;
  if (bytes !== undefined && made !== undefined && await digestOf(bytes) !== textOf(made)) {
    const state = folder.replace(/\/copies\/[^/]*$/, "");
    try {
      await openStateFolder(context, state, "changed");
      kept = `${state}/changed/config-${folder.slice(folder.lastIndexOf("/") + 1)}`;
      await writeNew(context, kept, bytes);
    } catch (error) {
      throw storageError("write", `${state}/changed`, error);
    }
  }
  await removeFolder(context, folder);
  return kept;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** A program may have written anything there. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  return await digest(textOf(bytes));
}

async function writeNew(
  { files }: Context,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const file = await files.createNew(path, 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } finally {
    file.close();
  }
}
