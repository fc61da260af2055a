/**
 * Checks the format of access keys that come from outside the files.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html
 *
 * @module
 */

import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";

/** Returns why a text can't be the ID of a long-term key, or `undefined` if it can. */
export function accessKeyIdComplaint(text: string): string | undefined {
  const value = text.trim();
  if (value.startsWith("ASIA")) {
    return "this key belongs to a session; a user's own key begins with AKIA";
  }
  // An ID is sent to AWS, and repeated in an error if AWS does not know it.
  if (/^(?=.*[a-z])\w{40}$/.test(value)) {
    return "this looks like the secret access key; the ID is the shorter one, as in AKIAIOSFODNN7EXAMPLE";
  }
  return /^\w{16,128}$/.test(value)
    ? undefined
    : "an access key ID has 16 or more letters and digits, as in AKIAIOSFODNN7EXAMPLE";
}

/** Returns why a text can't be a secret access key, or `undefined` if it can; never repeats it. */
export function secretAccessKeyComplaint(text: string): string | undefined {
  return /^[\x21-\x7e]{16,}$/.test(text.trim())
    ? undefined
    : "a secret access key has 40 letters, digits, + and /, and no spaces";
}

/**
 * Returns an access key from its two parts.
 *
 * @param origin where they come from, for the error message
 * @throws StsmfaError `Usage`; the texts are not repeated
 */
export function checkedAccessKey(
  accessKeyId: string,
  secretAccessKey: string,
  origin: string,
): LongTermCredentials {
  const complaint = accessKeyIdComplaint(accessKeyId) ?? secretAccessKeyComplaint(secretAccessKey);
  if (complaint !== undefined) throw new StsmfaError("Usage", `${origin}: ${complaint}`);
  return {
    accessKeyId: accessKeyId.trim(),
    secretAccessKey: new Secret(secretAccessKey.trim()),
  };
}

/**
 * Parses an access key from a text of two words: the ID and the secret, separated by a line end,
 * white space or a comma. The header of the file that the IAM console creates is skipped.
 *
 * @throws StsmfaError `Usage`
 */
export function parseAccessKey(text: string, origin: string): LongTermCredentials {
  const words = text.replace(/^\ufeff/, "").replace(/^Access key ID,Secret access key\s/i, "")
    .split(/[\s,]+/).filter((word) => word !== "");
  const [accessKeyId = "", secretAccessKey = "", ...more] = words;
  if (words.length < 2 || more.length > 0) {
    throw new StsmfaError("Usage", `${origin}: two words are needed, and ${words.length} found`, {
      hint: "give the access key ID in the first, the secret access key in the second",
    });
  }
  return checkedAccessKey(accessKeyId, secretAccessKey, origin);
}
