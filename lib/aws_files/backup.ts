/**
 * Decides when a backup is due: whenever a person or another program has changed the file since the
 * last one. A file that differs from the backup only in our sessions never replaces it.
 *
 * @module
 */

import { IniDocument } from "../ini/document.ts";
import { commentInValue } from "../ini/lines.ts";
import { holdsLongTermCredentials, ownedKeys, readSessionSection } from "./session_section.ts";

/** Reports whether the backup lacks something that a person added to the file. */
export function isBackupDue(current: Uint8Array, backup: Uint8Array | undefined): boolean {
  if (backup === undefined) return true;
  const { start, tail } = commonSections(current, backup);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const differing = (bytes: Uint8Array) =>
    withoutSessions(decoder.decode(bytes.subarray(start, bytes.length - tail)));
  return differing(current) !== differing(backup);
}

/** Returns how many bytes at the start and end of both files are whole, identical sections. */
function commonSections(a: Uint8Array, b: Uint8Array): { start: number; tail: number } {
  const most = Math.min(a.length, b.length);
  const isHeader = (at: number) => a[at - 1] === 10 && a[at] === 91;
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  do start--; while (start > 0 && !isHeader(start));
  start = Math.max(start, 0);
  let tail = 0;
  while (tail < most - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  do tail--; while (tail > 0 && !isHeader(a.length - tail));
  return { start, tail: Math.max(tail, 0) };
}

/** Returns the file's text without sessions and blank lines. */
function withoutSessions(text: string): string {
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
