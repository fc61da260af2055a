/**
 * Adds what an import has planned to AWS's files and to a key store.
 *
 * @module
 */

import { checkEditable, editAwsFile, type EditOptions } from "../aws_files/edit.ts";
import { storeLongTermSection } from "../aws_files/long_term_section.ts";
import { configSectionOrNew } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { IniDocument } from "../ini/document.ts";
import { storedKeyValue } from "../keys/places.ts";
import { keepInStore, type KeyStore } from "../keys/store.ts";
import type { ProfileImport } from "./found_profile.ts";

/** How what was planned is added. */
export interface ImportOptions extends Omit<EditOptions, "known" | "check"> {
  /** The key store that keeps the secrets; without one, the credentials file does. */
  readonly store?: KeyStore | undefined;
}

/**
 * Adds what was planned to AWS's files; does not touch what the other tools have.
 *
 * @returns what was done: a key that the store does not take is refused
 * @throws StsmfaError whatever editing the files throws
 */
export async function importProfile(
  context: Context,
  files: AwsFiles,
  plan: readonly ProfileImport[],
  { store, ...options }: ImportOptions,
): Promise<readonly ProfileImport[]> {
  const { credentials, config } = files;
  const isPlanned = (kind: ProfileImport["kind"]) => plan.some((each) => each.kind === kind);
  if (isPlanned("block")) await checkEditable(context, config);
  if (isPlanned("key")) await checkEditable(context, credentials);
  const done = store === undefined ? plan : await keepAll(store, plan);
  if (done.some(({ kind }) => kind === "key")) {
    await editAwsFile(
      context,
      (document) => addKeys(document, credentials.path, done, store),
      { ...options, known: credentials },
    );
  }
  if (isPlanned("block")) {
    await editAwsFile(
      context,
      (document) => addBlocks(document, done),
      { ...options, known: config },
    );
  }
  return done;
}

/** Keeps the keys in a store. One that cannot be used is not asked again for each key. */
async function keepAll(
  store: KeyStore,
  plan: readonly ProfileImport[],
): Promise<readonly ProfileImport[]> {
  const done: ProfileImport[] = [];
  let fault: StsmfaError | undefined;
  for (const each of plan) {
    const { kind, found, found: { need } } = each;
    if (kind !== "key" || need.kind !== "key") {
      done.push(each);
      continue;
    }
    try {
      if (fault !== undefined) throw fault;
      await keepInStore(store, need.credentials);
      done.push(each);
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      if (error.code === "KeyStoreLocked") fault = error;
      done.push({ kind: "refused", found, error });
    }
  }
  return done;
}

/** Adds the planned keys; their secrets, if no store has them. */
export function addKeys(
  document: IniDocument,
  path: string,
  plan: readonly ProfileImport[],
  store?: KeyStore,
): void {
  for (const { kind, found: { need } } of plan) {
    if (kind !== "key" || need.kind !== "key") continue;
    const storedAs = store && storedKeyValue(store.name, need.credentials.accessKeyId);
    storeLongTermSection(document, path, { ...need, storedAs });
  }
}

/** Adds the blocks; one that was added in the meantime stays as it is. */
export function addBlocks(document: IniDocument, plan: readonly ProfileImport[]): void {
  for (const { kind, found: { profile, need } } of plan) {
    if (kind !== "block" || need.kind !== "block") continue;
    const section = configSectionOrNew(document, profile);
    if (document.entry(section, "stsmfa") !== undefined) continue;
    document.addNested(section, "stsmfa", { ...need.values });
  }
}
