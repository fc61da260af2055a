/**
 * Where `stsmfa import` keeps the keys that it takes over.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { KeyStore } from "../keys/store.ts";
import type { ProfileImport } from "../setup/found_profile.ts";
import { isKeyringTool } from "../setup/keyring.ts";
import type { Talk } from "../talk.ts";
import { chosenStore, type StoreChoice, storeFor, usableStores } from "./init_store.ts";

/** Where keys go: to a store, or into the file. */
export interface Place {
  readonly store: KeyStore | undefined;
}

/**
 * Returns where the keys go; `undefined` if that is still to be asked. A key that is in a key store
 * goes into a file in plain text only if somebody says so.
 *
 * @throws StsmfaError `KeyStoreUnusable`, `KeyStoreLocked` for a named store that cannot be used;
 * `Usage` if somebody has to be asked, and there is nobody, or nothing to choose from
 */
export async function placeFor(
  context: Context,
  plan: readonly ProfileImport[],
  named: StoreChoice | undefined,
  dryRun: boolean,
  talk: Talk,
): Promise<Place | undefined> {
  const keys = plan.filter(({ kind }) => kind === "key");
  if (keys.length === 0) return { store: undefined };
  if (named !== undefined) return { store: await storeFor(context, named, undefined, talk) };
  const guarded = keys.find(({ found }) => isKeyringTool(found.tool));
  if (guarded === undefined) return { store: undefined };
  if (dryRun) return undefined;
  const prompter = await context.terminal.prompter();
  const usable = prompter && await usableStores(context, talk);
  if (prompter !== undefined && usable !== undefined && usable.length > 0) {
    const question = "Where should the secret keys be kept?";
    return { store: await chosenStore(context, usable, prompter, question) };
  }
  const why = prompter === undefined
    ? "stsmfa cannot ask here where to keep it"
    : "no key store can be used here";
  throw new StsmfaError(
    "Usage",
    `${guarded.found.tool} has the key of ${guarded.found.profile} in a safe place, and ${why}`,
    {
      hint: prompter === undefined
        ? "choose --store keychain or pass; in plain text: --store file"
        : "see why: stsmfa keys list; to keep it in AWS's file, in plain text: --store file",
    },
  );
}
