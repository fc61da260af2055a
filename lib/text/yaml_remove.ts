/**
 * Removes items of lists from a YAML text and leaves every other byte as it is; verified as every
 * edit is.
 *
 * @module
 */

import { type CST, isSeq, type Node } from "yaml";
import { setYaml } from "./yaml.ts";
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
  withValue,
  YamlError,
} from "./yaml_document.ts";

/**
 * Removes an item of a list, with the comment on its last line; a list without items stays, as `[]`.
 *
 * @throws YamlError if that is not possible without touching something else
 */
export function removeFromYaml(text: string, list: Path, index: number): string {
  const document = parse(text);
  const old = meaning(document);
  const items = list.reduce<unknown>((at, step) => Object(at)[step], old) as Value[];
  const wanted = withValue(old, list, items.toSpliced(index, 1));
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

/** Cuts an item out of a list. */
function withoutItem(text: string, list: Node | undefined, index: number): string {
  if (!isSeq(list)) throw new YamlError("it is not a list");
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
