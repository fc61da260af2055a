/**
 * A lossless editor for AWS's INI files: what it does not edit stays byte for byte the same.
 *
 * It reads lines as botocore (Python's configparser) does, the strictest reader of these files;
 * {@link IniDocument.problems} lists what that reader would reject.
 *
 * @module
 */

import {
  appendBelow,
  appendLines,
  blockOf,
  endOfKeys,
  eolOf,
  flushLeft,
  lastEol,
  replaceValue,
  spacedLike,
  splitKeys,
} from "./edit.ts";
import { cutSections, type IniProblem } from "./cut.ts";
import { indentIn, type IniLine, nestedPieces, readLines, strip } from "./lines.ts";
import { assertKey, assertSectionName, assertValue } from "./names.ts";
import {
  type IniChange,
  type IniEntry,
  readEntries,
  type Section,
  SectionList,
  setBody,
} from "./sections.ts";

export { defaultSection, type IniProblem } from "./cut.ts";
export type { IniChange, IniEntry } from "./sections.ts";

/** An INI file that can be edited without losing a byte outside the edited keys. */
export class IniDocument {
  // Private, so that a dump of the object does not show them: they hold keys.
  readonly #list: SectionList;
  /** What keeps botocore from reading this file; empty for a valid one. */
  readonly problems: readonly IniProblem[];

  private constructor(list: SectionList, problems: readonly IniProblem[]) {
    this.#list = list;
    this.problems = problems;
  }

  /** Parses any text; it never fails. */
  static parse(text: string): IniDocument {
    const { table, problems } = cutSections(text);
    return new IniDocument(new SectionList(text, table), problems);
  }

  /** A number that changes whenever a section is added or removed. */
  get revision(): number {
    return this.#list.revision;
  }

  /** Returns an independent copy of the document. */
  copy(): IniDocument {
    return new IniDocument(this.#list.copy(), this.problems);
  }

  /** Returns the section names in file order, each once. */
  sections(): string[] {
    return this.#list.names();
  }

  /**
   * Returns the names, in file order, of sections whose header is more than a name of
   * `[\w\-@+.%:/]` in brackets: the others need no closer look.
   */
  oddSections(): string[] {
    return this.#list.oddNames();
  }

  /** Returns the name of the section above another one; `undefined` for the first. */
  sectionAbove(name: string): string | undefined {
    return this.#list.nameAbove(name);
  }

  /** Reports whether there is a section with this name. */
  has(section: string): boolean {
    return this.#list.has(section);
  }

  /** Returns the line of the section's header, counted from 1. */
  sectionLine(section: string): number | undefined {
    return this.#list.lineOf(section);
  }

  /** Returns the section's header as it is written, without the line end. */
  header(section: string): string | undefined {
    return this.#list.headerOf(section)?.replace(/^[\r\n]+|[\r\n]+$/g, "");
  }

  /** Returns the section's keys in file order; `[DEFAULT]` may stand in several places. */
  entries(section: string): readonly IniEntry[] {
    const found = this.#list.find(section);
    if (found === undefined) return [];
    return found.entries ??= this.#list.allOf(found).flatMap(readEntries);
  }

  /** Returns one key of a section; keys are compared in lower case. */
  entry(section: string, key: string): IniEntry | undefined {
    return this.entries(section).find((entry) => entry.key === key.toLowerCase());
  }

  /** Returns the value of a key, or `undefined`. */
  get(section: string, key: string): string | undefined {
    return this.entry(section, key)?.value;
  }

  /**
   * Returns the keys nested under a key, as in `s3 =` followed by indented lines. They keep their
   * case; a line without `=` becomes a key with an empty value. Below a key that has a value on its
   * own line there are none: the lines continue that value.
   */
  nested(section: string, key: string): IniEntry[] {
    const parent = this.entry(section, key);
    if (!parent?.value.startsWith("\n")) return [];
    const found = this.#list.allOf(this.#list.find(section)!).findLast((each) =>
      each.line < parent.line
    )!;
    const inner: IniEntry[] = [];
    let line = found.line;
    let inside = false;
    for (const each of readLines(found.body)) {
      line++;
      if (each.kind === "key") inside = line === parent.line;
      else if (inside && each.kind === "continuation") {
        for (const text of nestedPieces(each)) {
          const at = text.indexOf("=");
          inner.push(
            at < 0
              ? { key: text, value: "", line }
              : { key: strip(text.slice(0, at)), value: strip(text.slice(at + 1)), line },
          );
        }
      }
    }
    return inner;
  }

  /**
   * Sets a key in place, keeping the spacing of its line, or adds it after the section's last key
   * with the same spacing; a missing section is added at the end, separated like its neighbours. An
   * inline comment, which botocore would read as part of the value, moves to its own line.
   *
   * @throws RangeError if the name or value could start a new line or would not be read back
   * unchanged
   */
  set(section: string, key: string, value: string): void {
    assertKey(key);
    assertValue(value);
    const found = this.#list.find(section) ?? this.#addSection(section);
    const lines = readLines(found.body);
    const at = lines.findIndex((line) =>
      line.kind === "key" && line.key.toLowerCase() === key.toLowerCase()
    );
    if (at >= 0) replaceValue(lines, at, key, value, this.#eol());
    else this.#insertKey(found, lines, key, value);
    setBody(found, lines);
  }

  /** Puts a key in the place of another one, with the spacing of its line. */
  replaceKey(section: string, old: string, key: string, value: string): void {
    assertKey(key);
    assertValue(value);
    const found = this.#list.find(section);
    if (found === undefined || this.entry(section, old) === undefined) return;
    const lines = readLines(found.body);
    replaceValue(lines, blockOf(lines, old).start, key, value, this.#eol());
    setBody(found, lines);
  }

  /** Adds a key on the line below another one of the section, with the same spacing. */
  addBelow(section: string, above: string, key: string, value: string): void {
    assertKey(key);
    assertValue(value);
    const found = this.#list.find(section);
    if (found === undefined || this.entry(section, above) === undefined) return;
    const lines = readLines(found.body);
    const { start, end } = blockOf(lines, above);
    // Less far in, it would take those below it as its own, if they are as far in as the one above.
    const added = indentIn(lines[start]!) + spacedLike(lines.slice(0, end), key, value);
    appendBelow(found, lines, end, [added], this.#eol());
  }

  /** Replaces a text wherever it is, comments included, except in the names of sections. */
  replaceText(from: string, to: string): void {
    if (!this.toString().includes(from)) return;
    this.#list.preamble = this.#list.preamble.replaceAll(from, to);
    for (let at = 0; at < this.#list.count; at++) {
      const section = this.#list.at(at);
      if (!section.name.includes(from)) section.header = section.header.replaceAll(from, to);
      setBody(section, readLines(section.body.replaceAll(from, to)));
    }
  }

  /**
   * Adds keys nested under a key: to those that are there, else below a new key without a value,
   * after the section's last key; a missing section is added.
   *
   * @throws RangeError as {@link IniDocument.set} does, and if the key has a value, or one of the
   * nested ones already exists
   */
  addNested(section: string, key: string, values: Readonly<Record<string, string>>): void {
    assertKey(key);
    const there = this.nested(section, key).map((entry) => entry.key);
    for (const [inner, value] of Object.entries(values)) {
      assertKey(inner);
      assertValue(value);
      if (there.includes(inner)) throw new RangeError(`${inner} already exists`);
    }
    const found = this.#list.find(section) ?? this.#addSection(section);
    const inner = Object.entries(values).map(([name, value]) => `  ${name} = ${value}`);
    if (this.entry(section, key) === undefined) {
      appendLines(found, [`${key} =`, ...inner], this.#eol());
      return;
    }
    if (there.length === 0) throw new RangeError(`${key} has a value`);
    const lines = readLines(found.body);
    const { start, end } = blockOf(lines, key);
    const indented = inner.map((line) => indentIn(lines[start]!) + line);
    appendBelow(found, lines, end, indented, this.#eol());
  }

  /** Replaces what is below a section's header; `edit` also learns the line end of the file. */
  editBody(section: string, edit: (body: string, eol: string) => string): void {
    const found = this.#list.find(section);
    if (found !== undefined) setBody(found, readLines(edit(found.body, this.#eol())));
  }

  /** Removes keys and their continuation lines; comments and blank lines between them stay. */
  remove(section: string, ...keys: readonly string[]): void {
    const found = this.#list.find(section);
    if (found === undefined) return;
    const lowerCase = keys.map((key) => key.toLowerCase());
    let inside = false;
    setBody(
      found,
      readLines(found.body).filter((line) => {
        if (line.kind === "key") inside = lowerCase.includes(line.key.toLowerCase());
        return !(inside && (line.kind === "key" || line.kind === "continuation"));
      }),
    );
  }

  /** Reports whether comments are on the section's header line, or above or among its keys. */
  hasComments(section: string): boolean {
    const { header, body } = this.#list.find(section) ?? { header: "", body: "" };
    const lines = readLines(body);
    return strip(header.slice(header.lastIndexOf("]") + 1)) !== "" ||
      lines.slice(0, endOfKeys(lines)).some((line) => line.kind === "comment");
  }

  /** Removes a section and its content, up to the next header or the comment above it. */
  removeSection(section: string): void {
    const found = this.#list.find(section);
    if (found === undefined) return;
    const lines = readLines(found.body);
    const rest = lines.slice(endOfKeys(lines)).map((line) => line.raw).join("");
    const at = this.#list.remove(section);
    if (at === 0) this.#list.preamble += rest;
    else {
      const before = this.#list.at(at - 1);
      setBody(before, readLines(before.body + rest));
    }
  }

  /**
   * Moves keys, with their continuation lines and the comments right above them, to another
   * section: after its last key or, if it is missing, to a new one after the section they come
   * from.
   *
   * @throws RangeError for a section name that would not be read back unchanged, and for a key that
   * the other section already has
   */
  moveKeys(from: string, to: string, keys: readonly string[]): void {
    const source = this.#list.find(from);
    if (source === undefined) return;
    const target = this.#list.find(to);
    const lines = readLines(source.body);
    const end = endOfKeys(lines);
    const rest = lines.slice(end);
    const { moved, kept } = splitKeys(
      lines.slice(0, end),
      keys.map((key) => key.toLowerCase()),
    );
    if (moved.length === 0) return;
    if (target !== undefined) {
      const twin = moved.find((line) => line.kind === "key" && this.entry(to, line.key));
      if (twin !== undefined) throw new RangeError(`[${to}] has such a key already`);
      setBody(source, [...kept, ...rest]);
      appendLines(target, moved.map(flushLeft), this.#eol());
      return;
    }
    assertSectionName(to);
    const eol = this.#eol();
    const last = kept.at(-1);
    const gap = last?.kind === "blank" ? "" : eol;
    const section: Section = { name: to, header: `${gap}[${to}]${eol}`, line: 0, body: "" };
    setBody(source, kept);
    if (last !== undefined && eolOf(last.raw) === undefined) source.body += eol;
    setBody(section, [...moved, ...rest]);
    this.#list.insert(section, this.#list.indexOf(from) + 1);
  }

  /** Returns the text of the whole file. */
  toString(): string {
    const { start, end, text } = this.change();
    return this.source.slice(0, start) + text + this.source.slice(end);
  }

  /** Returns the parsed text, without any edit. */
  get source(): string {
    return this.#list.text;
  }

  /**
   * Returns the part of the parsed text that edits have touched, and what is there now: all else is
   * as it was.
   */
  change(): IniChange {
    return this.#list.change();
  }

  #insertKey(section: Section, lines: IniLine[], key: string, value: string): void {
    const last = lines.findLastIndex((line) => line.kind === "key" || line.kind === "continuation");
    const before = last < 0 ? section.header : lines[last]!.raw;
    const eol = eolOf(before) ?? this.#eol();
    if (eolOf(before) === undefined) {
      // Only the last line of the file can lack a line end, so nothing follows it.
      lines.push({ kind: "blank", raw: eol });
    }
    const neighbours = lines.some((line) => line.kind === "key") ? lines : this.#lastKeyLines();
    const raw = spacedLike(neighbours, key, value) + eol;
    const at = eolOf(before) === undefined ? lines.length : last + 1;
    lines.splice(at, 0, { kind: "key", raw, key, value });
  }

  /** Returns the lines of the last section that has a key. */
  #lastKeyLines(): IniLine[] {
    for (let at = this.#list.count - 1; at >= 0; at--) {
      const lines = readLines(this.#list.at(at).body);
      if (lines.some((line) => line.kind === "key")) return lines;
    }
    return [];
  }

  #addSection(name: string): Section {
    assertSectionName(name);
    const eol = this.#eol();
    const { count } = this.#list;
    const last = count === 0 ? undefined : this.#list.at(count - 1);
    if (last?.body === "" && eolOf(last.header) === undefined) last.header += eol;
    const tail = last === undefined ? this.#list.preamble : last.header + last.body;
    let gap = tail !== "" && eolOf(tail) === undefined ? eol : "";
    if (tail.trim() !== "") {
      const missing = this.#blankLinesBetweenSections() - trailingBlankLines(tail);
      gap += eol.repeat(Math.max(0, missing));
    }
    // Above the header, so that the next one that is added is placed like this one.
    if (last === undefined) this.#list.preamble += gap;
    else setBody(last, readLines(last.body + gap));
    const section: Section = { name, header: `[${name}]${eol}`, line: 0, body: "" };
    this.#list.insert(section, count);
    return section;
  }

  /** Returns how many blank lines precede the last header and the comments above it; else one. */
  #blankLinesBetweenSections(): number {
    if (this.#list.count < 2) return 1;
    const lines = readLines(this.#list.at(this.#list.count - 2).body);
    while (lines.at(-1)?.kind === "comment") lines.pop();
    let blank = 0;
    while (lines.pop()?.kind === "blank") blank++;
    return blank;
  }

  /** Returns the line end of the last line that has one. */
  #eol(): string {
    for (let at = this.#list.count - 1; at >= 0; at--) {
      const section = this.#list.at(at);
      const eol = lastEol(section.body) ?? lastEol(section.header);
      if (eol !== undefined) return eol;
    }
    return lastEol(this.#list.preamble) ?? "\n";
  }
}

function trailingBlankLines(text: string): number {
  const lines = readLines(text);
  let count = 0;
  while (lines.pop()?.kind === "blank") count++;
  return count;
}
