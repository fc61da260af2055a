/**
 * Digests of texts.
 *
 * @module
 */

/**
 * Returns the digest of a text in hexadecimal.
 *
 * @param algorithm SHA-1 only where others have decided on it
 */
export async function digest(
  text: string,
  algorithm: "SHA-256" | "SHA-1" = "SHA-256",
): Promise<string> {
  const bytes = await crypto.subtle.digest(algorithm, new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
