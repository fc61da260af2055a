/**
 * Seals secrets with a key that is kept in a key store: AES-GCM, a key of its own for each store.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { Secret } from "../credentials.ts";
import type { StoreName } from "../profile/source.ts";
import type { Sealer } from "../state/kept_sessions.ts";
import type { Talk } from "../talk.ts";
import { keepInStore, sealingItem } from "./store.ts";
import { openStore } from "./stores.ts";

const keyBytes = 32;
const nonceBytes = 12;

/**
 * Returns a sealer.
 *
 * @param seals the store whose key seals; anything can be opened whose store has its key
 */
export function storeSealer(
  context: Context,
  seals: StoreName | undefined,
  talk: Talk,
): Sealer {
  const known = new Map<StoreName, Promise<CryptoKey | undefined>>();
  const keyIn = (name: StoreName, isMade: boolean): Promise<CryptoKey | undefined> => {
    let found = known.get(name);
    if (found === undefined) known.set(name, found = readKey(name));
    if (!isMade) return found;
    const made = found.then((key) => key ?? makeKey(name));
    known.set(name, made);
    return made;
  };
  const readKey = async (name: StoreName) => {
    const store = await openStore(name, { context, talk });
    const kept = await store.get(sealingItem);
    return kept && await imported(kept);
  };
  const makeKey = async (name: StoreName) => {
    const store = await openStore(name, { context, talk });
    const bytes = crypto.getRandomValues(new Uint8Array(keyBytes));
    const secretAccessKey = new Secret(toBase64(bytes));
    await keepInStore(store, { accessKeyId: sealingItem, secretAccessKey });
    return await imported(secretAccessKey);
  };
  return {
    seal: async (secret, beside) => {
      if (seals === undefined) throw new Error("nothing is sealed for a key in a file");
      const key = await keyIn(seals, true);
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const text = new TextEncoder().encode(secret.reveal());
      const sealed = await crypto.subtle.encrypt(parameters(iv, beside), key!, text);
      return `${seals}:${toBase64(iv)}:${toBase64(new Uint8Array(sealed))}`;
    },
    open: async (sealed, beside) => {
      const [, store, iv, text] = /^(keychain|pass):([\w+/=]+):([\w+/=]+)$/.exec(sealed) ?? [];
      if (store === undefined) return undefined;
      const key = await keyIn(store as StoreName, false);
      if (key === undefined) return undefined;
      try {
        const given = parameters(fromBase64(iv!), beside);
        const opened = await crypto.subtle.decrypt(given, key, fromBase64(text!));
        return new Secret(new TextDecoder().decode(opened));
      } catch {
        return undefined;
      }
    },
  };
}

function parameters(iv: Uint8Array<ArrayBuffer>, beside: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(beside) };
}

// The runtime's own way is not in every version that we run on.
function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

async function imported(kept: Secret): Promise<CryptoKey | undefined> {
  try {
    const bytes = fromBase64(kept.reveal());
    if (bytes.length !== keyBytes) return undefined;
    return await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  } catch {
    return undefined;
  }
}
