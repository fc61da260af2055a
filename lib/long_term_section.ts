/**
 * Long-term keys as a section of the credentials file. They are stored once and never overwritten.
 *
 * @module
 */

import type { LongTermCredentials } from "./credentials.ts";
import { shellWord, StsmfaError } from "./errors.ts";
import type { IniDocument } from "./ini.ts";

/** Long-term keys that a section gets, and the device that goes with them. */
export interface LongTermSection {
  readonly section: string;
  readonly credentials: LongTermCredentials;
  readonly serialNumber?: string | undefined;
}

/**
 * Writes long-term keys to a section that has none.
 *
 * @throws StsmfaError `LongTermCredentialsStored`
 */
export function storeLongTermSection(
  document: IniDocument,
  path: string,
  { section, credentials, serialNumber }: LongTermSection,
): void {
  refuseStored(document, path, section);
  document.set(section, "aws_access_key_id", credentials.accessKeyId);
  document.set(section, "aws_secret_access_key", credentials.secretAccessKey.reveal());
  if (serialNumber !== undefined) setSerialNumber(document, section, serialNumber);
}

/**
 * Moves the long-term keys of a section to another one that has none, with their comments and with
 * what aws-mfa keeps beside them; all other keys stay.
 *
 * @throws StsmfaError `LongTermCredentialsStored`
 */
export function adoptLongTermSection(
  document: IniDocument,
  path: string,
  from: string,
  section: string,
  serialNumber: string | undefined,
): void {
  refuseStored(document, path, section);
  const keys = ["aws_access_key_id", "aws_secret_access_key", "aws_mfa_device", "assume_role"];
  document.moveKeys(from, section, keys);
  if (serialNumber !== undefined) setSerialNumber(document, section, serialNumber);
}

/** @throws StsmfaError `LongTermCredentialsStored` for a section that has keys */
export function refuseStored(document: IniDocument, path: string, section: string): void {
  const stored = document.entry(section, "aws_access_key_id") ??
    document.entry(section, "aws_secret_access_key");
  if (stored === undefined) return;
  throw new StsmfaError(
    "LongTermCredentialsStored",
    `${path}: [${section}] has keys already, in line ${stored.line}; they are never overwritten`,
    { hint: `to replace them: aws configure --profile ${shellWord(section)}` },
  );
}

/** aws-mfa's key is left in charge where it is used. */
function setSerialNumber(document: IniDocument, section: string, serialNumber: string): void {
  if (document.get(section, "aws_mfa_device") === serialNumber) return;
  document.set(section, "mfa_serial", serialNumber);
}
