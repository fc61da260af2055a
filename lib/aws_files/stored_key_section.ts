/**
 * The lines of a section whose key is in a key store: `stsmfa_key` in the place of the key, and the
 * `credential_process` by which AWS's own tools find it.
 *
 * @module
 */

import type { LongTermCredentials } from "../credentials.ts";
import type { IniDocument } from "../ini/document.ts";

/**
 * Puts the line that names a key in the place of the key itself. Everything else stays, comments
 * included.
 *
 * @param process the `credential_process` to write below it
 * @throws RangeError for values that would not be read back unchanged
 */
export function putStoredKey(
  document: IniDocument,
  header: string,
  value: string,
  process: string | undefined,
): void {
  document.replaceKey(header, "aws_access_key_id", "stsmfa_key", value);
  document.remove(header, "aws_secret_access_key");
  if (process !== undefined && document.entry(header, "credential_process") === undefined) {
    document.addBelow(header, "stsmfa_key", "credential_process", process);
  }
}

/**
 * Puts a key back in the place of the line that names it.
 *
 * @throws RangeError for values that would not be read back unchanged
 */
export function putBackKey(
  document: IniDocument,
  header: string,
  { accessKeyId, secretAccessKey }: LongTermCredentials,
): void {
  document.replaceKey(header, "stsmfa_key", "aws_access_key_id", accessKeyId);
  document.addBelow(
    header,
    "aws_access_key_id",
    "aws_secret_access_key",
    secretAccessKey.reveal(),
  );
}
