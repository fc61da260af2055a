/**
 * Removes from a store what no section names any more.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { type KeyPlace, keyPlaces } from "./places.ts";
import { type KeyStore, sealingItem } from "./store.ts";

/** What became of an item. */
export type Removal =
  | { readonly kind: "removed" | "absent" }
  | { readonly kind: "named"; readonly by: KeyPlace };

/**
 * Removes a key from a store, unless a section names it there; with the last one goes the key that
 * sealed sessions.
 */
export async function removeUnnamed(
  files: AwsFiles,
  store: KeyStore,
  accessKeyId: string,
): Promise<Removal> {
  const here = keyPlaces(files).filter((each) => each.store === store.name);
  const by = here.find((each) => each.accessKeyId === accessKeyId);
  if (by !== undefined) return { kind: "named", by };
  const isRemoved = await store.remove(accessKeyId);
  if (here.length === 0) await store.remove(sealingItem);
  return { kind: isRemoved ? "removed" : "absent" };
}
