/**
 * What a key store is to stsmfa: secret access keys by the ID of the key.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { StoreName } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import { secretAccessKeyComplaint } from "./access_key.ts";

/** A store of secrets, which the system or the user unlocks. */
export interface KeyStore {
  /** What `stsmfa_key` calls it. */
  readonly name: StoreName;
  /** What people call it, such as `Secret Service`. */
  readonly title: string;
  /** Returns why it cannot be used here; asks nobody. */
  fault(): Promise<StsmfaError | undefined>;
  /** Reports whether there is an item for a key, be it locked; asks nobody. */
  has(accessKeyId: string): Promise<boolean>;
  /** Returns the IDs of all keys in it, if it tells; asks nobody. */
  items(): Promise<string[] | undefined>;
  /**
   * Returns the secret of a key, or `undefined` if there is no such item.
   *
   * @throws StsmfaError `KeyStoreLocked`, `KeyStoreUnusable`
   */
  get(accessKeyId: string): Promise<Secret | undefined>;
  /** Writes an item, over one that is there; whether it is kept is for {@link keepInStore}. */
  put(key: LongTermCredentials): Promise<void>;
  /** Removes an item; reports whether there was one. */
  remove(accessKeyId: string): Promise<boolean>;
  /** Returns the command that removes an item without stsmfa, for a hint. */
  removeCommand(accessKeyId: string): string;
}

/** The names of stores, the system's own first. */
export const storeNames: readonly StoreName[] = ["keychain", "pass"];

/** What a store needs to run. */
export interface StoreOptions {
  readonly context: Context;
  /** Tells the person that a dialogue is waiting. */
  readonly talk: Talk;
}

/** The item that is no access key's, but seals kept sessions; IDs of keys begin with `A`. */
export const sealingItem = "STSMFA0SEALING0KEY";

/** The longest secret that every store takes, in bytes; AWS's have 40. */
const mostBytes = 2048;

/**
 * Checks an ID before a store's item is named by it.
 *
 * @throws StsmfaError `InvalidSetting`
 */
export function checkStoredId(accessKeyId: string): void {
  if (/^[A-Z0-9]{16,128}$/.test(accessKeyId)) return;
  throw new StsmfaError(
    "InvalidSetting",
    "the access key ID is not 16 to 128 capital letters and digits: no item of a key store can be named by it",
    { hint: "an ID is like AKIAIOSFODNN7EXAMPLE; the IAM console shows yours" },
  );
}

/**
 * Keeps a key in a store: writes it, reads it back and compares. An item that is there and holds
 * another secret is never overwritten.
 *
 * @throws StsmfaError `InvalidSetting` for a secret that no store could hold, `KeyStoreUnusable`,
 * `KeyStoreLocked`
 */
export async function keepInStore(store: KeyStore, key: LongTermCredentials): Promise<void> {
  const { accessKeyId, secretAccessKey } = key;
  checkStoredId(accessKeyId);
  const secret = secretAccessKey.reveal();
  const complaint = secret.length > mostBytes
    ? `it is longer than ${mostBytes} bytes`
    : secretAccessKeyComplaint(secret);
  // What is as short as a word would be found everywhere.
  if (complaint !== undefined || secret !== secret.trim()) {
    throw new StsmfaError(
      "InvalidSetting",
      `the secret of ${accessKeyId} is not in AWS's format: ${
        complaint ?? "it has space around it"
      }`,
      { hint: "correct it first: aws configure" },
    );
  }
  const there = await store.get(accessKeyId);
  if (there?.reveal() === secret) return;
  if (there !== undefined) {
    throw new StsmfaError(
      "KeyStoreUnusable",
      `${store.title} has another secret for ${accessKeyId}, which is not overwritten`,
      { hint: `if that one is wrong: ${store.removeCommand(accessKeyId)}` },
    );
  }
  await store.put(key);
  const kept = await store.get(accessKeyId);
  if (kept?.reveal() === secret) return;
  throw new StsmfaError(
    "KeyStoreUnusable",
    `${store.title} took the secret of ${accessKeyId}, but gives back ${
      kept === undefined ? "nothing" : "another one"
    }`,
    { hint: "use another store; nothing was changed in your files" },
  );
}
