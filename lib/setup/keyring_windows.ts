/**
 * Keys of other tools in Windows' Credential Manager.
 *
 * @module
 */

import { Secret } from "../credentials.ts";
import type { StoreOptions } from "../keys/store.ts";
import { failed, namesIn, openManager, words } from "../keys/windows_credentials.ts";
import { isCacheName, type Keyring } from "./keyring.ts";
import type { KeyringSettings } from "./keyring_settings.ts";

/** Returns a tool's part of the Credential Manager. */
export function windowsKeyring(
  { context }: StoreOptions,
  { service }: KeyringSettings,
): Keyring {
  const prefix = `${service}:${service}:`;
  return {
    title: words.title,
    items: async ({ names, isAll }) => {
      const manager = await openManager(context);
      return namesIn(manager, prefix).map((target) => target.slice(prefix.length))
        .filter((name) => !isCacheName(name) && (isAll || names.includes(name)))
        .map((name) => {
          try {
            const bytes = manager.read(prefix + name);
            return { name, content: new Secret(new TextDecoder().decode(bytes)) };
          } catch (error) {
            return { name, content: failed(error) };
          }
        });
    },
  };
}
