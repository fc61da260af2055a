/**
 * Splits an INI file into its sections, and finds what is wrong with it.
 *
 * @module
 */

import {
  endOfLine,
  type IniLine,
  isIndentedHeader,
  isNestedEntry,
  LineReader,
  readLines,
  strip,
} from "./lines.ts";

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

/** A text split into parts that, joined in order, are the same text. */
export interface CutText {
  /** What comes before the first section. */
  readonly preamble: string;
  readonly sections: Section[];
  /** The first section of each name. */
  readonly byName: Map<string, Section>;
  readonly problems: readonly IniProblem[];
}

/** Splits a text into sections and notes problems. */
export function cutSections(text: string): CutText {
  const sections: Section[] = [];
  const byName = new Map<string, Section>();
  const problems: IniProblem[] = [];
  const problem = (line: number, message: string) => problems.push({ line, message });
  if (text.startsWith("\uFEFF")) problem(1, "starts with a byte order mark");

  let preambleEnd = text.length;
  let bodyStart = 0;
  let current: Section | undefined;
  const ownKeys = new KeysSeen();
  const defaultKeys = new KeysSeen();
  let keys = ownKeys;
  const reader = new LineReader(false);
  const close = (end: number) => {
    if (current === undefined) preambleEnd = end;
    else current.body = text.slice(bodyStart, end);
  };

  // Keys below a broken header do not belong to the section above.
  let isLost = false;
  const seeKey = (key: string, written: string, number: number) => {
    if (isLost) return;
    if (current === undefined) problem(number, "has a key before any [section]");
    else if (keys.has(key)) problem(number, `repeats the key ${written} of [${current.name}]`);
    keys.add(key);
  };

  let inBlock = false;
  const hasReturns = text.includes("\r");
  for (let start = 0, number = 1; start < text.length; number++) {
    const end = endOfLine(text, start, hasReturns);
    const plainKey = reader.plainKey(text, start);
    if (plainKey !== undefined) {
      seeKey(plainKey, plainKey, number);
      inBlock = false;
      start = end;
      continue;
    }
    const line = reader.next(text.slice(start, end));
    if (line.kind === "header") {
      close(start);
      bodyStart = end;
      current = { name: line.name, header: line.raw, line: number, body: "" };
      sections.push(current);
      const earlier = byName.get(line.name);
      const isDefault = line.name === defaultSection;
      if (earlier === undefined) byName.set(line.name, current);
      else if (!isDefault) problem(number, `repeats [${line.name}] of line ${earlier.line}`);
      keys = isDefault ? defaultKeys : ownKeys;
      ownKeys.clear();
      isLost = false;
    } else if (line.kind === "key") {
      seeKey(line.key.toLowerCase(), line.key, number);
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
    start = end;
  }
  close(text.length);
  return { preamble: text.slice(0, preambleEnd), sections, byName, problems };
}

/** Reports whether the line is a header without its `]`. */
function isCutHeader(raw: string): boolean {
  return raw.startsWith("[") && !raw.includes("]");
}

/** The keys of the current section: a list while there are few, which is much faster. */
class KeysSeen {
  #few: string[] = [];
  #many: Set<string> | undefined;

  has(key: string): boolean {
    return this.#many === undefined ? this.#few.includes(key) : this.#many.has(key);
  }

  add(key: string): void {
    if (this.#many !== undefined) this.#many.add(key);
    else if (this.#few.push(key) > 20) this.#many = new Set(this.#few);
  }

  clear(): void {
    this.#few = [];
    this.#many = undefined;
  }
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
