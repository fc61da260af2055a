/**
 * Finds the sections of an INI file, and what is wrong with it.
 *
 * Files can have a hundred thousand sections, of which a run uses two or three: while it looks at
 * every line, it makes no object or string for a line or section, but notes in tables of numbers
 * where they are. A hundred thousand strings in a `Map` take more time than all else.
 *
 * @module
 */

import {
  hashNext,
  hashOf,
  isIndentedHeader,
  isNestedEntry,
  LineEnds,
  LineReader,
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

/** Where the sections of a text are. */
export interface CutText {
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
      problem(number, "stands below a key without a value and is not key = value");
    }
  }
  return { table, problems };
}

/** Reports whether the line is a header without its `]`. */
function isCutHeader(raw: string): boolean {
  return raw.startsWith("[") && !raw.includes("]");
}

/** Where a section is, as offsets in its text. */
export interface SectionPlace {
  readonly start: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Where the line of its header ends. */
  readonly bodyStart: number;
  /** Counted from 1. */
  readonly line: number;
}

/** Reports whether every SDK takes a character of a name for itself: `[\w\-@+.%:/]`. */
function isPlainCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 45 && code <= 58) || (code >= 64 && code <= 90) ||
    code === 95 || code === 43 || code === 37;
}

/** How many numbers there are for a section: those of its place, and the hash of its name. */
const width = 6;

/** The sections of a text, in its order, to be found by their names. */
export class SectionTable {
  /** How many there are. */
  size = 0;
  /** Whether a name stands in several places. */
  hasRepeats = false;
  /** Those whose header is more than a {@link isPlainCode plain} name in brackets, in order. */
  readonly odd: number[] = [];
  #places = new Int32Array(width * 16);
  /** The first section of each name, by its hash, counted from 1; 0 where there is none. */
  #byHash = new Int32Array(32);

  constructor(private readonly text: string) {}

  /** Adds the next one; returns the first one with that name, or -1. */
  add({ start, nameStart, nameEnd, bodyStart, line }: SectionPlace): number {
    const at = this.size * width;
    if (at === this.#places.length) this.#grow();
    let hash = 0;
    let isPlain = nameStart === start + 1;
    for (let at = nameStart; at < nameEnd; at++) {
      const code = this.text.charCodeAt(at);
      hash = hashNext(hash, code);
      isPlain &&= isPlainCode(code);
    }
    if (!isPlain || !this.#endsAt(nameEnd + 1, bodyStart)) this.odd.push(this.size);
    const places = this.#places;
    places[at] = start;
    places[at + 1] = nameStart;
    places[at + 2] = nameEnd;
    places[at + 3] = bodyStart;
    places[at + 4] = line;
    places[at + 5] = hash;
    const slot = this.#slotOf(hash, this.text, nameStart, nameEnd);
    const earlier = this.#byHash[slot]! - 1;
    if (earlier < 0) this.#byHash[slot] = this.size + 1;
    else this.hasRepeats = true;
    this.size++;
    return earlier;
  }

  /** Returns the first section with a name, or -1. */
  find(name: string): number {
    return this.#byHash[this.#slotOf(hashOf(name), name, 0, name.length)]! - 1;
  }

  nameOf(section: number): string {
    const at = section * width;
    return this.text.slice(this.#places[at + 1], this.#places[at + 2]);
  }

  startOf(section: number): number {
    return section < this.size ? this.#places[section * width]! : this.text.length;
  }

  bodyStartOf(section: number): number {
    return this.#places[section * width + 3]!;
  }

  lineOf(section: number): number {
    return this.#places[section * width + 4]!;
  }

  /** Returns where a name is in the table by hash, or where it would be. */
  #slotOf(hash: number, text: string, start: number, end: number): number {
    const mask = this.#byHash.length - 1;
    for (let slot = hash & mask;; slot = slot + 1 & mask) {
      const found = this.#byHash[slot]! - 1;
      if (found < 0) return slot;
      const at = found * width;
      if (this.#places[at + 5] !== hash) continue;
      const length = end - start;
      const nameStart = this.#places[at + 1]!;
      if (this.#places[at + 2]! - nameStart !== length) continue;
      let same = 0;
      while (
        same < length &&
        this.text.charCodeAt(nameStart + same) === text.charCodeAt(start + same)
      ) same++;
      if (same === length) return slot;
    }
  }

  /** Reports whether nothing but the end of the line is between two offsets. */
  #endsAt(start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      const code = this.text.charCodeAt(at);
      if (code !== 10 && code !== 13) return false;
    }
    return true;
  }

  /** Makes room for twice as many. */
  #grow(): void {
    const places = new Int32Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
    const before = this.#byHash;
    const byHash = new Int32Array(before.length * 2);
    const mask = byHash.length - 1;
    for (const found of before) {
      if (found === 0) continue;
      let slot = places[(found - 1) * width + 5]! & mask;
      while (byHash[slot] !== 0) slot = slot + 1 & mask;
      byHash[slot] = found;
    }
    this.#byHash = byHash;
  }
}

/** Up to here a list of keys is faster than a set. */
const few = 20;

/** The keys of the current section. */
export class KeysSeen {
  #count = 0;
  readonly #hashes = new Int32Array(few);
  readonly #starts = new Int32Array(few);
  readonly #ends = new Int32Array(few);
  /** Those that do not stand in the text as they are compared. */
  readonly #keys: (string | undefined)[] = [];
  #many: Set<string> | undefined;

  constructor(private readonly text: string) {}

  /**
   * Adds a key; reports whether it was there already.
   *
   * @param hash that of the key in lower case
   * @param key the key in lower case; by default the text from `start` to `end`
   */
  add(hash: number, start: number, end: number, key?: string): boolean {
    if (this.#many === undefined) {
      for (let at = 0; at < this.#count; at++) {
        if (this.#hashes[at] !== hash) continue;
        if (this.#keyAt(at) === (key ?? this.text.slice(start, end))) return true;
      }
      if (this.#count < few) {
        const at = this.#count++;
        this.#hashes[at] = hash;
        this.#starts[at] = start;
        this.#ends[at] = end;
        this.#keys[at] = key;
        return false;
      }
      this.#many = new Set(Array.from(this.#hashes, (_, at) => this.#keyAt(at)));
    }
    const added = key ?? this.text.slice(start, end);
    const isThere = this.#many.has(added);
    this.#many.add(added);
    return isThere;
  }

  clear(): void {
    this.#count = 0;
    this.#many = undefined;
  }

  #keyAt(at: number): string {
    return this.#keys[at] ?? this.text.slice(this.#starts[at], this.#ends[at]);
  }
}
