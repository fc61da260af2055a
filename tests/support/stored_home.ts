/**
 * A home whose key is in a key store.
 *
 * @module
 */

import { FakeSecretTool, onLinux } from "./fake_stores.ts";
import { type Home, type HomeOptions, openHome } from "./homes.ts";
import { alice } from "./sts_people.ts";

/** Returns what an item of our own is known by. */
export function itemOf(accessKeyId: string): string {
  return `account=${accessKeyId}\nkind=access-key\nservice=stsmfa`;
}

/** Returns a section that names a key in the system's key store. */
export function storedKey(section: string, accessKeyId = alice().accessKeyId): string {
  return `[${section}]\nstsmfa_key = keychain:${accessKeyId}\n`;
}

/** A home, and the store of its system. */
export interface StoredHome extends AsyncDisposable {
  readonly home: Home;
  readonly store: FakeSecretTool;
}

/** Opens a home with alice's key in the store, named by `[default-long-term]` unless told else. */
export async function openStoredHome(options: HomeOptions = {}): Promise<StoredHome> {
  const store = new FakeSecretTool();
  const { accessKeyId, secretAccessKey } = alice();
  store.items.set(itemOf(accessKeyId), secretAccessKey);
  const home = await openHome({
    credentials: storedKey("default-long-term"),
    runCommand: store.run,
    ...onLinux,
    ...options,
  });
  return { home, store, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}
