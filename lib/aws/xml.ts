/**
 * Parses the XML of AWS's answers: elements and text. Attributes are ignored. What AWS never sends
 * (document types, custom entities, comments, CDATA sections) is refused, since that is where
 * parsers differ and small texts become large. Pure.
 *
 * @module
 */

import { mostAnswerDepth, UnusableAnswer } from "./answer.ts";

/** An element, which contains either elements or text. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** AWS's answers to our calls have fewer than a hundred. */
const mostElements = 10_000;

const declaration = /^\s*<\?xml(?:\s+[a-z]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*\s*\?>/;

const token =
  /<\/([\w.:-]+)\s*>|<([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

/**
 * Returns the root element of a text.
 *
 * @throws UnusableAnswer
 */
export function readXml(text: string): XmlElement {
  const document = { name: "", children: [] as XmlElement[], text: "" };
  const open = [document];
  let elements = 0;
  token.lastIndex = declaration.exec(text)?.[0].length ?? 0;
  while (token.lastIndex < text.length) {
    const [, ended, begun, , isEmpty, words] = token.exec(text) ?? noXml();
    const inner = open.at(-1)!;
    if (words !== undefined) {
      inner.text += decoded(words);
    } else if (begun !== undefined) {
      const element = { name: begun, children: [], text: "" };
      inner.children.push(element);
      if (isEmpty === "") open.push(element);
      if (open.length > mostAnswerDepth) throw new UnusableAnswer("it is nested too deeply");
      if (++elements > mostElements) throw new UnusableAnswer("it has too many elements");
    } else {
      if (open.length === 1 || inner.name !== ended) noXml();
      if (inner.children.length > 0 && inner.text.trim() !== "") noXml();
      open.pop();
    }
  }
  const isWhole = open.length === 1 && document.text.trim() === "";
  if (!isWhole || document.children.length !== 1) noXml();
  return document.children[0]!;
}

/** Returns the child of that name; `undefined` unless there is exactly one. */
export function childOf(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  const found = parent?.children.filter((child) => child.name === name) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

/** Returns the text of the child of that name; `undefined` unless there is one, with only text. */
export function textOf(parent: XmlElement | undefined, name: string): string | undefined {
  const child = childOf(parent, name);
  return child === undefined || child.children.length > 0 ? undefined : child.text;
}

function noXml(): never {
  throw new UnusableAnswer("it is not XML as AWS writes it");
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

const entity = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{1,4}));/gi;

const bareAmpersand = /&(?!(?:#x[\da-f]{1,6}|#\d{1,7}|\w{1,4});)/i;

function decoded(words: string): string {
  if (bareAmpersand.test(words)) noXml();
  return words.replace(entity, (_, hex, dec, name) => {
    if (name !== undefined) return Object.hasOwn(entities, name) ? entities[name]! : noXml();
    const point = hex === undefined ? Number(dec) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : noXml();
  });
}
