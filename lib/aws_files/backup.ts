/**
 * Decides when a backup is due: whenever a person or another program has changed the file since the
 * last one. A file that differs from the backup only in our sessions never replaces it.
 *
 * @module
 */

import { IniDocument } from "../ini/document.ts";
import { commentInValue } from "../ini/lines.ts";
import { withoutPlainSessions } from "./plain_sessions.ts";
import { holdsLongTermCredentials, ownedKeys, readSessionSection } from "./session_section.ts";

/** Reports whether the backup lacks something that a person added to the file. */
export function isBackupDue(current: Uint8Array, backup: Uint8Array | undefined): boolean {
  if (backup === undefined) return true;
  if (backup === current) return false;
  // A file that another program has emptied, as on a full disk, is nothing that a person made.
  if (current.every((byte) => byte === 10 || byte === 13 || byte === 32)) return false;
  const { start, tail } = commonSections(current, backup);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const differing = (bytes: Uint8Array) => {
    const parts = withoutPlainSessions(bytes.subarray(start, bytes.length - tail));
    return withoutSessions(parts.map((part) => decoder.decode(part)).join(""));
  };
  return differing(current) !== differing(backup);
}

/** Returns how many bytes at the start and end of both files are whole, identical sections. */
function commonSections(a: Uint8Array, b: Uint8Array): { start: number; tail: number } {
  const most = Math.min(a.length, b.length);
  const isHeader = (at: number) => a[at - 1] === 10 && a[at] === 91;
  let start = commonStart(a, b, most);
  do start--; while (start > 0 && !isHeader(start));
  start = Math.max(start, 0);
  let tail = commonTail(a, b, most - start);
  do tail--; while (tail > 0 && !isHeader(a.length - tail));
  return { start, tail: Math.max(tail, 0) };
}

/** Returns how many bytes at the start of both are the same, up to a number of them. */
function commonStart(a: Uint8Array, b: Uint8Array, most: number): number {
  let count = 0;
  const words = Math.floor(most / 4);
  const [ofA, ofB] = [wordsFrom(a, 0, words), wordsFrom(b, 0, words)];
  while (count < words && ofA[count] === ofB[count]) count++;
  count *= 4;
  while (count < most && a[count] === b[count]) count++;
  return count;
}

/** Does the same with their ends. */
function commonTail(a: Uint8Array, b: Uint8Array, most: number): number {
  let count = 0;
  const words = Math.floor(most / 4);
  const ofA = wordsFrom(a, a.length - words * 4, words);
  const ofB = wordsFrom(b, b.length - words * 4, words);
  while (count < words && ofA[words - 1 - count] === ofB[words - 1 - count]) count++;
  count *= 4;
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/** Returns bytes as words of four, which are compared four times as fast. */
function wordsFrom(bytes: Uint8Array, start: number, count: number): Uint32Array {
  const at = bytes.byteOffset + start;
  if (at % 4 === 0) return new Uint32Array(bytes.buffer, at, count);
  return new Uint32Array(bytes.slice(start, start + count * 4).buffer);
}

/** Returns the file's text without sessions and blank lines. */
export function withoutSessions(text: string): string {
  const document = IniDocument.parse(text);
  const sessions = new Set<string>();
  for (const section of document.sections()) {
    if (readSessionSection(document, section).sessionToken === undefined) continue;
    if (holdsLongTermCredentials(document, section)) continue;
    sessions.add(`[${section}]`);
    for (const { key, value } of document.entries(section)) {
      // A renewal moves inline comments to lines of their own.
      if (ownedKeys.includes(key) && commentInValue(value)) document.set(section, key, "x");
    }
    document.remove(section, ...ownedKeys);
  }
  const lines = document.toString().split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
  const isEmptySession = (line: string, next: string | undefined) =>
    sessions.has(line) && (next === undefined || next.startsWith("["));
  return lines.filter((line, at) => !isEmptySession(line, lines[at + 1])).join("\n");
}
