/**
 * Sets single values in a YAML text and leaves every other byte as it is: comments, order, anchors,
 * quotes, indentation. A YAML library would rewrite the whole text.
 *
 * Each edit is verified: the new text must mean the same as the old one, with just this change.
 *
 * @module
 */

import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** A YAML value. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
/** Keys and values. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** Where a value is: keys of maps, indexes of lists. A list's length is one past its last item. */
export type Path = readonly (string | number)[];

/** Why a text is not YAML or can't be edited, with the line if there is one. */
export class YamlError extends Error {
  override readonly name: string = "YamlError";
}

/**
 * Returns what a text means; `null` for an empty one.
 *
 * @throws YamlError if it is not YAML, repeats a key, or is more than one document
 */
export function readYaml(text: string): Value {
  return meaning(parse(text));
}

/**
 * Sets one value, creating missing maps and lists on the way to it.
 *
 * @throws YamlError if that is not possible without touching something else
 */
export function setYaml(text: string, path: Path, value: Value): string {
  const document = parse(text);
  const wanted = withValue(meaning(document), path, value);
  const edited = splice(text, document, path, value);
  let got: Value | undefined;
  try {
    got = readYaml(edited);
  } catch { /* reported below */ }
  if (!isSame(got, wanted)) {
    throw new YamlError(
      `${lineAt(text, document, path)}${
        path.join(".")
      } can't be set without changing something else`,
    );
  }
  return edited;
}

/**
 * Removes an item of a list, with the comment on its last line; a list without items stays, as `[]`.
 *
 * @throws YamlError if that is not possible without touching something else
 */
export function removeFromYaml(text: string, list: Path, index: number): string {
  const document = parse(text);
  const old = document.toJS();
  const items = list.reduce((at, step) => at?.[step], old) as Value[];
  const wanted = withValue(meaning(document), list, items.toSpliced(index, 1));
  let got: Value | undefined;
  let edited = text;
  try {
    edited = withoutItem(text, nodeAt(document, list), index);
    if (items.length === 1) edited = setYaml(edited, list, []);
    got = readYaml(edited);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
  }
  if (isSame(got, wanted)) return edited;
  const path = [...list, index];
  throw new YamlError(
    `${lineAt(text, document, path)}${
      path.join(".")
    } can't be removed without changing something else`,
  );
}

/** Returns the line that a value, or the nearest one around it, begins in. */
export function lineOfYaml(text: string, path: Path): number {
  const document = parse(text);
  for (let length = path.length; length > 0; length--) {
    const start = nodeAt(document, path.slice(0, length))?.range?.[0];
    if (start !== undefined) return text.slice(0, start).split("\n").length;
  }
  return 1;
}

function lineAt(text: string, document: Document, path: Path): string {
  return document.contents === null ? "" : `line ${lineOfYaml(text, path)}: `;
}

function nodeAt(document: Document, path: Path): Node | undefined {
  return path.reduce<Node | undefined>(
    (node, step) =>
      typeof step === "string"
        ? isMap(node)
          ? node.items.find(({ key }) => String(key) === step)?.value as Node | undefined
          : undefined
        : isSeq(node)
        ? node.items[step] as Node | undefined
        : undefined,
    (document.contents ?? undefined) as Node | undefined,
  );
}

/** Cuts an item out of a list. */
function withoutItem(text: string, list: Node | undefined, index: number): string {
  if (!isSeq(list)) throw new YamlError("it is no list");
  const items = list.items as Node[];
  const [start, end] = items[index]!.range!;
  const next = items[index + 1];
  if (list.flow) {
    const [from, to] = index > 0
      ? [items[index - 1]!.range![1], end]
      : next !== undefined
      ? [start, next.range![0]]
      : [list.range![0] + 1, list.range![1] - 1];
    return text.slice(0, from) + text.slice(to);
  }
  const { items: tokens } = list.srcToken as { items: { start: CST.SourceToken[] }[] };
  const dashes = tokens.flatMap((each) =>
    each.start.find(({ type }) => type === "seq-item-ind") ?? []
  );
  const dash = dashes[index]!.offset;
  const from = text.lastIndexOf("\n", dash - 1) + 1;
  if (text.slice(from, dash).trim() !== "") throw new YamlError("it shares its line");
  const last = endOfItem(text, dash, end);
  const lineEnd = text.indexOf("\n", last);
  return text.slice(0, from) + (lineEnd < 0 ? "" : text.slice(lineEnd + 1));
}

/** Returns where an item ends, without comments below it that are indented as the list is. */
function endOfItem(text: string, dash: number, end: number): number {
  const indent = column(text, dash);
  for (let at = end;;) {
    const trimmed = Math.max(dash + 1, text.slice(0, at).trimEnd().length);
    const start = text.lastIndexOf("\n", trimmed - 1) + 1;
    const comment = /^([ \t]*)#/.exec(text.slice(start, trimmed));
    if (start <= dash || comment === null || comment[1]!.length > indent) return trimmed;
    at = start;
  }
}

function parse(text: string): Document {
  const documents = parseAllDocuments(text, { merge: true, keepSourceTokens: true });
  if (!Array.isArray(documents) || documents.length === 0) return parseDocument("");
  if (documents.length > 1) throw new YamlError("it holds more than one document");
  const [document] = documents;
  const [error] = document!.errors;
  if (error === undefined) return document!;
  // The rest of the message shows the lines themselves, which may be secrets.
  const line = error.linePos === undefined ? "" : `line ${error.linePos[0].line}: `;
  throw new YamlError(line + error.message.split(/ at line |\n/)[0]!);
}

function meaning(document: Document): Value {
  try {
    return document.toJS() ?? null;
  } catch {
    throw new YamlError("its aliases can't be followed");
  }
}

/** Returns the value with the change applied. */
function withValue(old: Value | undefined, path: Path, value: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list: Value[] = [...(old ?? []) as Value[]];
    list[step] = withValue(list[step], rest, value);
    return list;
  }
  const map = (old ?? {}) as ValueMap;
  return { ...map, [step]: withValue(map[step], rest, value) };
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) &&
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}

/** The current position while following a path. */
interface Position {
  readonly node: Node | undefined;
  /** The pair whose value it is. */
  readonly pair?: Pair;
  /** Whether it is within braces or brackets. */
  readonly isFlow: boolean;
}

function splice(text: string, document: Document, path: Path, value: Value): string {
  let position: Position = { node: document.contents as Node | undefined, isFlow: false };
  for (const [at, step] of path.entries()) {
    const { node } = position;
    const rest = nested(path.slice(at + 1), value);
    if (isAlias(node)) {
      const around = path.slice(0, at);
      throw new YamlError(`${lineAt(text, document, around)}${around.join(".")} is an alias`);
    }
    if (typeof step === "string" ? !isMap(node) : !isSeq(node)) {
      return replaced(text, position, nested(path.slice(at), value));
    }
    const inner = node as YAMLMap | YAMLSeq;
    if (inner.items.length === 0) return replaced(text, position, nested(path.slice(at), value));
    const isFlow = position.isFlow || inner.flow === true;
    if (typeof step === "number") {
      const item = (node as YAMLSeq).items[step];
      if (item === undefined) return appended(text, inner, isFlow, [rest]);
      position = { node: item as Node, isFlow };
    } else {
      const pair = (node as YAMLMap).items.find(({ key }) => String(key) === step);
      if (pair === undefined) return appended(text, inner, isFlow, { [step]: rest });
      position = { node: pair.value as Node | undefined, pair: pair as Pair, isFlow };
    }
  }
  return replaced(text, position, value);
}

function nested(path: Path, value: Value): Value {
  return path.reduceRight<Value>(
    (inner, step) => typeof step === "number" ? [inner] : { [step]: inner },
    value,
  );
}

/** Adds an item at the end of a list or map that is not empty. */
function appended(
  text: string,
  { range, items }: YAMLMap | YAMLSeq,
  isFlow: boolean,
  more: readonly [Value] | ValueMap,
): string {
  const [start, end] = range!;
  if (isFlow) {
    const last = items.at(-1) as Node | Pair;
    const node = isNode(last) ? last : (last.value ?? last.key) as Node;
    const at = node.range![1];
    return `${text.slice(0, at)}, ${flow(more).slice(1, -1)}${text.slice(at)}`;
  }
  const isLine = text[end - 1] === "\n";
  const lines = block(text, more, column(text, start));
  const before = isLine ? "" : newline(text);
  return `${text.slice(0, end)}${before}${lines}${isLine ? newline(text) : ""}${text.slice(end)}`;
}

function replaced(text: string, { node, pair, isFlow }: Position, value: Value): string {
  const isDeep = typeof value === "object" && value !== null &&
    (Array.isArray(value) ? value : Object.keys(value)).length > 0;
  const [start, end] = node?.range ?? [text.length, text.length];
  const isNothing = start === end || node === undefined;
  if (pair === undefined && isNothing) {
    const isLine = text === "" || text.endsWith("\n");
    return `${text}${isLine ? "" : newline(text)}${block(text, value, 0)}${newline(text)}`;
  }
  const key = pair?.key as Node | undefined;
  // After the colon, where the value would be.
  const from = isNothing ? text.indexOf(":", key!.range![1]) + 1 : start;
  const to = isNothing ? from : end;
  const isCollection = isMap(node) || isSeq(node);
  const isBlock = isCollection && !node.flow;
  const staysFlow = isFlow || (isCollection && !isBlock && node.items.length > 0);
  if (staysFlow || !isDeep || (!isBlock && pair === undefined)) {
    const tail = isBlock && text[end - 1] === "\n" ? newline(text) : "";
    const words = staysFlow || isDeep ? flow(value) : scalar(value);
    return `${text.slice(0, from)}${isNothing ? " " : ""}${words}${tail}${text.slice(to)}`;
  }
  if (isBlock) {
    const tail = text[end - 1] === "\n" ? newline(text) : "";
    const lines = block(text, value, column(text, start)).trimStart();
    return `${text.slice(0, start)}${lines}${tail}${text.slice(end)}`;
  }
  // A comment after the value stays on its line.
  const found = text.indexOf("\n", to);
  const lineEnd = found < 0 ? text.length : found;
  const head = text.slice(0, from).trimEnd() + text.slice(to, lineEnd).replace(/\r$/, "");
  const indent = column(text, key!.range![0]) + (Array.isArray(value) ? 0 : 2);
  return `${head}${newline(text)}${block(text, value, indent)}${
    found < 0 ? newline(text) : text.slice(lineEnd - (text[lineEnd - 1] === "\r" ? 1 : 0))
  }`;
}

function column(text: string, at: number): number {
  return at - (text.lastIndexOf("\n", at - 1) + 1);
}

function newline(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Formats a value as kubectl does: lists not indented, no lines wrapped, no final line end. */
function block(text: string, value: Value, indent: number): string {
  // Quotes texts that YAML 1.1 would read as something else, such as `no`.
  const options = { lineWidth: 0, indentSeq: false, version: "1.1" } as const;
  return stringify(value, options).trimEnd().split("\n")
    .map((line) => " ".repeat(indent) + line).join(newline(text));
}

function scalar(value: Value): string {
  return block("", value, 0);
}

function flow(value: Value): string {
  return JSON.stringify(value);
}
