/**
 * Passes over sections of the credentials file that hold a session and nothing else, as stsmfa writes
 * them. A file can have a hundred thousand of them: they are looked at as bytes, and nothing is made
 * of them. Whatever is written in any other way is left for others to judge.
 *
 * @module
 */

import { ownedKeys } from "./session_section.ts";

const encoder = new TextEncoder();

/** The owned keys as bytes, by their length. */
const keysByLength = Map.groupBy(
  ownedKeys.map((key, nth) => ({ bytes: encoder.encode(key), bit: 1 << nth })),
  ({ bytes }) => bytes.length,
);

const bitOf = (key: string) => 1 << ownedKeys.indexOf(key);
const keyId = bitOf("aws_access_key_id");
const tokens = bitOf("aws_session_token") | bitOf("aws_security_token");

const [lineFeed, carriageReturn, space, equals, opening, closing] = encoder.encode("\n\r =[]");

/** Which bytes may stand in a value: those of ASCII that are seen, but none that begins a comment. */
const ofValue = new Uint8Array(256).fill(1, 0x21, 0x7f);
for (const byte of encoder.encode("#;")) ofValue[byte] = 0;

/** Which bytes may stand in a name: no quotes and brackets either. */
const ofName = ofValue.slice();
for (const byte of encoder.encode("[]\"'\\")) ofName[byte] = 0;

const sharedName = encoder.encode("[DEFAULT]");
const idOfSession = encoder.encode("ASIA");

/**
 * Returns what is left of the bytes of a file without such sections, in parts.
 *
 * @param bytes whole sections, or all of a file
 */
export function withoutPlainSessions(bytes: Uint8Array): Uint8Array[] {
  const left: Uint8Array[] = [];
  let leftFrom = 0;
  for (let start = 0; start < bytes.length;) {
    const end = endOfPlainSession(bytes, start);
    if (end >= 0) {
      if (leftFrom < start) left.push(bytes.subarray(leftFrom, start));
      leftFrom = end;
    }
    start = end >= 0 ? end : nextHeader(bytes, start);
  }
  return [...left, bytes.subarray(leftFrom)];
}

/** Returns where the next section begins, or the end. */
function nextHeader(bytes: Uint8Array, start: number): number {
  for (let at = start; (at = bytes.indexOf(lineFeed!, at)) >= 0;) {
    if (bytes[++at] === opening) return at;
  }
  return bytes.length;
}

/** Returns where a section ends that holds a session alone; -1 for any other. */
function endOfPlainSession(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (ofName[bytes[at]!] === 1) at++;
  if (bytes[start] !== opening || at === start + 1 || bytes[at] !== closing) return -1;
  if (holds(bytes, start, sharedName)) return -1;
  at = endOfLine(bytes, at + 1);
  let seen = 0;
  while (at >= 0 && at < bytes.length && bytes[at] !== opening) {
    const empty = endOfLine(bytes, at);
    if (empty >= 0) {
      at = empty;
      continue;
    }
    const keyStart = at;
    while (bytes[at] !== space && bytes[at] !== equals && at - keyStart < 32) at++;
    const bit = bitAt(bytes, keyStart, at);
    if (bit === 0 || (seen & bit) !== 0) return -1;
    if (bytes[at] === space) at++;
    if (bytes[at++] !== equals) return -1;
    if (bytes[at] === space) at++;
    const valueStart = at;
    while (ofValue[bytes[at]!] === 1) at++;
    if (at === valueStart || (bit === keyId && !holds(bytes, valueStart, idOfSession))) return -1;
    seen |= bit;
    at = endOfLine(bytes, at);
  }
  return (seen & keyId) !== 0 && (seen & tokens) !== 0 ? at : -1;
}

/** Returns where the next line begins, if nothing else stands on this one; -1 if something does. */
function endOfLine(bytes: Uint8Array, at: number): number {
  if (at === bytes.length) return at;
  if (bytes[at] === carriageReturn) at++;
  return bytes[at] === lineFeed ? at + 1 : -1;
}

/** Returns the bit of the owned key that is there, or 0. */
function bitAt(bytes: Uint8Array, start: number, end: number): number {
  return keysByLength.get(end - start)
    ?.find(({ bytes: key }) => holds(bytes, start, key))?.bit ?? 0;
}

function holds(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let nth = 0; nth < part.length; nth++) if (bytes[at + nth] !== part[nth]) return false;
  return true;
}
