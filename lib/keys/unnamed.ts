/**
 * Removes from a store what no section names any more.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { storedKeyName, type StoreName } from "../profile/source.ts";
import { keyPlaces } from "./places.ts";
import { type KeyStore, sealingItem, storeNames } from "./store.ts";

/** What became of an item. */
export type Removal =
  | { readonly kind: "removed" | "absent" }
  | { readonly kind: "named"; readonly by: NamingLine };

/** A line that means a key in a store, be it read as the name of one or not. */
export interface NamingLine {
  readonly path: string;
  /** The section as it is written, without brackets. */
  readonly header: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Returns a line that means a key in a store, be it read as the name of one or not: with a comment
 * behind the ID, in `[DEFAULT]`, or in a section that another one replaces. Whoever wrote it would
 * find the key gone.
 */
export function namingLine(
  files: AwsFiles,
  store: StoreName,
  accessKeyId: string,
): NamingLine | undefined {
  const others = storeNames.filter((name) => name !== store);
  for (const { path, document } of [files.credentials, files.config]) {
    for (const header of document.sections()) {
      const entry = document.entry(header, storedKeyName);
      if (entry === undefined || !entry.value.includes(accessKeyId)) continue;
      if (others.some((name) => entry.value.startsWith(`${name}:`))) continue;
      return { path, header, line: entry.line };
    }
  }
  return undefined;
}

/**
 * Removes a key from a store, unless a section names it there; with the last one goes the key that
 * sealed sessions.
 */
export async function removeUnnamed(
  files: AwsFiles,
  store: KeyStore,
  accessKeyId: string,
): Promise<Removal> {
  const by = namingLine(files, store.name, accessKeyId);
  if (by !== undefined) return { kind: "named", by };
  const isRemoved = await store.remove(accessKeyId);
  if (!keyPlaces(files).some((each) => each.store === store.name)) await store.remove(sealingItem);
  return { kind: isRemoved ? "removed" : "absent" };
}
