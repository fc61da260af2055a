/**
 * The sections of an INI file as they are edited: most stay a part of the text that was parsed.
 *
 * @module
 */

import { defaultSection, type SectionTable } from "./cut.ts";
import { type IniLine, readLines, strip } from "./lines.ts";

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

/** A part of a text that has become another one; offsets in the text as it was. */
export interface IniChange {
  /** Where the part began. */
  readonly start: number;
  /** Where it ended. */
  readonly end: number;
  /** What is there now. */
  readonly text: string;
}

/** The sections in order. Of a hundred thousand, those are made that are looked at or edited. */
export class SectionList {
  /** What stands above the first section. */
  preamble: string;
  /** Changes whenever a section is added or removed. */
  revision = 0;
  /** Sections by number: that in the table, and above these, of those that were added. */
  readonly #made = new Map<number, Section>();
  /** Numbers by the names that were looked up, added or removed. */
  readonly #numbers = new Map<string, number | undefined>();
  /** The numbers in order, once it is another one than that of the table. */
  #order: number[] | undefined;
  #added = 0;

  /** @param table of that text */
  constructor(readonly text: string, private readonly table: SectionTable) {
    this.preamble = text.slice(0, table.startOf(0));
  }

  /** Returns an independent copy. */
  copy(): SectionList {
    const copy = new SectionList(this.text, this.table);
    copy.preamble = this.preamble;
    copy.revision = this.revision;
    copy.#order = this.#order && [...this.#order];
    copy.#added = this.#added;
    for (const [number, section] of this.#made) copy.#made.set(number, { ...section });
    for (const [name, number] of this.#numbers) copy.#numbers.set(name, number);
    return copy;
  }

  /** How many there are; a name may stand in several places. */
  get count(): number {
    return this.#order?.length ?? this.table.size;
  }

  /** Returns the names in order, each once. */
  names(): string[] {
    const names = Array.from({ length: this.count }, (_, at) => this.#nameAt(at));
    return this.table.hasRepeats ? [...new Set(names)] : names;
  }

  /** Returns those whose header is more than a plain name in brackets. */
  oddNames(): string[] {
    if (this.revision === 0) {
      return [...new Set(this.table.odd.map((number) => this.table.nameOf(number)))];
    }
    const isPlain = /^\s*\[[\w\-@+.%:/]+\]\s*$/;
    return this.names().filter((name) => !isPlain.test(this.headerOf(name)!));
  }

  nameAbove(name: string): string | undefined {
    const at = this.indexOf(name);
    return at < 1 ? undefined : this.#nameAt(at - 1);
  }

  has(name: string): boolean {
    return this.#numberOf(name) !== undefined;
  }

  lineOf(name: string): number | undefined {
    const number = this.#numberOf(name);
    if (number === undefined) return undefined;
    return number < this.table.size ? this.table.lineOf(number) : 0;
  }

  headerOf(name: string): string | undefined {
    const number = this.#numberOf(name);
    return number === undefined ? undefined : this.#made.get(number)?.header ??
      this.text.slice(this.table.startOf(number), this.table.bodyStartOf(number));
  }

  /** Returns the first section with that name. */
  find(name: string): Section | undefined {
    const number = this.#numberOf(name);
    return number === undefined ? undefined : this.#section(number);
  }

  at(at: number): Section {
    return this.#section(this.#numberAt(at));
  }

  /** Returns every place where a section stands, which only `[DEFAULT]` may do repeatedly. */
  allOf(section: Section): Section[] {
    if (section.name !== defaultSection || !this.table.hasRepeats) return [section];
    const found: Section[] = [];
    for (let at = 0; at < this.count; at++) {
      if (this.#nameAt(at) === defaultSection) found.push(this.at(at));
    }
    return found;
  }

  /** Returns where the first section with that name is, or -1. */
  indexOf(name: string): number {
    const number = this.#numberOf(name);
    return number === undefined ? -1 : this.#order?.indexOf(number) ?? number;
  }

  insert(section: Section, at: number): void {
    const number = this.table.size + this.#added++;
    this.#made.set(number, section);
    this.#ownOrder().splice(at, 0, number);
    this.#numbers.set(section.name, number);
    this.revision++;
  }

  /** Removes the first section with that name; returns where it was. */
  remove(name: string): number {
    const at = this.indexOf(name);
    this.#ownOrder().splice(at, 1);
    this.#numbers.set(name, undefined);
    this.revision++;
    return at;
  }

  /** Returns the part of the text that is another one now, and what it is. */
  change(): IniChange {
    const { count, preamble, table, text } = this;
    const isPreambleSame = preamble === text.slice(0, table.startOf(0));
    const most = Math.min(count, table.size);
    let above = 0;
    if (isPreambleSame) { while (above < most && this.#isAsCut(above, above)) above++; }
    let below = 0;
    while (
      below < most - above && this.#isAsCut(count - 1 - below, table.size - 1 - below)
    ) below++;
    const pieces = isPreambleSame ? [] : [preamble];
    for (let at = above; at < count - below; at++) {
      const { header, body } = this.at(at);
      pieces.push(header, body);
    }
    return {
      start: isPreambleSame ? table.startOf(above) : 0,
      end: table.startOf(table.size - below),
      text: pieces.join(""),
    };
  }

  #numberAt(at: number): number {
    return this.#order?.[at] ?? at;
  }

  #nameAt(at: number): string {
    const number = this.#numberAt(at);
    return number < this.table.size ? this.table.nameOf(number) : this.#made.get(number)!.name;
  }

  #numberOf(name: string): number | undefined {
    const known = this.#numbers.get(name);
    if (known !== undefined || this.#numbers.has(name)) return known;
    const found = this.table.find(name);
    const number = found < 0 ? undefined : found;
    this.#numbers.set(name, number);
    return number;
  }

  #section(number: number): Section {
    const made = this.#made.get(number);
    if (made !== undefined) return made;
    const { text, table } = this;
    const section: Section = {
      name: table.nameOf(number),
      header: text.slice(table.startOf(number), table.bodyStartOf(number)),
      line: table.lineOf(number),
      body: text.slice(table.bodyStartOf(number), table.startOf(number + 1)),
    };
    this.#made.set(number, section);
    return section;
  }

  /** Reports whether a section is where this one of the table was, with the same text. */
  #isAsCut(at: number, number: number): boolean {
    if (this.#numberAt(at) !== number) return false;
    const made = this.#made.get(number);
    if (made === undefined) return true;
    const { header, body } = made;
    const start = this.table.startOf(number);
    return this.table.startOf(number + 1) - start === header.length + body.length &&
      this.text.startsWith(header, start) && this.text.startsWith(body, start + header.length);
  }

  #ownOrder(): number[] {
    return this.#order ??= Array.from({ length: this.table.size }, (_, number) => number);
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
