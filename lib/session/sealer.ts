/**
 * Opens and seals kept sessions. What asks a key store is loaded with the first that is sealed.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { importLazily } from "../import_lazily.ts";
import type { ProfileSource, StoreName } from "../profile/source.ts";
import { isSealed, type KeptSession, openSession, type Sealer } from "../state/kept_sessions.ts";
import type { Sealing } from "../state/session_cache.ts";
import type { Talk } from "../talk.ts";

/** Returns how the sessions of a source are kept: sealed, if its key is in a store. */
export function sealingFor(context: Context, source: ProfileSource, talk: Talk): Sealing {
  const store = source.kind === "stored" ? source.store : undefined;
  return { sealer: lazySealer(context, store, talk), seals: store !== undefined };
}

/**
 * Returns a kept session with its secrets; `undefined` if they cannot be had any more.
 *
 * @throws StsmfaError `KeyStoreLocked`, `KeyStoreUnusable`
 */
export async function openedSession(
  context: Context,
  session: KeptSession | undefined,
  talk: Talk,
): Promise<KeptSession | undefined> {
  if (session === undefined || !isSealed(session.credentials)) return session;
  return await openSession(session, lazySealer(context, undefined, talk));
}

function lazySealer(context: Context, store: StoreName | undefined, talk: Talk): Sealer {
  let loaded: Promise<Sealer> | undefined;
  const load = () =>
    loaded ??= importLazily<typeof import("../keys/sealing.ts")>(
      "../keys/sealing.ts",
      import.meta.url,
    ).then(({ storeSealer }) => storeSealer(context, store, talk));
  return {
    seal: async (...args) => await (await load()).seal(...args),
    open: async (...args) => await (await load()).open(...args),
  };
}
