/**
 * Stores long-term keys in a section of the credentials file. They are stored once and never
 * overwritten.
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, profileWord, renewCommand, withArguments } from "../hint_words.ts";
import type { IniDocument } from "../ini/document.ts";
import { withoutComment } from "../ini/lines.ts";
import { type FileValue, refuseUnusableKey, sectionValue } from "./profile_sections.ts";
import { holdsLongTermCredentials } from "./session_section.ts";

/** Long-term keys for a section, and the device that goes with them. */
export interface LongTermSection {
  readonly section: string;
  readonly credentials: LongTermCredentials;
  readonly serialNumber?: string | undefined;
  /** How `stsmfa_key` names the key, if its secret is in a key store and not to be written. */
  readonly storedAs?: string | undefined;
  /** Whether it replaces a device that the section names already. */
  readonly replacesDevice?: boolean;
}

/**
 * Writes long-term keys to a section that has none.
 *
 * @throws StsmfaError `LongTermCredentialsStored`
 */
export function storeLongTermSection(
  document: IniDocument,
  path: string,
  stored: LongTermSection,
): void {
  const { section, credentials, storedAs } = stored;
  refuseStored(document, path, section);
  if (storedAs !== undefined) document.set(section, "stsmfa_key", storedAs);
  else {
    document.set(section, "aws_access_key_id", credentials.accessKeyId);
    document.set(section, "aws_secret_access_key", credentials.secretAccessKey.reveal());
  }
  setSerialNumber(document, path, stored);
}

/**
 * Reads the long-term key that stands in a section itself.
 *
 * @throws StsmfaError `LongTermCredentialsMissing`; `InvalidSetting` for one with a comment behind it
 */
export function readLongTermSection(
  document: IniDocument,
  path: string,
  section: string,
): LongTermCredentials {
  const get = (key: string) => {
    const found = ownValue(document, path, section, key);
    if (found !== undefined) refuseUnusableKey(found);
    return found?.value;
  };
  const accessKeyId = get("aws_access_key_id");
  const secretAccessKey = get("aws_secret_access_key");
  const isHeld = holdsLongTermCredentials(document, section);
  if (isHeld && accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
  }
  const missing = accessKeyId === undefined ? "aws_access_key_id" : "aws_secret_access_key";
  throw new StsmfaError(
    "LongTermCredentialsMissing",
    isHeld
      ? `${path}: [${section}] in line ${document.sectionLine(section)} has no ${missing}`
      : `${path}: [${section}] has no access key to move`,
    {
      hint: isHeld
        ? `add it: aws configure ${flagWords("--profile", section)}`
        : `to type one in: stsmfa init ${profileWord(section)}`,
    },
  );
}

/** What aws-mfa keeps next to a key moves with it, unless the other section has its own. */
const companions = ["aws_mfa_device", "assume_role"];

/**
 * Moves the long-term key of a section to another one that has none, with comments and companions;
 * all other keys stay.
 *
 * @throws StsmfaError `LongTermCredentialsStored`; `LongTermCredentialsMissing` if the section no
 * longer has the expected key
 */
export function adoptLongTermSection(
  document: IniDocument,
  path: string,
  from: string,
  stored: LongTermSection,
): void {
  const { section, credentials } = stored;
  refuseStored(document, path, section);
  const { accessKeyId, secretAccessKey } = readLongTermSection(document, path, from);
  if (
    accessKeyId !== credentials.accessKeyId ||
    secretAccessKey.reveal() !== credentials.secretAccessKey.reveal()
  ) {
    throw new StsmfaError(
      "LongTermCredentialsMissing",
      `${path}: [${from}] has changed in the meantime: it has another key than the one checked`,
      { hint: "run the same command again" },
    );
  }
  document.moveKeys(from, section, [
    "aws_access_key_id",
    "aws_secret_access_key",
    ...companions.filter((key) => document.entry(section, key) === undefined),
  ]);
  setSerialNumber(document, path, stored);
}

/**
 * @param profile the key's profile, if it can be renewed with that key
 * @throws StsmfaError `LongTermCredentialsStored` for a section that has keys
 */
export function refuseStored(
  document: IniDocument,
  path: string,
  section: string,
  profile?: string,
): void {
  const stored = document.entry(section, "aws_access_key_id") ??
    document.entry(section, "aws_secret_access_key") ?? document.entry(section, "stsmfa_key");
  if (stored === undefined) return;
  const renewing = profile === undefined ? "" : `for a session: ${renewCommand(profile)}; `;
  throw new StsmfaError(
    "LongTermCredentialsStored",
    `${path}: [${section}] already has keys, in line ${stored.line}; stsmfa never overwrites them`,
    {
      hint: `${renewing}to replace them: ${
        stored.key === "stsmfa_key"
          ? withArguments("stsmfa keys remove", [section])
          : `aws configure ${flagWords("--profile", section)}`
      }`,
    },
  );
}

/** Returns a value that stands in the section itself, and is not inherited. */
function ownValue(
  document: IniDocument,
  path: string,
  section: string,
  key: string,
): FileValue | undefined {
  const found = sectionValue({ path, document }, section, key);
  return found?.section === section ? found : undefined;
}

/** Sets the device of a key. aws-mfa's key is read first, so it is the one to change if it is used. */
export function setSerialNumber(
  document: IniDocument,
  path: string,
  { section, serialNumber, replacesDevice }: LongTermSection,
): void {
  const named = ["aws_mfa_device", "mfa_serial"]
    .map((key) => ownValue(document, path, section, key))
    .find((found) => found !== undefined);
  if (serialNumber === undefined || named?.value === serialNumber) return;
  // Behind a value, a comment makes another device of it; `set` gives it a line of its own.
  if (named === undefined || replacesDevice || withoutComment(named.value) === serialNumber) {
    document.set(section, named?.key ?? "mfa_serial", serialNumber);
  }
}
