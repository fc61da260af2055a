/**
 * The lines of an INI section, classified as Python's configparser does, since botocore reads AWS's
 * files with it.
 *
 * @module
 */

/** A line with its line end. */
export type IniLine =
  | { readonly kind: "blank" | "comment" | "continuation" | "other"; readonly raw: string }
  | { readonly kind: "header"; readonly raw: string; readonly name: string }
  | { readonly kind: "key"; readonly raw: string; readonly key: string; readonly value: string };

/** Classifies lines one by one; whether a line continues a value depends on those above it. */
export class LineReader {
  #continuable = false;
  #indent = 0;

  /** @param insideSection whether the first line already belongs to a section */
  constructor(private insideSection: boolean) {}

  /** The hash of the key that {@link LineReader.plainKey} found last. */
  keyHash = 0;

  /**
   * Returns where the key of the next line ends if it looks like most lines of a large file: an
   * unindented lower-case key, `=` and a value. Else -1, and `next` must be called.
   */
  plainKey(text: string, start: number): number {
    let at = start;
    let hash = 0;
    let code = text.charCodeAt(at);
    while ((code >= 97 && code <= 122) || code === 95 || (code >= 48 && code <= 57)) {
      hash = hashNext(hash, code);
      code = text.charCodeAt(++at);
    }
    const end = at;
    while (code === 32) code = text.charCodeAt(++at);
    if (end === start || code !== 61) return -1;
    do code = text.charCodeAt(++at); while (code === 32);
    if (!isVisible(code)) return -1;
    this.#indent = 0;
    this.#continuable = this.insideSection;
    this.keyHash = hash;
    return end;
  }

  /**
   * Returns where the name ends if the next line, which begins with `[` and ends before `end`, has
   * its last `]` at its end. Else -1, and `next` must be called.
   */
  plainHeader(text: string, start: number, end: number): number {
    let last = end - 1;
    while (isLineEnd(text.charCodeAt(last))) last--;
    if (last - start < 2 || text.charCodeAt(last) !== 93) return -1;
    this.#indent = 0;
    this.#continuable = false;
    this.insideSection = true;
    return last;
  }

  /** Classifies the next line. */
  next(raw: string): IniLine {
    const text = strip(raw);
    if (text === "") return { kind: "blank", raw };
    if (text[0] === "#" || text[0] === ";") return { kind: "comment", raw };
    const indent = raw[0] === text[0] ? 0 : indentOf(raw);
    if (this.#continuable && indent > this.#indent) return { kind: "continuation", raw };
    this.#indent = indent;
    const end = text[0] === "[" ? text.lastIndexOf("]") : -1;
    if (end > 1) {
      this.insideSection = true;
      this.#continuable = false;
      return { kind: "header", raw, name: text.slice(1, end) };
    }
    const at = separatorOf(text);
    if (at < 1) return { kind: "other", raw };
    this.#continuable = this.insideSection;
    return { kind: "key", raw, key: strip(text.slice(0, at)), value: strip(text.slice(at + 1)) };
  }
}

/** Returns the lines of a section's body. */
export function readLines(body: string): IniLine[] {
  const reader = new LineReader(true);
  const lines: IniLine[] = [];
  const ends = new LineEnds(body);
  for (let start = 0; start < body.length; start = ends.at) {
    ends.next();
    lines.push(reader.next(body.slice(start, ends.at)));
  }
  return lines;
}

/** Adds a character's code to a hash. */
export function hashNext(hash: number, code: number): number {
  return Math.imul(hash, 31) + code | 0;
}

/** Returns the hash of a text, or of a part of it. */
export function hashOf(text: string, start = 0, end: number = text.length): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = hashNext(hash, text.charCodeAt(at));
  return hash;
}

/** Goes from line to line of a text; `\n`, `\r\n` and a lone `\r` end one. */
export class LineEnds {
  /** The offset after the last line that was gone over. */
  at = 0;
  /** The first `\n` and `\r` that may still come; a text may have none of one of them. */
  #newline = -1;
  #return = -1;

  constructor(private readonly text: string) {
    this.#return = this.#next("\r");
  }

  /** Goes over the next line. */
  next(): void {
    if (this.#newline < this.at) this.#newline = this.#next("\n");
    if (this.#return < this.at) this.#return = this.#next("\r");
    const end = Math.min(this.#newline + 1, this.text.length);
    const isWhole = this.#return >= end || this.#return === this.#newline - 1;
    this.at = isWhole ? end : this.#return + 1;
  }

  #next(character: string): number {
    const at = this.text.indexOf(character, this.at);
    return at < 0 ? Infinity : at;
  }
}

/** Returns where the key ends: at the first `=` or `:`. */
function separatorOf(text: string): number {
  const equals = text.indexOf("=");
  const colon = text.indexOf(":");
  return equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
}

/** Returns how many white space characters a line begins with. */
export function indentOf(raw: string): number {
  let at = 0;
  while (at < raw.length && isBlank(raw[at]!)) at++;
  return at;
}

/** Returns the white space that a line begins with. */
export function indentIn({ raw }: IniLine): string {
  return raw.slice(0, indentOf(raw));
}

/**
 * Returns the part of a value that other SDKs treat as a comment and botocore does not: `#` or `;`
 * at its beginning or after white space, up to the end.
 */
export function commentInValue(value: string): string | undefined {
  if (!value.includes("#") && !value.includes(";")) return undefined;
  return /(?:^|\s)([#;].*)$/s.exec(value)?.[1];
}

/** Returns a value without what other SDKs treat as a comment behind it. */
export function withoutComment(value: string): string {
  return strip(value.slice(0, value.length - (commentInValue(value)?.length ?? 0)));
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

/** Reports whether it is a visible ASCII character. */
function isVisible(code: number): boolean {
  return code > 32 && code < 127;
}

/** Reports whether Python's `str.strip` removes the character; `trim` differs for a few. */
export function isBlank(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 128) return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31);
  return code === 0x85 || (code !== 0xfeff && character.trim() === "");
}

/** Works like Python's `str.strip`: uses `trim`, which is faster, unless a character differs. */
export function strip(text: string): string {
  if (isVisible(text.charCodeAt(0))) {
    const last = text.charCodeAt(text.length - 1);
    if (isVisible(last)) return text;
    if (last === 10 && isVisible(text.charCodeAt(text.length - 2))) return text.slice(0, -1);
  }
  if (!text.includes("\ufeff")) {
    const trimmed = text.trim();
    if (trimmed === "" || !(isBlank(trimmed[0]!) || isBlank(trimmed.at(-1)!))) return trimmed;
  }
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start]!)) start++;
  while (end > start && isBlank(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Reports whether botocore reads a header as a continuation line, or other SDKs may. */
export function isIndentedHeader(line: IniLine): boolean {
  if (line.kind === "header") return line.raw[0] !== "[";
  if (line.kind !== "continuation" && line.kind !== "other") return false;
  const text = strip(line.raw);
  const end = text[0] === "[" ? text.lastIndexOf("]") : -1;
  return end > 1 && indentOf(line.raw) > 0 && !/[=:]/.test(text.slice(end));
}

/** Python's `splitlines` also splits at these when botocore reads a nested block. */
// deno-lint-ignore no-control-regex -- the characters themselves are meant
const pythonLineEnds = /[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/;

/** Returns what botocore reads as lines of their own from one line of a nested block. */
export function nestedPieces(line: IniLine): string[] {
  return strip(line.raw).split(pythonLineEnds).map(strip).filter((piece) => piece !== "");
}

/** Reports whether botocore can read the line in a block nested under a key without a value. */
export function isNestedEntry(line: IniLine): boolean {
  return nestedPieces(line).every((piece) => piece.includes("="));
}
