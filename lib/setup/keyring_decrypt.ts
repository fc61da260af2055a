/**
 * Decrypts JWE with a passphrase. Loaded only for files that are encrypted so.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc7518#section-4.8
 *
 * @module
 */

import { compactDecrypt, decodeProtectedHeader } from "jose";
import { Secret } from "../credentials.ts";

const algorithm = "PBES2-HS256+A128KW";
const encryption = "A256GCM";

/** The tools write some thousands of rounds; more than this takes longer than anybody waits. */
const mostRounds = 2_000_000;

/** Returns what is in a file, or why not: it is encrypted in another way, or with another passphrase. */
export async function decrypt(
  jwe: string,
  passphrase: Secret,
): Promise<Secret | "unknown" | "refused"> {
  try {
    const { alg, enc, p2c } = decodeProtectedHeader(jwe) as Record<string, unknown>;
    const isKnown = alg === algorithm && enc === encryption &&
      typeof p2c === "number" && p2c <= mostRounds;
    if (!isKnown) return "unknown";
  } catch {
    return "unknown";
  }
  try {
    const { plaintext } = await compactDecrypt(
      jwe,
      new TextEncoder().encode(passphrase.reveal()),
      {
        keyManagementAlgorithms: [algorithm],
        contentEncryptionAlgorithms: [encryption],
        maxPBES2Count: mostRounds,
      },
    );
    return new Secret(new TextDecoder().decode(plaintext));
  } catch {
    return "refused";
  }
}
