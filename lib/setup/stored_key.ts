/**
 * Moves the line that names a key in a store out of the section that a session is to go to. The
 * secret stays where it is.
 *
 * @module
 */

import {
  type LongTermSection,
  refuseStored,
  setSerialNumber,
} from "../aws_files/long_term_section.ts";
import { StsmfaError } from "../errors.ts";
import type { IniDocument } from "../ini/document.ts";
import { storedKeyValue } from "../keys/places.ts";
import { keyProcessCommand } from "../keys/process_line.ts";
import { isKeyProcess } from "../profile/own_process.ts";
import type { StoredSource } from "../profile/source.ts";

/** What aws-mfa keeps next to a key moves with it, unless the other section has its own. */
const companions = ["aws_mfa_device", "assume_role"];

/**
 * Moves the line, comments and companions included, and with it the `credential_process` by which
 * AWS's tools find the key.
 *
 * @param from the section that has it
 * @param to the section that gets it, and the device
 * @param profile what the section that gets it is called as a profile
 * @throws StsmfaError `LongTermCredentialsStored`; `LongTermCredentialsMissing` if the section names
 * another key by now
 */
export function adoptStoredKey(
  document: IniDocument,
  path: string,
  from: string,
  source: StoredSource,
  to: LongTermSection,
  profile: string,
): void {
  const { section } = to;
  refuseStored(document, path, section);
  const { store, credentials: { accessKeyId } } = source;
  if (document.get(from, "stsmfa_key") !== storedKeyValue(store, accessKeyId)) {
    throw new StsmfaError(
      "LongTermCredentialsMissing",
      `${path}: [${from}] has changed in the meantime: it has another key than the one checked`,
      { hint: "run the same command again" },
    );
  }
  const process = document.get(from, "credential_process");
  const isForTools = process !== undefined && isKeyProcess(process, source.section);
  document.moveKeys(from, section, [
    "stsmfa_key",
    ...(isForTools ? ["credential_process"] : []),
    ...companions.filter((key) => document.entry(section, key) === undefined),
  ]);
  if (isForTools) document.set(section, "credential_process", keyProcessCommand(profile));
  setSerialNumber(document, path, to);
}
