/**
 * Fetches a long-term key from its store. Loaded when a key is used, and not before.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { LongTermSource, StoredSource } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import { secretAccessKeyComplaint } from "./access_key.ts";
import { openStore } from "./stores.ts";

/**
 * Returns the source with its secret.
 *
 * @throws StsmfaError `KeyStoreLocked`, `KeyStoreUnusable`, also for what is no secret access key;
 * `StoredKeyMissing` if the store has no such item
 */
export async function fetchStoredKey(
  context: Context,
  source: StoredSource,
  talk: Talk,
): Promise<LongTermSource> {
  const { store: name, credentials: { accessKeyId }, section, path, line } = source;
  const store = await openStore(name, { context, talk });
  const secretAccessKey = await store.get(accessKeyId);
  if (secretAccessKey === undefined || secretAccessKey.reveal() === "") {
    throw missingKey(source, store.title);
  }
  const text = secretAccessKey.reveal();
  if (text !== text.trim() || secretAccessKeyComplaint(text) !== undefined) {
    throw new StsmfaError(
      "KeyStoreUnusable",
      `${store.title} has something for ${accessKeyId} that is not a secret access key, which has 40 letters, digits, + and /`,
      { hint: `if you have another copy, remove this one: ${store.removeCommand(accessKeyId)}` },
    );
  }
  return { kind: "long-term", section, path, line, credentials: { accessKeyId, secretAccessKey } };
}

/** Returns a long-term source with its secret, which a store is asked for if that has it. */
export async function withSecret(
  context: Context,
  source: LongTermSource | StoredSource,
  talk: Talk,
): Promise<LongTermSource> {
  return source.kind === "stored" ? await fetchStoredKey(context, source, talk) : source;
}

/** Returns the error of a line that names a key which its store has not. */
export function missingKey(
  { section, path, line, credentials: { accessKeyId } }: StoredSource,
  title: string,
): StsmfaError {
  return new StsmfaError(
    "StoredKeyMissing",
    `${path}: line ${line}: [${section}] names ${accessKeyId}, but ${title} has no such key`,
    {
      hint: `without another copy, create a new key in the IAM console; then: ${
        withArguments("stsmfa keys remove", [section])
      }, and store the new one`,
      places: [{ kind: "file", path, line, key: "stsmfa_key" }],
    },
  );
}
