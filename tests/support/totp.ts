/**
 * One-time codes like those of an authenticator app: RFC 6238 with HMAC-SHA-1, six digits, 30 s
 * steps.
 *
 * @module
 */

import { createHmac } from "node:crypto";

/** How long a code is current, in seconds. */
export const STEP_SECONDS = 30;

/** A device's shared secret: raw bytes, or the base32 text that AWS shows next to the QR code. */
export type TotpSecret = Uint8Array | string;

/** Returns the six digits that a device with this secret shows at that time. */
export function totp(secret: TotpSecret, at: Date): string {
  return codeOfStep(secret, stepOf(at));
}

/** Returns the number of whole 30 s steps since 1970 at that time. */
export function stepOf(at: Date): number {
  return Math.floor(at.getTime() / 1000 / STEP_SECONDS);
}

/** Returns the six digits of one step: HOTP (RFC 4226) with the step as its counter. */
export function codeOfStep(secret: TotpSecret, step: number): string {
  const bytes = typeof secret === "string" ? decodeBase32(secret) : secret;
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = createHmac("sha1", bytes).update(new Uint8Array(counter.buffer)).digest();
  const offset = mac.at(-1)! & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Decodes RFC 4648 base32 as people type it: any case, spaces and missing padding allowed. */
export function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.toUpperCase().replaceAll(/[\s=]/g, "");
  const bytes = new Uint8Array(Math.floor(digits.length * 5 / 8));
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const digit of digits) {
    const value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(digit);
    if (value < 0) throw new TypeError(`not a base32 digit: ${digit}`);
    bits = (bits << 5 | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes[length++] = bits >> held & 0xff;
    }
  }
  return bytes;
}
