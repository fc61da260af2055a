/**
 * How a changed or new key looks: like the line it replaces, or like its neighbours.
 *
 * @module
 */

import { indentOf, type IniLine, inlineComment, readLines } from "./lines.ts";
import { type Section, setBody } from "./sections.ts";

/** Replaces the value on a key's line and drops its further lines. */
export function replaceValue(
  lines: IniLine[],
  at: number,
  key: string,
  value: string,
  fileEol: string,
): void {
  const line = lines[at]!;
  if (line.kind !== "key") return;
  const { indent, before, separator, after } = spacing(line.raw);
  const eol = eolOf(line.raw) ?? "";
  const space = line.value === "" && after === "" ? before : after;
  // Other SDKs know keys in lower case and `=` alone.
  const spelling = line.key === key && separator === "=" ? line.key : key;
  const comment = inlineComment(` ${line.value}`);
  const end = line.raw.length - eol.length;
  const trailing = line.value === "" || comment !== undefined
    ? ""
    : /[^\S\r\n]*$/.exec(line.raw.slice(0, end))![0];
  const raw = `${indent}${spelling}${before}=${space}${value}${trailing}${eol}`;
  for (let next = at + 1; next < lines.length && lines[next]!.kind !== "key"; next++) {
    if (lines[next]!.kind === "continuation") lines.splice(next--, 1);
  }
  lines[at] = { kind: "key", raw, key: spelling, value };
  if (comment !== undefined) {
    lines.splice(at, 0, { kind: "comment", raw: `${indent}${comment}${eol || fileEol}` });
  }
}

/** A new line spaced like its neighbours, and aligned where they are. */
export function spacedLike(neighbours: readonly IniLine[], key: string, value: string): string {
  const keys = neighbours.filter((line) => line.kind === "key");
  const last = keys.at(-1);
  if (last === undefined) return `${key} = ${value}`;
  const aligned = keys.findLast((line) => spacing(line.raw).before.length > 1) ?? last;
  const { name, before } = spacing(aligned.raw);
  const column = name.length + before.length;
  const space = before.length > 1 ? " ".repeat(Math.max(1, column - key.length)) : before;
  const after = last.value === "" ? before && " " : spacing(last.raw).after;
  return `${key}${space}=${after}${value}`;
}

/**
 * Where a section's keys end, their further lines included. What follows, comments and blank lines,
 * belongs to the next section.
 */
export function endOfKeys(lines: readonly IniLine[]): number {
  return lines.findLastIndex((line) => line.kind === "key" || line.kind === "continuation") + 1;
}

/**
 * Keys, with their further lines and the comments right above them, and all other lines. A comment
 * or blank line amid the lines of a value stays there.
 */
export function splitKeys(
  lines: readonly IniLine[],
  keys: readonly string[],
): { moved: IniLine[]; kept: IniLine[] } {
  const moved: IniLine[] = [];
  const kept: IniLine[] = [];
  let waiting: IniLine[] = [];
  let to = kept;
  for (const line of lines) {
    if (line.kind === "comment" || line.kind === "blank") {
      waiting.push(line);
      continue;
    }
    if (line.kind === "key") {
      to = keys.includes(line.key.toLowerCase()) ? moved : kept;
      const above = waiting.findLastIndex((each) => each.kind === "blank") + 1;
      kept.push(...waiting.splice(0, above));
    }
    to.push(...waiting, line);
    waiting = [];
  }
  kept.push(...waiting);
  return { moved, kept };
}

/** Puts lines behind a section's last key; one without an end gets that of its neighbour. */
export function appendLines(section: Section, added: readonly string[], fileEol: string): void {
  const lines = readLines(section.body);
  const end = endOfKeys(lines);
  const above = eolOf(lines[end - 1]?.raw ?? section.header);
  const eol = above ?? fileEol;
  const body = [
    ...lines.slice(0, end).map((line) => line.raw),
    // Only the last line of the file can lack its end.
    above === undefined ? eol : "",
    ...added.map((line) => eolOf(line) === undefined ? line + eol : line),
    ...lines.slice(end).map((line) => line.raw),
  ];
  setBody(section, readLines(body.join("")));
}

/** A line without the indent that would make a key a further line of the one above. */
export function flushLeft(line: IniLine): string {
  return line.kind === "key" ? line.raw.slice(indentOf(line.raw)) : line.raw;
}

/** A key's line taken apart at its separator. */
function spacing(raw: string) {
  const indent = raw.slice(0, indentOf(raw));
  const [, name = "", before = "", separator = "=", after = ""] =
    /^([^=:]*?)(\s*)([=:])([^\S\r\n]*)/.exec(raw.slice(indent.length)) ?? [];
  return { indent, name, before, separator, after };
}

/** The line end of a line. */
export function eolOf(raw: string): string | undefined {
  return /(\r\n|\n|\r)$/.exec(raw)?.[0];
}

/** The line end of the last line that has one. */
export function lastEol(text: string): string | undefined {
  return /(\r\n|\n|\r)[^\r\n]*$/.exec(text.slice(-4096))?.[1];
}
