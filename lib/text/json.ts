/**
 * Edits a JSON text in place: what is not edited stays byte for byte the same, and new entries look
 * like their neighbours. Pure.
 *
 * @module
 */

/** Why a text can't be edited; its message ends a sentence that begins with the file name. */
export class JsonProblem extends Error {
  /** `JsonProblem`. */
  override readonly name: string = "JsonProblem";
}

/**
 * Sets a string in nested objects, creating those that are missing.
 *
 * @throws JsonProblem if the text is not a JSON object, or the path leads through something else
 */
export function setJson(text: string, path: readonly string[], value: string): string {
  if (text.trim() === "") return `${setJson("{}", path, value)}\n`;
  return setIn(text, read(text), path, value, styleOf(text), "\n");
}

/** Removes an entry if it exists; the objects around it stay, even if empty. */
export function removeJson(text: string, path: readonly string[]): string {
  const last = path.at(-1)!;
  const parent = text.trim() === "" ? undefined : find(read(text), path.slice(0, -1));
  const members = parent?.members ?? [];
  const at = members.findIndex(({ key }) => key === last);
  if (at < 0) return text;
  const [from, to] = members.length === 1
    ? [parent!.start + 1, parent!.end - 1]
    : at === 0
    ? [members[0]!.start, members[1]!.start]
    : [members[at - 1]!.value.end, members[at]!.value.end];
  return text.slice(0, from) + text.slice(to);
}

/** Returns the value at a path, or `undefined`. */
export function getJson(text: string, path: readonly string[]): unknown {
  const node = text.trim() === "" ? undefined : find(read(text), path);
  return node && JSON.parse(text.slice(node.start, node.end));
}

interface Node {
  readonly start: number;
  readonly end: number;
  /** Set for an object. */
  readonly members?: readonly Member[];
}

interface Member {
  readonly key: string;
  /** Where the key's first quote is. */
  readonly start: number;
  /** The text between key and value. */
  readonly colon: string;
  readonly value: Node;
}

interface Style {
  /** One level of indentation and the line break before it; `undefined` if all is on one line. */
  readonly step: { readonly lineEnd: string; readonly indent: string } | undefined;
  readonly colon: string;
}

function setIn(
  text: string,
  node: Node,
  [key, ...rest]: readonly string[],
  value: string,
  style: Style,
  outer: string,
): string {
  const { members } = node;
  if (members === undefined) {
    if (text.slice(node.start, node.end) !== "null") {
      throw new JsonProblem(`has something other than an object around ${JSON.stringify(key)}`);
    }
    return replace(text, node.start, node.end, render([key!, ...rest], value, style, outer));
  }
  const found = only(members, key!);
  const first = members[0];
  const before = first === undefined ? undefined : text.slice(node.start + 1, first.start);
  if (found !== undefined) {
    if (rest.length > 0) return setIn(text, found.value, rest, value, style, before!);
    if (found.value.members !== undefined) {
      throw new JsonProblem(`has an object in place of the text ${JSON.stringify(key)}`);
    }
    const { start, end } = found.value;
    const isSame = JSON.parse(text.slice(start, end)) === value;
    return isSame ? text : replace(text, start, end, JSON.stringify(value));
  }
  const last = members.at(-1);
  if (last === undefined) {
    return replace(text, node.start, node.end, render([key!, ...rest], value, style, outer));
  }
  const gap = members.length === 1
    ? before!
    : text.slice(members.at(-2)!.value.end, last.start).replace(/^\s*,/, "");
  const word = `${JSON.stringify(key)}${last.colon}${inner(rest, value, style, gap)}`;
  return replace(text, last.value.end, last.value.end, `,${gap}${word}`);
}

/** Renders an object with one entry; `outer` precedes the entry that holds the object. */
function render(
  [key, ...rest]: readonly string[],
  value: string,
  style: Style,
  outer: string,
): string {
  const { step } = style;
  const gap = step === undefined ? "" : breakOf(outer, step.lineEnd) + step.indent;
  const end = step === undefined ? "" : breakOf(outer, step.lineEnd);
  return `{${gap}${JSON.stringify(key)}${style.colon}${inner(rest, value, style, gap)}${end}}`;
}

function inner(rest: readonly string[], value: string, style: Style, gap: string): string {
  return rest.length === 0 ? JSON.stringify(value) : render(rest, value, style, gap);
}

/** Returns the line break and indentation in the text before an entry. */
function breakOf(gap: string, lineEnd: string): string {
  const at = gap.lastIndexOf("\n");
  return at < 0 ? lineEnd : lineEnd + gap.slice(at + 1);
}

function replace(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

function only(members: readonly Member[], key: string): Member | undefined {
  const [found, another] = members.filter((each) => each.key === key);
  if (another !== undefined) throw new JsonProblem(`has ${JSON.stringify(key)} twice`);
  return found;
}

function find(node: Node, path: readonly string[]): Node | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  const found = only(node.members ?? [], key);
  return found && find(found.value, rest);
}

/** Returns the style of the file; for an empty one that of docker, with tabs. */
function styleOf(text: string): Style {
  const { start, members = [] } = read(text);
  const [first] = members;
  if (first === undefined) return { step: { lineEnd: "\n", indent: "\t" }, colon: ": " };
  const gap = text.slice(start + 1, first.start);
  const [, lineEnd, indent] = /(\r?\n)([ \t]*)$/.exec(gap) ?? [];
  return {
    step: lineEnd === undefined ? undefined : { lineEnd, indent: indent! },
    colon: first.colon,
  };
}

function read(text: string): Node {
  try {
    JSON.parse(text);
  } catch {
    throw new JsonProblem("is not JSON");
  }
  const node = new Scanner(text).value();
  if (node.members === undefined) throw new JsonProblem("is not a JSON object");
  return node;
}

/** Finds the positions of values in a text that is known to be valid. */
class Scanner {
  #at = 0;

  constructor(private readonly text: string) {}

  value(): Node {
    this.#space();
    const start = this.#at;
    const first = this.text[start];
    if (first === "{") return this.#object(start);
    if (first === "[") {
      this.#at++;
      while (this.#more("]")) this.value();
    } else this.#match(first === '"' ? string : scalar);
    return { start, end: this.#at };
  }

  #object(start: number): Node {
    const members: Member[] = [];
    this.#at++;
    while (this.#more("}")) {
      const at = this.#at;
      const key = JSON.parse(this.#match(string)) as string;
      const colon = this.#match(/\s*:\s*/y);
      members.push({ key, start: at, colon, value: this.value() });
    }
    return { start, end: this.#at, members };
  }

  /** Moves to the next item, or past the closing character. */
  #more(close: string): boolean {
    this.#space();
    if (this.text[this.#at] === ",") {
      this.#at++;
      this.#space();
    }
    if (this.text[this.#at] !== close) return true;
    this.#at++;
    return false;
  }

  #space(): void {
    this.#match(/\s*/y);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.text) ?? [];
    this.#at += found.length;
    return found;
  }
}

const string = /"(?:[^"\\]|\\.)*"/y;
const scalar = /[^\s,\]}]+/y;
