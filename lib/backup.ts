/**
 * When a backup is due: whenever a person, or another program, changed the file since the last one.
 * A state that differs from the backup by our sessions alone never replaces it.
 *
 * @module
 */

import { IniDocument } from "./ini.ts";
import { inlineComment } from "./ini_lines.ts";
import { holdsLongTermCredentials, ownedKeys, readSessionSection } from "./session_section.ts";

/** Whether the backup lacks something that a person put into the file. */
export function isBackupDue(current: string, backup: string | undefined): boolean {
  if (backup === undefined) return true;
  const { start, tail } = commonSections(current, backup);
  const differing = (text: string) => withoutSessions(text.slice(start, text.length - tail));
  return differing(current) !== differing(backup);
}

/** How many characters at the beginning and end of both texts are whole sections that are the same. */
function commonSections(a: string, b: string): { start: number; tail: number } {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  const start = same < 2 ? 0 : a.lastIndexOf("\n[", same - 2) + 1;
  let tail = 0;
  while (
    tail < most - start && a.charCodeAt(a.length - 1 - tail) === b.charCodeAt(b.length - 1 - tail)
  ) tail++;
  const header = a.indexOf("\n[", a.length - tail);
  return { start, tail: header < 0 ? 0 : a.length - header - 1 };
}

/** The file's text without sessions and blank lines. */
function withoutSessions(text: string): string {
  const document = IniDocument.parse(text);
  const sessions = new Set<string>();
  for (const section of document.sections()) {
    if (readSessionSection(document, section).sessionToken === undefined) continue;
    if (holdsLongTermCredentials(document, section)) continue;
    sessions.add(`[${section}]`);
    for (const { key, value } of document.entries(section)) {
      // A renewal moves inline comments to lines of their own.
      if (ownedKeys.includes(key) && inlineComment(` ${value}`)) document.set(section, key, "x");
    }
    document.remove(section, ...ownedKeys);
  }
  const lines = document.toString().split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
  const isEmptySession = (line: string, next: string | undefined) =>
    sessions.has(line) && (next === undefined || next.startsWith("["));
  return lines.filter((line, at) => !isEmptySession(line, lines[at + 1])).join("\n");
}
