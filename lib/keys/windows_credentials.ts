/**
 * Windows' Credential Manager as a key store.
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { Context, CredentialManager } from "../context.ts";
import { faultOf, locked, unusable } from "./run_store.ts";
import { checkStoredId, type KeyStore, type StoreOptions } from "./store.ts";

/** What it is called, and what unlocks it. */
export const words = {
  title: "Windows Credential Manager",
  unlock: "sign in to Windows itself: a session of ssh or WinRM has no store",
  install: "",
};

const prefix = "stsmfa:";

/** What Windows says by its error's number. */
const errorNotFound = 1168;
const errorNoSession = 1312;

/** Windows takes no more; wine does, so that nothing but this limit would tell. */
const mostBytes = 2560;

/** Returns the Credential Manager. */
export function windowsCredentials({ context }: StoreOptions): KeyStore {
  const target = (accessKeyId: string) => {
    checkStoredId(accessKeyId);
    return prefix + accessKeyId;
  };
  const opened = () => openManager(context);
  const list = (manager: CredentialManager) => namesIn(manager, prefix);
  /** Does something; `undefined` if there is no such item, whether or not the number says so. */
  const withItem = async <T>(
    accessKeyId: string,
    use: (manager: CredentialManager, target: string) => T,
  ): Promise<T | undefined> => {
    const name = target(accessKeyId);
    const manager = await opened();
    try {
      return use(manager, name);
    } catch (error) {
      const code = codeOf(error);
      if (code === errorNotFound) return undefined;
      // The number of an error can be lost on its way to us.
      if (code === 0 && !list(manager).includes(name)) return undefined;
      throw failed(error);
    }
  };
  const items = async () => list(await opened()).map((each) => each.slice(prefix.length));
  return {
    name: "keychain",
    title: words.title,
    items,
    has: async (accessKeyId) => {
      checkStoredId(accessKeyId);
      return (await items()).includes(accessKeyId);
    },
    fault: () => faultOf(items),
    get: async (accessKeyId) => {
      const bytes = await withItem(accessKeyId, (manager, name) => manager.read(name));
      return bytes && new Secret(new TextDecoder().decode(bytes));
    },
    put: async ({ accessKeyId, secretAccessKey }: LongTermCredentials) => {
      const name = target(accessKeyId);
      const bytes = new TextEncoder().encode(secretAccessKey.reveal());
      if (bytes.length > mostBytes) {
        throw unusable(words, `takes ${mostBytes} bytes at most, and the secret is longer`);
      }
      const manager = await opened();
      try {
        manager.write(name, accessKeyId, bytes);
      } catch (error) {
        throw failed(error);
      }
    },
    remove: async (accessKeyId) =>
      await withItem(accessKeyId, (manager, name) => (manager.remove(name), true)) ?? false,
    removeCommand: (accessKeyId) => `cmdkey /delete:${target(accessKeyId)}`,
  };
}

/**
 * Opens the Credential Manager.
 *
 * @throws StsmfaError `KeyStoreUnusable`
 */
export async function openManager(context: Context): Promise<CredentialManager> {
  try {
    if (context.credentialManager !== undefined) return await context.credentialManager();
  } catch (error) {
    throw unusable(words, `cannot be opened: ${error instanceof Error ? error.message : error}`);
  }
  throw unusable(words, "is on Windows alone");
}

/**
 * Returns the names of the items that begin so.
 *
 * @throws StsmfaError `KeyStoreLocked`, `KeyStoreUnusable`
 */
export function namesIn(manager: CredentialManager, prefix: string): string[] {
  try {
    return manager.list(prefix);
  } catch (error) {
    if (codeOf(error) === errorNotFound) return [];
    throw failed(error);
  }
}

function codeOf(error: unknown): number | undefined {
  const { code } = Object(error);
  return typeof code === "number" ? code : undefined;
}

/** Returns what went wrong, by the number of an error. */
export function failed(error: unknown): StsmfaError {
  if (error instanceof StsmfaError) return error;
  const code = codeOf(error);
  if (code === undefined) throw error;
  if (code === errorNoSession) return locked(words, "has no store in this session");
  return unusable(words, `failed with error ${code}`);
}
