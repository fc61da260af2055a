/**
 * Moves a long-term key between AWS's files and key stores. At each moment the key is in one of the
 * two at least, and the same move, run again, finishes what a killed one has left.
 *
 * @module
 */

import { checkEditable, editAwsFile } from "../aws_files/edit.ts";
import { refuseUnusableKey } from "../aws_files/profile_sections.ts";
import type { AwsFile, AwsFiles } from "../aws_files/read.ts";
import { putBackKey, putStoredKey } from "../aws_files/stored_key_section.ts";
import type { Context } from "../context.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import type { IniDocument } from "../ini/document.ts";
import { isKeyProcess } from "../profile/own_process.ts";
import type { StoreName } from "../profile/source.ts";
import type { Talk } from "../talk.ts";
import {
  cleanBackups,
  copiesWith,
  headersWith,
  linesWith,
  readAgain,
  type SecretLine,
  takeOutEverywhere,
} from "./copies.ts";
import { fetchStoredKey } from "./fetch.ts";
import { changed, checkMovable, checkUnchanged } from "./move_checks.ts";
import { type KeyPlace, storedKeyValue } from "./places.ts";
import { resealSessions } from "./reseal.ts";
import { keepInStore } from "./store.ts";
import { openStore } from "./stores.ts";
import { removeUnnamed } from "./unnamed.ts";

/** How a key is moved. */
export interface MoveOptions {
  readonly to: StoreName | "file";
  /** Whether the secret is taken out of comments and other sections, too. */
  readonly everywhere: boolean;
  /** The `credential_process` to write beside what names the key. */
  readonly process: string | undefined;
  readonly talk: Talk;
}

/** What became of a key. */
export interface MovedKey {
  /** Where it was. */
  readonly from: KeyPlace;
  readonly to: StoreName | "file";
  /** What people call the place where it is now. */
  readonly title: string;
  /** Whether it was moved now, and not before. */
  readonly isMoved: boolean;
  /** Lines of AWS's files that still have the secret, though it is in a store. */
  readonly left: readonly SecretLine[];
  /** Other people's copies that still have it. */
  readonly copies: readonly string[];
}

/**
 * Moves a key.
 *
 * @throws StsmfaError what the stores and editing the file throw; `InvalidSetting` for a section in
 * which AWS's tools would find other credentials behind the key
 */
export async function moveKey(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  options: MoveOptions,
): Promise<MovedKey> {
  const { to } = options;
  return to === "file"
    ? await moveToFile(context, files, place, options)
    : await moveToStore(context, files, place, { ...options, to });
}

async function moveToStore(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  options: MoveOptions & { readonly to: StoreName },
): Promise<MovedKey> {
  const { to, everywhere, process, talk } = options;
  const store = await openStore(to, { context, talk });
  const fault = await store.fault();
  if (fault !== undefined) throw fault;
  checkMovable(files, place);
  const key = await keyAt(context, files, place, talk);
  const known = files[place.file];
  await checkEditable(context, known);
  if (everywhere) await checkEditable(context, other(files, place));
  await keepInStore(store, key);
  const value = storedKeyValue(to, key.accessKeyId);
  const isMoved = place.store !== to;
  // A backup of this version would hold the secret.
  const edit = { backup: false, warn: talk.warn };
  if (isMoved || everywhere || process !== undefined) {
    await editAwsFile(
      context,
      (document) =>
        orInvalid(place, () => {
          checkUnchanged(document, place, key);
          nameInStore(document, place, value, process);
          if (everywhere) takeOutEverywhere(document, key, value);
        }),
      { ...edit, known },
    );
  }
  if (everywhere) {
    const known = other(files, place);
    const take = (document: IniDocument) => takeOutEverywhere(document, key, value);
    if (known.bytes !== undefined) await editAwsFile(context, take, { ...edit, known });
  }
  await cleanBackups(context, files, key, value);
  const now = await readAgain(context, files);
  await resealSessions(context, now, place, talk);
  if (isMoved && place.store !== "file") {
    await leaveStore(context, now, place.store, key, talk);
  }
  return {
    from: place,
    to,
    title: store.title,
    isMoved,
    left: linesWith(now, key.secretAccessKey),
    copies: await copiesWith(context, now, key.secretAccessKey),
  };
}

async function moveToFile(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  { talk }: MoveOptions,
): Promise<MovedKey> {
  const known = files[place.file];
  const isMoved = place.store !== "file";
  const key = await keyAt(context, files, place, talk);
  if (isMoved) {
    await editAwsFile(
      context,
      (document) =>
        orInvalid(place, () => {
          checkUnchanged(document, place, key);
          putBackKey(document, place.header, key);
          const process = document.get(place.header, "credential_process");
          if (process !== undefined && isKeyProcess(process, place.profile)) {
            document.remove(place.header, "credential_process");
          }
        }),
      { backup: false, warn: talk.warn, known },
    );
  }
  const now = await readAgain(context, files);
  if (!headersWith(now[place.file].document, key).includes(place.header)) {
    throw changed(place);
  }
  await resealSessions(context, now, place, talk);
  const stores: readonly StoreName[] = place.store === "file"
    ? ["keychain", "pass"]
    : [place.store];
  for (const store of stores) {
    // A store that nobody uses here is not looked into.
    const isUsed = isMoved || await holds(context, store, key, talk);
    if (isUsed) await leaveStore(context, now, store, key, talk);
  }
  return { from: place, to: "file", title: known.path, isMoved, left: [], copies: [] };
}

/** Reports whether a store has a copy of a key, such as one that a killed move has left. */
async function holds(
  context: Context,
  name: StoreName,
  { accessKeyId, secretAccessKey }: LongTermCredentials,
  talk: Talk,
): Promise<boolean> {
  try {
    const store = await openStore(name, { context, talk });
    if (await store.fault() !== undefined || !await store.has(accessKeyId)) return false;
    const isSame = (await store.get(accessKeyId))?.reveal() === secretAccessKey.reveal();
    if (!isSame) talk.warn(`${store.title} has another secret for ${accessKeyId}, which was kept`);
    return isSame;
  } catch (error) {
    if (error instanceof StsmfaError && error.code !== "Cancelled") return false;
    throw error;
  }
}

/** The length of every secret of AWS's. */
const secretLength = 40;

/**
 * Removes a key from the store that it was moved out of, and says so. One of another length stays:
 * a store may have given out a part of it.
 */
async function leaveStore(
  context: Context,
  files: AwsFiles,
  name: StoreName,
  { accessKeyId, secretAccessKey }: LongTermCredentials,
  talk: Talk,
): Promise<void> {
  const store = await openStore(name, { context, talk });
  const { length } = secretAccessKey.reveal();
  if (length !== secretLength) {
    talk.warn(
      `${store.title} keeps ${accessKeyId}, since its secret has ${length} characters, and AWS's have ${secretLength}; if it works, remove that copy: ${
        store.removeCommand(accessKeyId)
      }`,
    );
    return;
  }
  const removal = await removeUnnamed(files, store, accessKeyId);
  if (removal.kind === "named") {
    talk.note(`${store.title} keeps ${accessKeyId}: [${removal.by.header}] names it, too`);
  } else if (removal.kind === "removed") {
    talk.note(`${accessKeyId} was removed from ${store.title}`);
  }
}

/** Returns a key with its secret, be that in the file or in a store. */
async function keyAt(
  context: Context,
  files: AwsFiles,
  place: KeyPlace,
  talk: Talk,
): Promise<LongTermCredentials> {
  const { header: section, path, line, accessKeyId, store } = place;
  if (store !== "file") {
    const credentials = { accessKeyId };
    const source = { kind: "stored", section, path, line, store, credentials } as const;
    return (await fetchStoredKey(context, source, talk)).credentials;
  }
  const { document } = files[place.file];
  const secret = document.entry(section, "aws_secret_access_key")!;
  for (const key of ["aws_access_key_id", "aws_secret_access_key"]) {
    refuseUnusableKey({ ...document.entry(section, key)!, path, section });
  }
  const token = ["aws_session_token", "aws_security_token"]
    .flatMap((key) => document.entry(section, key) ?? [])[0];
  if (token !== undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `${path}: line ${token.line}: ${token.key} is next to the access key in [${section}], and AWS refuses the two together`,
      { hint: "remove that line first", places: [{ kind: "file", path, ...token }] },
    );
  }
  return { accessKeyId, secretAccessKey: new Secret(secret.value) };
}

function nameInStore(
  document: IniDocument,
  { store, header }: KeyPlace,
  value: string,
  process: string | undefined,
): void {
  if (store === "file") {
    document.remove(header, "stsmfa_key");
    return putStoredKey(document, header, value, process);
  }
  document.set(header, "stsmfa_key", value);
  if (process !== undefined && document.entry(header, "credential_process") === undefined) {
    document.addBelow(header, "stsmfa_key", "credential_process", process);
  }
}

function other(files: AwsFiles, { file }: KeyPlace): AwsFile {
  return file === "credentials" ? files.config : files.credentials;
}

/** Turns what cannot be written to such a file into an error of the section. */
function orInvalid(place: KeyPlace, edit: () => void): void {
  try {
    edit();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StsmfaError(
      "InvalidSetting",
      `${place.path}: [${place.header}] cannot hold the key: ${error.message}`,
    );
  }
}
