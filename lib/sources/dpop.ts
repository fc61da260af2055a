/**
 * Proves with a key that a token is used by who got it (DPoP), as AWS's sign-in asks for.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9449
 *
 * @module
 */

import type { Secret } from "../credentials.ts";

/** What is proved. */
export interface DpopRequest {
  readonly method: string;
  readonly url: string;
  readonly at: Date;
}

const curve = { name: "ECDSA", namedCurve: "P-256" } as const;

/**
 * Returns the value of the header `DPoP`.
 *
 * @param key an EC key on the curve P-256, as PEM (SEC 1 or PKCS #8)
 * @returns `undefined` if it is no such key
 */
export async function dpopProof(
  key: Secret,
  { method, url, at }: DpopRequest,
): Promise<string | undefined> {
  const imported = await importedKey(key);
  if (imported === undefined) return undefined;
  const { signing, jwk } = imported;
  const header = { typ: "dpop+jwt", alg: "ES256", jwk };
  const payload = {
    htm: method,
    htu: url,
    iat: Math.floor(at.getTime() / 1000),
    jti: crypto.randomUUID(),
  };
  const text = [header, payload].map((part) => base64Url(bytesOf(JSON.stringify(part)))).join(".");
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, signing, bytesOf(text));
  return `${text}.${base64Url(new Uint8Array(signature))}`;
}

/** Returns the key to sign with, and its public part. */
async function importedKey(
  key: Secret,
): Promise<{ signing: CryptoKey; jwk: JsonWebKey } | undefined> {
  const [, kind, base64] =
    /-----BEGIN (EC )?PRIVATE KEY-----([A-Za-z\d+/=\s]*)-----END (?:EC )?PRIVATE KEY-----/.exec(
      key.reveal(),
    ) ?? [];
  if (base64 === undefined) return undefined;
  try {
    const der = Uint8Array.from(atob(base64.replace(/\s/g, "")), (each) => each.charCodeAt(0));
    const pkcs8 = kind === undefined ? der : wrapped(der);
    const signing = await crypto.subtle.importKey("pkcs8", pkcs8, curve, true, ["sign"]);
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", signing);
    return { signing, jwk: { kty: kty!, x: x!, y: y!, crv: crv! } };
  } catch {
    return undefined;
  }
}

/** PKCS #8's version and its algorithm: an EC key on P-256. */
const pkcs8Head = [
  ...[0x02, 0x01, 0x00],
  ...[0x30, 0x13],
  ...[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
];

/** Wraps a key as SEC 1 has it, which Web Crypto does not read, into PKCS #8. */
function wrapped(sec1: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(element(0x30, [...pkcs8Head, ...element(0x04, [...sec1])]));
}

/** An element of DER. */
function element(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  return length < 0x100
    ? [tag, 0x81, length, ...content]
    : [tag, 0x82, length >> 8, length & 0xff, ...content];
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
    .replace(/=+$/, "");
}
