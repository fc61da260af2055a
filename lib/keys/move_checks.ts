/**
 * What keeps a key from being moved out of its section, and what may have changed meanwhile.
 *
 * @module
 */

import { configSection, profileEntry, sectionEntry } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { LongTermCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { IniDocument } from "../ini/document.ts";
import { isKeyProcess, isOwnProcess } from "../profile/own_process.ts";
import { headersWith } from "./copies.ts";
import { type KeyPlace, storedKeyValue } from "./places.ts";
import { nextKeyIn } from "./rotation_lines.ts";

/**
 * Makes sure, before its secret is looked at, that a key can go to a store.
 *
 * @throws StsmfaError `InvalidSetting`
 */
export function checkMovable(files: AwsFiles, place: KeyPlace): void {
  if (place.store === "file") checkBehind(files, place);
  checkNoRotation(files, place);
  checkOneName(files, place);
}

const rivals = [
  "role_arn",
  "web_identity_token_file",
  "sso_account_id",
  "sso_role_name",
  "login_session",
  "credential_process",
];

/**
 * Refuses a section in which AWS's tools would find something else once the key is gone.
 *
 * @throws StsmfaError `InvalidSetting`
 */
function checkBehind(files: AwsFiles, { profile, file }: KeyPlace): void {
  const section = file === "credentials"
    ? configSection(files.config.document, profile)
    : undefined;
  const twin = section && sectionEntry(files.config, section, "aws_access_key_id");
  const found = [
    ...twin ? [twin] : [],
    ...rivals.flatMap((key) => profileEntry(files, profile, key) ?? []),
  ]
    .find(({ key, value }) =>
      key !== "credential_process" ||
      !(isKeyProcess(value, profile) || isOwnProcess(files, value, profile))
    );
  if (found === undefined) return;
  const { path, line, key } = found;
  throw new StsmfaError(
    "InvalidSetting",
    `${path}: line ${line}: without the key, AWS's tools would use ${key} for ${profile}, which is another identity`,
    {
      hint: `give ${key} a profile of its own, or remove it`,
      places: [{ kind: "file", path, line, key }],
    },
  );
}

/**
 * Refuses a section with a key and the name of another one.
 *
 * @throws StsmfaError `InvalidSetting`
 */
function checkOneName(files: AwsFiles, { file, store, header, accessKeyId }: KeyPlace): void {
  const { path, document } = files[file];
  const named = document.entry(header, "stsmfa_key");
  if (store !== "file" || !named || named.value.endsWith(`:${accessKeyId}`)) return;
  throw new StsmfaError(
    "InvalidSetting",
    `${path}: line ${named.line}: stsmfa_key in [${header}] names another key than the one in the section`,
    { hint: "remove one of the two", places: [{ kind: "file", path, ...named }] },
  );
}

/**
 * Refuses a section with a new key beside the one that is moved: its secret would stay.
 *
 * @throws StsmfaError `InvalidSetting`
 */
function checkNoRotation(files: AwsFiles, { file, path, header, line, profile }: KeyPlace): void {
  if (nextKeyIn(files[file].document, header) === undefined) return;
  throw new StsmfaError(
    "InvalidSetting",
    `${path}: line ${line}: the key of [${header}] is being rotated, and that is not finished`,
    { hint: `finish it first: ${withArguments("stsmfa keys rotate", [profile])}` },
  );
}

/** @throws StsmfaError `LongTermCredentialsMissing` if somebody has changed the section meanwhile */
export function checkUnchanged(
  document: IniDocument,
  place: KeyPlace,
  key: LongTermCredentials,
): void {
  const { store, header, accessKeyId } = place;
  const isSame = store === "file"
    ? headersWith(document, key).includes(header)
    : document.get(header, "stsmfa_key") === storedKeyValue(store, accessKeyId);
  if (!isSame) throw changed(place);
}

/** Returns the error for a section that somebody has changed while its key was being moved. */
export function changed({ path, header, profile }: KeyPlace): StsmfaError {
  return new StsmfaError(
    "LongTermCredentialsMissing",
    `${path}: [${header}] has changed in the meantime: it has another key now`,
    { hint: `see where the key is: ${withArguments("stsmfa keys list", [profile])}` },
  );
}
