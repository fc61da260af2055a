/**
 * Moves keys of a section under another of its keys, and back. Each line stays as it is written, so
 * that moving it back gives the same bytes.
 *
 * @module
 */

import type { IniDocument } from "./document.ts";
import { blockOf, eolOf } from "./edit.ts";
import { indentIn, indentOf, type IniLine, nestedPieces, readLines, strip } from "./lines.ts";
import { assertValue } from "./names.ts";

/** How much further in nested lines are. */
const step = "  ";

/** What is moved, and what stands for it. */
export interface Nesting {
  /** The key that others are nested under, in lower case. */
  readonly block: string;
  /** The keys that are moved, in lower case. */
  readonly keys: readonly string[];
  /** The key that is there as long as they are nested, in lower case. */
  readonly beside: string;
}

/**
 * Moves keys under a block, and adds a line. A new block is where the first key was, with what is
 * between the keys, and the line is below it; where they stood in two places, it is in the second
 * one, and a blank line in the block is between the two. A block that is there gets the keys at its
 * end, and the line is where the first one was.
 *
 * @param value that of the line, as {@link IniDocument.set} takes it
 * @throws RangeError for a value that would not be read back unchanged
 */
export function nestKeys(
  document: IniDocument,
  section: string,
  nesting: Nesting,
  value: string,
): void {
  assertValue(value);
  const line = `${nesting.beside} = ${value}`;
  document.editBody(section, (body, eol) => nestLines(readLines(body), nesting, line, eol));
}

function nestLines(
  lines: readonly IniLine[],
  { block, keys }: Nesting,
  besideLine: string,
  fileEol: string,
): string {
  const isMoved = (line: IniLine) => line.kind === "key" && keys.includes(line.key.toLowerCase());
  const first = lines.findIndex(isMoved);
  if (first < 0) return lines.map(({ raw }) => raw).join("");
  const moved = lines.filter(isMoved);
  const eol = eolOf(lines[first]!.raw) ?? fileEol;
  // The last one is the least far in: one that is further in than another continues that one.
  const indent = indentIn(moved.at(-1)!);
  const there = lines.find((line) => line.kind === "key" && line.key.toLowerCase() === block);
  const nested = (line: IniLine) =>
    isMoved(line) ? indentIn(there ?? moved.at(-1)!) + step + nestedText(line) : line.raw;
  const raw = (line: IniLine) => line.raw;
  const runEnd = endOfRun(lines, first, isMoved);
  const run = lines.slice(first, runEnd);
  const rest = lines.slice(runEnd);
  const others = rest.filter((line) => !isMoved(line));
  const inner = [...run, ...rest.filter(isMoved)].map(nested);
  if (there !== undefined) {
    const { end } = blockOf(lines, block);
    const texts = lines.flatMap((line, at): string[] => [
      ...at === first ? [indent + besideLine] : [],
      ...isMoved(line) || run.includes(line) ? [] : [line.raw],
      ...at === end - 1 ? inner : [],
    ]);
    return endedLike(lines, texts, eol);
  }
  const second = rest.findIndex(isMoved);
  const secondEnd = second < 0 ? 0 : endOfRun(rest, second, isMoved);
  const secondRun = rest.slice(Math.max(0, second), secondEnd);
  const areTwo = second >= 0 && !rest.slice(secondEnd).some(isMoved) &&
    ![...run, ...secondRun].some(({ kind }) => kind === "blank");
  const above = [...lines.slice(0, first).map(raw), `${indent}${block} =${eol}`];
  const texts = areTwo
    ? [
      ...above,
      ...run.map(nested),
      eol,
      ...secondRun.map(nested),
      ...rest.slice(0, second).map(raw),
      indent + besideLine,
      ...rest.slice(secondEnd).map(raw),
    ]
    : [...above, ...inner, indent + besideLine, ...others.map(raw)];
  return endedLike(lines, texts, eol);
}

/** Returns where the keys end that are moved, from the first on, with what stands between them. */
function endOfRun(
  lines: readonly IniLine[],
  first: number,
  isMoved: (line: IniLine) => boolean,
): number {
  const other = lines.findIndex((line, at) => at > first && isOther(line) && !isMoved(line));
  return lines.findLastIndex((line, at) => isMoved(line) && (other < 0 || at < other)) + 1;
}

/**
 * Undoes that, and drops the line: where nothing else is nested, the keys are in the place of the
 * block, and below a blank line in that of the line; else all are in that of the line. Of a key that
 * is there repeatedly, the last one counts.
 */
export function unnestKeys(document: IniDocument, section: string, nesting: Nesting): void {
  if (document.entry(section, nesting.block) === undefined) return;
  document.editBody(section, (body, eol) => unnestLines(readLines(body), nesting, eol));
}

function unnestLines(
  lines: readonly IniLine[],
  { block, keys, beside }: Nesting,
  fileEol: string,
): string {
  const { start, end } = blockOf(lines, block);
  const inside = lines.slice(start + 1, end);
  const nested = inside.filter(({ kind }) => kind === "continuation");
  const isMoved = (line: IniLine) => nested.includes(line) && keys.includes(nestedKey(line));
  const moved = inside.filter(isMoved);
  const isAlone = nested.length === moved.length;
  const isBeside = (line: IniLine) => line.kind === "key" && line.key.toLowerCase() === beside;
  const besideAt = lines.findIndex(isBeside);
  const place = lines[isAlone ? start : besideAt]!;
  const back = (line: IniLine, at = place): string[] => {
    if (!isMoved(line)) return [line.raw];
    const isLast = moved.findLast((each) => nestedKey(each) === nestedKey(line)) === line;
    return isLast && !isEmpty(line) ? [indentIn(at) + line.raw.slice(indentOf(line.raw))] : [];
  };
  const first = inside.findIndex(isMoved);
  const run = inside.slice(first, endOfRun(inside, first, isMoved));
  const rest = moved.filter((line) => !run.includes(line));
  const isApart = isAlone && lines.slice(end, Math.max(end, besideAt)).some(isOther);
  const [gap = -1, ...gaps] = isApart
    ? inside.flatMap(({ kind }, at) => kind === "blank" ? at : [])
    : [];
  const isSplit = gap >= 0 && gaps.length === 0;
  const texts = lines.flatMap((line, at): string[] => {
    if (isBeside(line)) {
      if (isSplit) return inside.slice(gap + 1).flatMap((each) => back(each, line));
      return isAlone ? [] : [...run, ...rest].flatMap((each) => back(each));
    }
    // What stands beside the block already would be there twice.
    if (line.kind === "key" && keys.includes(line.key.toLowerCase())) return [];
    if (at < start || at >= end) return [line.raw];
    if (isSplit && at > start + gap) return [];
    if (isAlone) return at === start ? [] : back(line);
    return moved.includes(line) || run.includes(line) ? [] : [line.raw];
  });
  return endedLike(lines, texts, eolOf(place.raw) ?? fileEol);
}

/** Joins lines, of which the last has a line end if that of the others had one. */
function endedLike(others: readonly IniLine[], texts: readonly string[], eol: string): string {
  const ended = texts.map((text) => eolOf(text) === undefined ? text + eol : text).join("");
  const isOpen = eolOf(others.at(-1)!.raw) === undefined;
  return isOpen ? ended.slice(0, ended.length - (eolOf(ended)?.length ?? 0)) : ended;
}

/** Returns a key's line as it is written, unless it would be read in another way below a key. */
function nestedText(line: IniLine): string {
  if (line.kind !== "key") return line.raw;
  const text = line.raw.slice(indentOf(line.raw));
  const key = line.key.toLowerCase();
  const isSame = text.startsWith(key) && strip(text.slice(key.length)).startsWith("=") &&
    nestedPieces({ kind: "other", raw: text }).length === 1;
  return isSame ? text : `${key} = ${line.value}${eolOf(line.raw) ?? ""}`;
}

function nestedKey({ raw }: IniLine): string {
  return strip(strip(raw).split("=", 1)[0]!);
}

function isOther({ kind }: IniLine): boolean {
  return kind !== "comment" && kind !== "blank";
}

function isEmpty({ raw }: IniLine): boolean {
  return strip(raw.slice(raw.indexOf("=") + 1)) === "";
}
