/**
 * Certificates to trust besides the built-in ones, from the file in `AWS_CA_BUNDLE` or `ca_bundle`.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { storageError, systemErrorCode } from "../storage_error.ts";

/**
 * Reads a file of certificates.
 *
 * @throws StsmfaError `InvalidSetting` if the file does not exist or holds no certificate,
 * `FileUnreadable`
 */
export async function readCaBundle(
  context: Context,
  path: string | undefined,
): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await context.files.read(path);
  } catch (error) {
    if (systemErrorCode(error) === "EISDIR") throw invalid(`a folder, not a file: ${path}`);
    throw storageError("read", path, error);
  }
  const text = bytes && new TextDecoder().decode(bytes);
  const problem = text === undefined
    ? `${path}, and there is no such file`
    : !text.includes(begin)
    ? `a file without a PEM certificate: ${path}`
    : text.split(begin).slice(1).every(isCertificate)
    ? undefined
    : `a file with a PEM certificate that is damaged: ${path}`;
  if (problem === undefined) return [text!];
  throw invalid(problem);
}

function invalid(problem: string): StsmfaError {
  return new StsmfaError("InvalidSetting", `AWS_CA_BUNDLE or ca_bundle names ${problem}`, {
    hint: "correct AWS_CA_BUNDLE or ca_bundle, or remove it",
  });
}

const begin = "-----BEGIN CERTIFICATE-----";

/** Reports whether the text behind a begin has a whole certificate, as far as its form tells. */
function isCertificate(text: string): boolean {
  const end = text.indexOf("-----END CERTIFICATE-----");
  if (end < 0) return false;
  try {
    // It begins as a sequence does in DER.
    return atob(text.slice(0, end)).startsWith("0");
  } catch {
    return false;
  }
}
