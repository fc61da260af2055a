/**
 * Sets single values in a YAML text and leaves every other byte as it is: comments, order, anchors,
 * quotes, indentation. YAML's own writers would write the whole text anew.
 *
 * Each edit is looked at again: the new text must mean what the old one meant, with just this change.
 *
 * @module
 */

import {
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

/** A value as YAML has them. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
/** Keys and values. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** Where a value is: keys of maps, positions in lists. A list's length is the position behind its last. */
export type Path = readonly (string | number)[];

/** A text that is no YAML, or can't be edited; says why, with the line where there is one. */
export class YamlError extends Error {
  override readonly name: string = "YamlError";
}

/**
 * What a text means; `null` for an empty one.
 *
 * @throws YamlError for what is no YAML, has a key twice, or is more than one document
 */
export function readYaml(text: string): Value {
  return meaning(parse(text));
}

/**
 * Sets one value; maps and lists that are missing on the way to it come into being.
 *
 * @throws YamlError where that is not possible without touching something else
 */
export function setYaml(text: string, path: Path, value: Value): string {
  const document = parse(text);
  const wanted = withValue(meaning(document), path, value);
  const edited = splice(text, document, path, value);
  let got: Value | undefined;
  try {
    got = readYaml(edited);
  } catch { /* it is not what it should be, either way */ }
  if (!isSame(got, wanted)) {
    throw new YamlError(`${path.join(".")} can't be set without changing something else`);
  }
  return edited;
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

/** The value with the change in it. */
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

/** Where something stands while the way to it is walked. */
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
    if (isAlias(node)) throw new YamlError(`${path.slice(0, at).join(".")} is an alias`);
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

/** Puts a last item into a list or map that has some. */
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
  // Behind the colon, where the value would be.
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
  // What follows on the line, a comment, stays on it.
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

/** In the way of kubectl: lists not indented, no line broken; without the last line's end. */
function block(text: string, value: Value, indent: number): string {
  // What YAML 1.1 takes for something else than a text, such as `no`, is quoted.
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
