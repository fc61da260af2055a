/**
 * Splits an INI file into its sections, and finds what is wrong with it.
 *
 * Files can have a hundred thousand sections, of which a run uses two or three: while it looks at
 * every line, it makes no object or string for a line or section, but notes where they are.
 *
 * @module
 */

import {
  type IniLine,
  isIndentedHeader,
  isNestedEntry,
  LineEnds,
  LineReader,
  readLines,
  strip,
} from "./lines.ts";
import { hashOf, KeysSeen, SectionTable } from "./tables.ts";

/** The section whose keys Python gives to every section of its file; it may stand in many places. */
export const defaultSection = "DEFAULT";

/** Something that makes botocore reject the whole file or read it differently from other SDKs. */
export interface IniProblem {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong, as the end of a sentence that begins with the line. */
  readonly message: string;
}

/** A key with its value, as written. */
export interface IniEntry {
  /** The key in lower case, as botocore and Go's SDK see it. */
  readonly key: string;
  /** The value without surrounding space; continuation lines are joined with `\n`. */
  readonly value: string;
  /** The line of the key, counted from 1 in the parsed text. */
  readonly line: number;
}

/** A section: its header line and everything up to the next one, as text. */
export interface Section {
  readonly name: string;
  header: string;
  readonly line: number;
  body: string;
  /** The parsed body, cached on first use; dropped by an edit. */
  entries?: readonly IniEntry[] | undefined;
}

/** A text and where its sections are. */
export interface CutText {
  readonly text: string;
  readonly table: SectionTable;
  readonly problems: readonly IniProblem[];
}

/** Splits a text into sections and notes problems. */
export function cutSections(text: string): CutText {
  const table = new SectionTable(text);
  const problems: IniProblem[] = [];
  const problem = (line: number, message: string) => problems.push({ line, message });
  if (text.startsWith("\uFEFF")) problem(1, "starts with a byte order mark");

  const ownKeys = new KeysSeen(text);
  const defaultKeys = new KeysSeen(text);
  let keys = ownKeys;
  const reader = new LineReader(false);
  const ends = new LineEnds(text);
  // Keys below a broken header do not belong to the section above.
  let isLost = false;
  let inBlock = false;

  const seeHeader = (number: number, start: number, nameStart: number, nameEnd: number) => {
    const earlier = table.add({ start, nameStart, nameEnd, bodyStart: ends.at, line: number });
    const isDefault = nameEnd - nameStart === defaultSection.length &&
      text.startsWith(defaultSection, nameStart);
    if (earlier >= 0 && !isDefault) {
      const name = text.slice(nameStart, nameEnd);
      problem(number, `repeats [${name}] of line ${table.lineOf(earlier)}`);
    }
    keys = isDefault ? defaultKeys : ownKeys;
    ownKeys.clear();
    isLost = false;
  };
  const seeKey = (number: number, hash: number, start: number, end: number, key?: string) => {
    if (isLost) return;
    const isRepeated = keys.add(hash, start, end, key?.toLowerCase());
    if (table.size === 0) problem(number, "has a key before any [section]");
    else if (isRepeated) {
      const name = table.nameOf(table.size - 1);
      problem(number, `repeats the key ${key ?? text.slice(start, end)} of [${name}]`);
    }
  };

  for (let start = 0, number = 1; start < text.length; start = ends.at, number++) {
    ends.next();
    const first = text.charCodeAt(start);
    // Nothing but an end of line, or a comment: they change nothing.
    if (first === 10 || first === 35 || first === 59) continue;
    const nameEnd = first === 91 ? reader.plainHeader(text, start, ends.at) : -1;
    if (nameEnd >= 0) {
      seeHeader(number, start, start + 1, nameEnd);
      continue;
    }
    const keyEnd = reader.plainKey(text, start);
    if (keyEnd >= 0) {
      seeKey(number, reader.keyHash, start, keyEnd);
      inBlock = false;
      continue;
    }
    const line = reader.next(text.slice(start, ends.at));
    if (line.kind === "header") {
      const nameStart = start + line.raw.indexOf("[") + 1;
      seeHeader(number, start, nameStart, nameStart + line.name.length);
    } else if (line.kind === "key") {
      const key = line.key.toLowerCase();
      seeKey(number, hashOf(key), start, start, line.key);
      inBlock = line.value === "";
    } else if (line.kind === "other") {
      isLost = isCutHeader(line.raw);
      problem(
        number,
        isLost
          ? "begins like a [section], and the ] is missing"
          : "is neither a comment, a [section] nor key = value",
      );
    }
    if (isIndentedHeader(line)) {
      problem(number, "has space before its [section] header");
    } else if (line.kind === "continuation" && inBlock && !isNestedEntry(line)) {
      problem(number, "follows a key without a value and is not key = value");
    }
  }
  return { text, table, problems };
}

/** Reports whether the line is a header without its `]`. */
function isCutHeader(raw: string): boolean {
  return raw.startsWith("[") && !raw.includes("]");
}

/** Replaces a section's body with changed lines. */
export function setBody(section: Section, lines: readonly IniLine[]): void {
  section.body = lines.map((line) => line.raw).join("");
  section.entries = undefined;
}

/** Reads values as botocore does: with continuation lines and the blank lines between them. */
export function readEntries(section: Section): IniEntry[] {
  const entries: { key: string; value: string; line: number }[] = [];
  let { line } = section;
  let blank = 0;
  for (const each of readLines(section.body)) {
    line++;
    const last = entries.at(-1);
    if (each.kind === "blank") blank++;
    else if (each.kind === "key") {
      entries.push({ key: each.key.toLowerCase(), value: each.value, line });
      blank = 0;
    } else if (each.kind === "continuation" && last !== undefined) {
      last.value += "\n".repeat(blank + 1) + strip(each.raw);
      blank = 0;
    }
  }
  return entries;
}
