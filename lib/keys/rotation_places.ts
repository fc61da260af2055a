/**
 * Where the two keys of a rotation are: the new one beside the old one, then in its place.
 *
 * @module
 */

import { editAwsFile } from "../aws_files/edit.ts";
import { type AwsFile, type AwsFiles, readAwsFile } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { defaultSection, type IniDocument } from "../ini/document.ts";
import { storedKeyName, type StoreName } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import { readAgain } from "./copies.ts";
import { type KeyPlace, keyPlaces } from "./places.ts";
import type { Rotation } from "./rotation_journal.ts";
import { nextKeyIn, putNextKey, removeNextKey, swapKey } from "./rotation_lines.ts";
import { keepInStore, type KeyStore } from "./store.ts";
import { openStore } from "./stores.ts";
import { removeUnnamed } from "./unnamed.ts";

/** Returns the other sections that hold or name the same key. */
export function placesBeside(files: AwsFiles, place: KeyPlace): KeyPlace[] {
  return keyPlaces(files).filter(({ accessKeyId, path, header }) =>
    accessKeyId === place.accessKeyId && (path !== place.path || header !== place.header)
  );
}

/** Returns the new key that stands beside a key in a file, with the old one's place. */
export function nextKeyBeside(files: AwsFiles, place: KeyPlace): LongTermCredentials | undefined {
  return nextKeyIn(files[place.file].document, place.header);
}

/**
 * Keeps a new key where the old one lives, beside it, and reads it back.
 *
 * @throws StsmfaError what editing the file and the store throw
 */
export async function keepBeside(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  key: LongTermCredentials,
  talk: Talk,
): Promise<void> {
  if (place.store !== "file") {
    return await keepInStore(await openStore(place.store, { context, talk }), key);
  }
  const known = files[place.file];
  await edit(context, known, talk, (document) => {
    if (document.get(place.header, "aws_access_key_id") !== place.accessKeyId) throw changed(place);
    putNextKey(document, place.header, key);
  });
  const { document } = await readAwsFile(context, known.path);
  const kept = nextKeyIn(document, place.header);
  const isKept = kept?.accessKeyId === key.accessKeyId &&
    kept.secretAccessKey.reveal() === key.secretAccessKey.reveal();
  if (isKept) return;
  throw new StsmfaError("FileUnwritable", `${known.path} does not give back what was written`);
}

/**
 * Returns the secret of a new key: beside the old one, or in its place. A store that cannot be asked
 * is an error, and no proof that there is none. As long as the journal does not name the new key, it
 * has no place yet: a section that has it is somebody else's.
 */
export async function keptSecret(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  { oldKeyId, newKeyId: known, store }: Rotation,
  newKeyId: string,
  talk: Talk,
): Promise<Secret | undefined> {
  for (const { document } of [files.credentials, files.config]) {
    for (const header of document.sections()) {
      const next = nextKeyIn(document, header);
      if (next?.accessKeyId === newKeyId) return next.secretAccessKey;
    }
  }
  const places = keyPlaces(files);
  const isPlace = ({ path, header }: KeyPlace) => path === place.path && header === place.header;
  const own = places.filter(({ accessKeyId }) => accessKeyId === newKeyId)
    .sort((one, other) => Number(isPlace(other)) - Number(isPlace(one)));
  if (known === undefined && own.length > 0) return undefined;
  for (const { store, file, header } of own) {
    if (store !== "file") continue;
    return new Secret(files[file].document.get(header, "aws_secret_access_key")!);
  }
  const olds = places.filter(({ accessKeyId }) => accessKeyId === oldKeyId);
  for (const name of storesOf([...own, ...olds], store)) {
    const found = await (await openStore(name, { context, talk })).get(newKeyId);
    if (found !== undefined && found.reveal() !== "") return found;
  }
  return undefined;
}

/** Reports whether a file has a part of a rotation: its new key, beside the old one or in its place. */
export function hasPartOf({ newKeyId, oldKeyId }: Rotation, { document }: AwsFile): boolean {
  return document.sections().some((header) => {
    const get = (key: string) => document.get(header, key);
    const id = get("aws_access_key_id");
    const stored = get(storedKeyName);
    const isNext = nextKeyIn(document, header) !== undefined && id === oldKeyId;
    // An item that is removed with the old key.
    if (isNext || stored?.endsWith(`:${oldKeyId}`)) return true;
    return newKeyId !== undefined && (id === newKeyId || stored?.endsWith(`:${newKeyId}`));
  });
}

/**
 * Takes a new key away that will not be used; what a section names stays in its store.
 *
 * @throws StsmfaError what editing the file and the store throw
 */
export async function forgetBeside(
  context: Context,
  files: AwsFiles,
  newKeyId: string,
  store: string,
  talk: Talk,
): Promise<void> {
  for (const known of [files.credentials, files.config]) {
    if (!removeNextKey(known.document.copy(), newKeyId)) continue;
    await edit(context, known, talk, (document) => void removeNextKey(document, newKeyId));
  }
  const now = await readAgain(context, files);
  for (const name of storesOf([], store)) {
    await removeUnnamed(now, await openStore(name, { context, talk }), newKeyId);
  }
}

/**
 * Puts the new key in the place of the old one: into every store that is named for one of them, then
 * into each file in one edit, that of `place` first. What is there already is seen to be right.
 *
 * @param owned the sections, by file and header, whose two lines were the old key; more are added
 * @throws StsmfaError `LongTermCredentialsMissing` if the section has another key then
 */
export async function swapPlaces(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  oldKeyId: string,
  key: LongTermCredentials,
  talk: Talk,
  owned: Set<string>,
): Promise<AwsFiles> {
  refuseDefaults(files, place, oldKeyId);
  const both = keyPlaces(files).filter(({ accessKeyId }) =>
    accessKeyId === oldKeyId || accessKeyId === key.accessKeyId
  );
  const stores = storesOf(both, undefined);
  for (const name of stores) await keepInStore(await openStore(name, { context, talk }), key);
  const order = place.file === "config"
    ? ["config", "credentials"] as const
    : ["credentials", "config"] as const;
  for (const file of order) {
    const known = files[file];
    const ownedHere = {
      has: (header: string) => owned.has(`${file} ${header}`),
      add: (header: string) => void owned.add(`${file} ${header}`),
    };
    const copy = known.document.copy();
    swapKey(copy, oldKeyId, key, stores, ownedHere);
    if (copy.toString() === known.document.toString()) continue;
    await edit(context, known, talk, (document) => {
      if (swapKey(document, oldKeyId, key, stores, ownedHere)) throw changed(place);
    });
  }
  const now = await readAgain(context, files);
  const isThere = keyPlaces(now).some(({ accessKeyId, path, header, file, store }) =>
    accessKeyId === key.accessKeyId && path === place.path && header === place.header &&
    (store !== "file" ||
      now[file].document.get(header, "aws_secret_access_key") === key.secretAccessKey.reveal())
  );
  if (!isThere) throw changed(place);
  return now;
}

/**
 * Refuses a key that stands in `[DEFAULT]`, too, from which other profiles have it.
 *
 * @throws StsmfaError `InvalidSetting`
 */
export function refuseDefaults(files: AwsFiles, place: KeyPlace, accessKeyId: string): void {
  for (const { path, document } of [files.credentials, files.config]) {
    const id = document.entry(defaultSection, "aws_access_key_id");
    if (id?.value !== accessKeyId) continue;
    throw new StsmfaError(
      "InvalidSetting",
      `${path}: line ${id.line}: [DEFAULT] has the key of [${place.header}], too, and stsmfa does not change what is there`,
      {
        hint: "take its two lines out; a profile that needs the key can name it: " +
          `source_profile = ${place.profile}`,
        places: [{ kind: "file", path, line: id.line }],
      },
    );
  }
}

/**
 * Removes a key that AWS has deleted from the stores, unless a section names it; reports whether no
 * store has it. It is of no use to anybody, so a store that fails is only warned of.
 */
export async function removeDeleted(
  context: Context,
  files: AwsFiles,
  keyIds: { readonly oldKeyId: string; readonly newKeyId: string },
  store: string,
  talk: Talk,
): Promise<boolean> {
  const { oldKeyId, newKeyId } = keyIds;
  const places = keyPlaces(files);
  let isGone = true;
  const stores = storesOf(places.filter(({ accessKeyId }) => accessKeyId === newKeyId), store);
  for (const name of stores) {
    if (places.some((each) => each.store === name && each.accessKeyId === oldKeyId)) continue;
    try {
      const opened = await openStore(name, { context, talk });
      await opened.remove(oldKeyId);
      // It may have been moved to a file meanwhile.
      if (!places.some((each) => each.accessKeyId === newKeyId && each.store === name)) {
        await removeUnnamed(files, opened, newKeyId);
      }
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      talk.warn(`${oldKeyId}, which AWS has deleted, is still in a key store: ${error.message}`);
      isGone = false;
    }
  }
  return isGone;
}

/** Returns the stores that the new key has to be put into. */
export async function openedStores(
  context: Context,
  files: AwsFiles,
  accessKeyId: string,
  talk: Talk,
): Promise<KeyStore[]> {
  const places = keyPlaces(files).filter((each) => each.accessKeyId === accessKeyId);
  return await Promise.all(
    storesOf(places, undefined).map((name) => openStore(name, { context, talk })),
  );
}

function storesOf(places: readonly KeyPlace[], more: string | undefined): StoreName[] {
  const names = new Set([...places.map(({ store }) => store as string), more]);
  return (["keychain", "pass"] as const).filter((name) => names.has(name));
}

async function edit(
  context: Context,
  known: AwsFile,
  talk: Talk,
  change: (document: IniDocument) => void,
): Promise<void> {
  const { path } = known;
  const changeOrRefuse = (document: IniDocument) => {
    try {
      change(document);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new StsmfaError("InvalidSetting", `${path} cannot hold the new key: ${error.message}`);
    }
  };
  // A backup of this version would hold a key that is about to go.
  await editAwsFile(context, changeOrRefuse, { backup: false, warn: talk.warn, known });
}

function changed({ path, header, profile }: KeyPlace): StsmfaError {
  return new StsmfaError(
    "LongTermCredentialsMissing",
    `${path}: [${header}] has changed in the meantime: it has another key now`,
    { hint: `see where the key is: ${withArguments("stsmfa keys list", [profile])}` },
  );
}
