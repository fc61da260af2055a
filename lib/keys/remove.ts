/**
 * Removes a key that is in a store: our lines in the section, and the item, if no other section
 * names it.
 *
 * @module
 */

import { editAwsFile } from "../aws_files/edit.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { isKeyProcess } from "../profile/own_process.ts";
import type { StoreName } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import { readAgain } from "./copies.ts";
import { type KeyPlace, storedKeyValue } from "./places.ts";
import { storeNames } from "./store.ts";
import { openStore } from "./stores.ts";
import { type NamingLine, removeUnnamed } from "./unnamed.ts";

/** What became of it. */
export interface RemovedKey {
  readonly accessKeyId: string;
  readonly store: StoreName;
  /** What people call the store. */
  readonly title: string;
  /** Whether its item is gone; not where another section names it. */
  readonly isGone: boolean;
}

/**
 * Removes what a section names: the lines first, so that whatever ends it in the middle leaves the
 * key in its store.
 */
export async function removeKey(
  context: Context,
  files: AwsFiles,
  place: KeyPlace & { readonly store: StoreName },
  { talk }: { readonly talk: Talk },
): Promise<RemovedKey> {
  const { store: name, accessKeyId, header, profile } = place;
  const store = await openStore(name, { context, talk });
  const fault = await store.fault();
  if (fault !== undefined) throw fault;
  // What is locked would keep the item once no line names it; pass removes without unlocking.
  if (name === "keychain") await store.get(accessKeyId);
  await editAwsFile(context, (document) => {
    if (document.get(header, "stsmfa_key") !== storedKeyValue(name, accessKeyId)) return;
    document.remove(header, "stsmfa_key");
    const process = document.get(header, "credential_process");
    if (process !== undefined && isKeyProcess(process, profile)) {
      document.remove(header, "credential_process");
    }
  }, { backup: true, known: files[place.file], warn: talk.warn });
  const now = await readAgain(context, files);
  const about = { accessKeyId, store: name, title: store.title };
  const { kind } = await removeUnnamed(now, store, accessKeyId);
  return { ...about, isGone: kind !== "named" };
}

/**
 * Removes a key that no section names, from each store that has it.
 *
 * @throws StsmfaError `KeyNotFound` if none has it; `Usage` if a line means it that is not read so
 */
export async function removeItem(
  context: Context,
  files: AwsFiles,
  accessKeyId: string,
  { talk }: { readonly talk: Talk },
): Promise<RemovedKey[]> {
  const removed: RemovedKey[] = [];
  for (const name of storeNames) {
    const store = await openStore(name, { context, talk });
    if (await store.fault() !== undefined) continue;
    const removal = await removeUnnamed(files, store, accessKeyId);
    if (removal.kind === "named") throw stillMeant(removal.by, accessKeyId);
    if (removal.kind !== "removed") continue;
    removed.push({ accessKeyId, store: name, title: store.title, isGone: true });
  }
  if (removed.length > 0) return removed;
  throw new StsmfaError("KeyNotFound", `no key store has ${accessKeyId}`, {
    hint: "see which keys there are: stsmfa keys list",
  });
}

function stillMeant({ path, line, header }: NamingLine, accessKeyId: string): StsmfaError {
  return new StsmfaError(
    "Usage",
    `${path}: line ${line}: stsmfa_key in [${header}] names ${accessKeyId}, though no profile has it so`,
    { hint: "remove that line first, or correct it", places: [{ kind: "file", path, line }] },
  );
}
