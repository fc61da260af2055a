/**
 * Certificates to trust besides the built-in ones, from the file in `AWS_CA_BUNDLE` or `ca_bundle`.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { storageError } from "../storage_error.ts";

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
    throw storageError("read", path, error);
  }
  const text = bytes && new TextDecoder().decode(bytes);
  if (!text?.includes("-----BEGIN CERTIFICATE-----")) {
    throw new StsmfaError(
      "InvalidSetting",
      text === undefined
        ? `AWS_CA_BUNDLE or ca_bundle names ${path}, and there is no such file`
        : `AWS_CA_BUNDLE or ca_bundle names a file without a PEM certificate: ${path}`,
      { hint: "correct AWS_CA_BUNDLE or ca_bundle, or remove it" },
    );
  }
  return [text];
}
