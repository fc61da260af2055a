/**
 * Lists long-term keys, and the stores that can have them. Asks nobody and reads no secret.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { StoreName } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import { type KeyPlace, keyPlaces } from "./places.ts";
import { sealingItem } from "./store.ts";
import { openStore } from "./stores.ts";

/** A key, and whether its store has it. */
export interface ListedKey extends KeyPlace {
  /** `unknown` where the store cannot be asked. */
  readonly state: "kept" | "missing" | "unknown";
}

/** A store of this system. */
export interface ListedStore {
  readonly name: StoreName;
  readonly title: string;
  /** Why it cannot be used here. */
  readonly fault: StsmfaError | undefined;
  /** Keys in it that no section names. */
  readonly unnamed: readonly string[];
}

/** The names of stores, the system's own first. */
export const storeNames: readonly StoreName[] = ["keychain", "pass"];

/** Lists them. */
export async function listKeys(
  context: Context,
  files: AwsFiles,
  talk: Talk,
): Promise<{ readonly keys: ListedKey[]; readonly stores: ListedStore[] }> {
  const places = keyPlaces(files);
  const looked = await Promise.all(storeNames.map(async (name) => {
    const store = await openStore(name, { context, talk });
    const mine = places.filter((each) => each.store === name);
    const states = new Map<string, ListedKey["state"]>();
    let unnamed: string[] = [];
    let fault = await store.fault();
    try {
      if (fault === undefined) {
        for (const { accessKeyId } of mine) {
          states.set(accessKeyId, await store.has(accessKeyId) ? "kept" : "missing");
        }
        unnamed = (await store.items() ?? []).filter((id) =>
          id !== sealingItem && !mine.some(({ accessKeyId }) => accessKeyId === id)
        );
      }
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      fault = error;
    }
    return { name, title: store.title, fault, unnamed, states };
  }));
  const keys = places.map((place): ListedKey => {
    const states = looked.find(({ name }) => name === place.store)?.states;
    return {
      ...place,
      state: states === undefined ? "kept" : states.get(place.accessKeyId) ?? "unknown",
    };
  });
  return { keys, stores: looked.map(({ states: _, ...store }) => store) };
}
