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
  return backup === undefined || withoutSessions(current) !== withoutSessions(backup);
}

/** The file's text without sessions and blank lines. */
function withoutSessions(text: string): string {
  const document = IniDocument.parse(text);
  const sessions = new Set<string>();
  for (const section of document.sections()) {
    if (holdsLongTermCredentials(document, section)) continue;
    if (readSessionSection(document, section).sessionToken === undefined) continue;
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
