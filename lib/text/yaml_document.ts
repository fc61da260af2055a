/**
 * YAML texts, what they mean, and where their parts are.
 *
 * @module
 */

import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  parseDocument,
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

/** Returns the line that a value, or the nearest one around it, begins in. */
export function lineOfYaml(text: string, path: Path): number {
  const document = parse(text);
  for (let length = path.length; length > 0; length--) {
    const start = nodeAt(document, path.slice(0, length))?.range?.[0];
    if (start !== undefined) return text.slice(0, start).split("\n").length;
  }
  return 1;
}

/** Returns the line of a value as the beginning of a message. */
export function lineAt(text: string, document: Document, path: Path): string {
  return document.contents === null ? "" : `line ${lineOfYaml(text, path)}: `;
}

/** Returns the node at a path. */
export function nodeAt(document: Document, path: Path): Node | undefined {
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

/**
 * Parses a text.
 *
 * @throws YamlError if it is not YAML, repeats a key, or is more than one document
 */
export function parse(text: string): Document {
  const documents = parseAllDocuments(text, { merge: true, keepSourceTokens: true });
  if (!Array.isArray(documents) || documents.length === 0) return parseDocument("");
  // What ends with `---` or `...` has an empty one, which means nothing.
  const isEmpty = ({ contents, errors }: Document) =>
    errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
  if (!documents.slice(1).every(isEmpty)) throw new YamlError("it holds more than one document");
  const [document] = documents;
  const [error] = document!.errors;
  if (error === undefined) return document!;
  // The rest of the message shows the lines themselves, which may be secrets.
  const line = error.linePos === undefined ? "" : `line ${error.linePos[0].line}: `;
  throw new YamlError(line + error.message.split(/ at line |\n/)[0]!);
}

/** Returns what a document means. */
export function meaning(document: Document): Value {
  try {
    return document.toJS() ?? null;
  } catch {
    throw new YamlError("its aliases can't be followed");
  }
}

/** Returns the value with the change applied. */
export function withValue(old: Value | undefined, path: Path, value: Value): Value {
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

/** Reports whether two values are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) &&
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}

/** Returns how far into its line a position is; a byte order mark takes no column. */
export function column(text: string, at: number): number {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return at - start - (start === 0 && text.startsWith("\uFEFF") ? 1 : 0);
}
