/**
 * The key stores of this system, by the names that `stsmfa_key` has for them.
 *
 * @module
 */

import type { StoreName } from "../profile/source.ts";
import type { KeyStore, StoreOptions } from "./store.ts";

/** Opens the store of that name; whether it can be used here is for it to say. */
export async function openStore(name: StoreName, options: StoreOptions): Promise<KeyStore> {
  if (name === "pass") return await (await import("./pass.ts")).passOrGopass(options);
  const { context } = options;
  if (context.os === "windows") {
    return (await import("./windows_credentials.ts")).windowsCredentials(options);
  }
  if (context.runtime.includes("-apple-")) {
    return (await import("./mac_keychain.ts")).macKeychain(options);
  }
  return (await import("./secret_service.ts")).secretService(options);
}
