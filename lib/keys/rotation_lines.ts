/**
 * The lines of a rotation in a section whose key is in the file: the new key beside the old one, in
 * two lines that AWS's tools do not read, until one edit puts it in the place of the old one.
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import { defaultSection, type IniDocument } from "../ini/document.ts";
import { storedKeyName } from "../profile/source.ts";

const nextId = "stsmfa_next_key";
const nextSecret = "stsmfa_next_secret";

/**
 * Writes the new key below the old one.
 *
 * @throws RangeError for values that would not be read back unchanged
 */
export function putNextKey(
  document: IniDocument,
  header: string,
  { accessKeyId, secretAccessKey }: LongTermCredentials,
): void {
  document.remove(header, nextId, nextSecret);
  document.addBelow(header, "aws_secret_access_key", nextId, accessKeyId);
  document.addBelow(header, nextId, nextSecret, secretAccessKey.reveal());
}

/** Returns the new key that is written in a section. */
export function nextKeyIn(document: IniDocument, header: string): LongTermCredentials | undefined {
  const accessKeyId = document.get(header, nextId);
  const secret = document.get(header, nextSecret);
  if (!accessKeyId || !secret) return undefined;
  return { accessKeyId, secretAccessKey: new Secret(secret) };
}

/** Takes the lines of a new key away, wherever they are; reports whether there were any. */
export function removeNextKey(document: IniDocument, accessKeyId: string): boolean {
  const found = document.sections().filter((header) =>
    document.get(header, nextId) === accessKeyId
  );
  for (const header of found) document.remove(header, nextId, nextSecret);
  return found.length > 0;
}

/**
 * Puts the new key in the place of the old one in every section that holds or names it, and takes
 * the lines beside it away. Where the old one is no more, they may be all that there is of the new.
 *
 * @param stores those that have the new key
 * @param owned whether the two lines of a section were the old key once; it is told of more of them
 * @returns whether a section names the old key in another store, and still does
 */
export function swapKey(
  document: IniDocument,
  oldKeyId: string,
  { accessKeyId, secretAccessKey }: LongTermCredentials,
  stores: readonly string[],
  owned: { has(header: string): boolean; add(header: string): void },
): boolean {
  const secret = secretAccessKey.reveal();
  let isLeft = false;
  let isThere = false;
  for (const header of document.sections()) {
    if (header === defaultSection) continue;
    const get = (key: string) => document.get(header, key);
    if (get("aws_access_key_id") === oldKeyId && get("aws_secret_access_key")) {
      document.set(header, "aws_access_key_id", accessKeyId);
      document.set(header, "aws_secret_access_key", secret);
      owned.add(header);
    }
    if (get("aws_access_key_id") === accessKeyId) {
      // An ID alone is no key: somebody may have put the old secret back, or changed one line.
      const isRight = get("aws_secret_access_key") === secret;
      if (!isRight && owned.has(header)) document.set(header, "aws_secret_access_key", secret);
      if (isRight || owned.has(header)) isThere = true;
    }
    const named = get(storedKeyName) ?? "";
    const [, store] = /^(\w+):/.exec(named) ?? [];
    if (store === undefined) continue;
    if (named === `${store}:${oldKeyId}`) {
      if (stores.includes(store)) document.set(header, storedKeyName, `${store}:${accessKeyId}`);
      else isLeft = true;
    }
    if (get(storedKeyName) === `${store}:${accessKeyId}`) isThere = true;
  }
  if (isThere) removeNextKey(document, accessKeyId);
  return isLeft;
}
