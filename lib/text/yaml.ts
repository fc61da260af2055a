/**
 * Sets single values in a YAML text and leaves every other byte as it is: comments, order, anchors,
 * quotes, indentation. A YAML library would rewrite the whole text.
 *
 * Each edit is verified: the new text must mean the same as the old one, with just this change.
 *
 * @module
 */

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import {
  column,
  isSame,
  lineAt,
  meaning,
  nodeAt,
  parse,
  type Path,
  readYaml,
  type Value,
  type ValueMap,
  withValue,
  YamlError,
} from "./yaml_document.ts";

/**
 * Sets one value, creating missing maps and lists on the way to it.
 *
 * @throws YamlError if that is not possible without touching something else
 */
export function setYaml(text: string, path: Path, value: Value): string {
  const document = parse(text);
  const wanted = withValue(meaning(document), path, value);
  const flat = withoutLines(text, nodeAt(document, path));
  const edited = splice(flat, flat === text ? document : parse(flat), path, value);
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

/** Puts an empty text in the place of one that spans lines behind `|` or `>`, to be replaced. */
function withoutLines(text: string, node: Node | undefined): string {
  if (!isScalar(node) || !/^BLOCK_/.test(node.type ?? "")) return text;
  const [start, end] = node.range!;
  const [, comment = ""] = /^[|>][-+\d]*(.*)/.exec(text.slice(start, end))!;
  const tail = text[end - 1] === "\n" ? newline(text) : "";
  return `${text.slice(0, start)}''${comment.replace(/\r$/, "")}${tail}${text.slice(end)}`;
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
