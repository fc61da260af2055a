/**
 * Where `stsmfa init` keeps an access key.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { FileFlags } from "../cli/flags.ts";
import type { Context, Prompter } from "../context.ts";
import { storeNames } from "../keys/store.ts";
import { moveKey } from "../keys/move.ts";
import { oneAtATime } from "../keys/one_at_a_time.ts";
import { keyPlaceOf } from "../keys/places.ts";
import type { KeyStore } from "../keys/store.ts";
import { openStore } from "../keys/stores.ts";
import type { StoreName } from "../profile/source.ts";
import type { AccessKeySetupPlan } from "../setup/access_key.ts";
import type { Talk } from "../talk.ts";

/** What `--store` can be. */
export type StoreChoice = StoreName | "file";

/**
 * Returns the store that is to keep the key: the named one, else what the person chooses of those
 * that can be used; `undefined` for the file.
 *
 * @throws StsmfaError `KeyStoreUnusable`, `KeyStoreLocked` for a named one that cannot be used
 */
export async function storeFor(
  context: Context,
  named: StoreChoice | undefined,
  prompter: Prompter | undefined,
  talk: Talk,
): Promise<KeyStore | undefined> {
  if (named === "file") return undefined;
  if (named !== undefined) {
    const store = await openStore(named, { context, talk });
    const fault = await store.fault();
    if (fault !== undefined) throw fault;
    return store;
  }
  if (prompter === undefined) return undefined;
  const usable = await usableStores(context, talk);
  return usable.length === 0 ? undefined : await chosenStore(context, usable, prompter);
}

/** Returns the stores that can be used here. */
export async function usableStores(context: Context, talk: Talk): Promise<KeyStore[]> {
  const stores = await Promise.all(storeNames.map((name) => openStore(name, { context, talk })));
  const faults = await Promise.all(stores.map((store) => store.fault()));
  return stores.filter((_, at) => faults[at] === undefined);
}

/** Asks which store is to keep the key; `undefined` for the file. */
export async function chosenStore(
  { signal }: Context,
  usable: readonly KeyStore[],
  prompter: Prompter,
  question = "Where should the secret key be kept?",
): Promise<KeyStore | undefined> {
  const choices = [...usable.map(({ title }) => title), "the credentials file, in plain text"];
  const chosen = await prompter.choose(question, choices, signal);
  return usable.find(({ title }) => title === chosen);
}

/** Moves a key that was adopted to a store, and out of the backup of the adoption. */
export async function moveAdopted(
  context: Context,
  flags: FileFlags,
  { section }: AccessKeySetupPlan,
  to: StoreName,
  talk: Talk,
): Promise<void> {
  const options = { to, everywhere: false, process: undefined, talk };
  const { left, copies } = await oneAtATime(context, talk, async () => {
    const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
    return await moveKey(context, files, keyPlaceOf(files, context.env, {}, section), options);
  });
  for (const { path, line } of left) {
    talk.warn(`${path}: line ${line} still has the secret that was moved to the key store`);
  }
  for (const path of copies) {
    talk.warn(`${path} still has the secret that was moved to the key store: remove that copy`);
  }
}
