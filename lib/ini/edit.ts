/**
 * Formats changed and new keys like the line they replace, or like their neighbours.
 *
 * @module
 */

import { commentInValue, indentOf, type IniLine, readLines, strip } from "./lines.ts";
import { type Section, setBody } from "./sections.ts";

/** Replaces the value on a key's line and drops its continuation lines. */
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
  // Other SDKs know only lower-case keys and `=`.
  const spelling = line.key === key && separator === "=" ? line.key : key;
  const comment = commentInValue(line.value);
  const end = line.raw.length - eol.length;
  const trailing = line.value === "" || comment !== undefined
    ? ""
    : trailingSpace(line.raw.slice(0, end));
  const raw = `${indent}${spelling}${before}=${space}${value}${trailing}${eol}`;
  for (let next = at + 1; next < lines.length && lines[next]!.kind !== "key"; next++) {
    if (lines[next]!.kind === "continuation") lines.splice(next--, 1);
  }
  lines[at] = { kind: "key", raw, key: spelling, value };
  if (comment !== undefined) {
    lines.splice(at, 0, { kind: "comment", raw: `${indent}${comment}${eol || fileEol}` });
  }
}

/** Returns a new line spaced like its neighbours, and aligned if they are. */
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
 * Returns where a section's keys and their continuation lines end. Comments and blank lines after
 * that belong to the next section.
 */
export function endOfKeys(lines: readonly IniLine[]): number {
  return lines.findLastIndex((line) => line.kind === "key" || line.kind === "continuation") + 1;
}

/**
 * Separates keys, with their continuation lines and the comments right above them, from all other
 * lines. A comment or blank line within a value stays there.
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

/** Returns where a key's line is, and where the lines that continue it end. */
export function blockOf(
  lines: readonly IniLine[],
  key: string,
): { readonly start: number; readonly end: number } {
  const start = lines.findIndex((line) =>
    line.kind === "key" && line.key.toLowerCase() === key.toLowerCase()
  );
  const next = lines.findIndex((line, at) => at > start && line.kind === "key");
  const inside = lines.slice(start, next < 0 ? lines.length : next);
  return { start, end: start + endOfKeys(inside) };
}

/** Adds lines after a section's last key; one without a line end gets that of its neighbour. */
export function appendLines(section: Section, added: readonly string[], fileEol: string): void {
  const lines = readLines(section.body);
  appendBelow(section, lines, endOfKeys(lines), added, fileEol);
}

/** Adds lines to a section before the line with this index, in the same way. */
export function appendBelow(
  section: Section,
  lines: readonly IniLine[],
  end: number,
  added: readonly string[],
  fileEol: string,
): void {
  const above = eolOf(lines[end - 1]?.raw ?? section.header);
  const eol = above ?? fileEol;
  const body = [
    ...lines.slice(0, end).map((line) => line.raw),
    // Only the last line of the file can lack a line end.
    above === undefined ? eol : "",
    ...added.map((line) => eolOf(line) === undefined ? line + eol : line),
    ...lines.slice(end).map((line) => line.raw),
  ];
  setBody(section, readLines(body.join("")));
}

/** Returns a line without the indent that would make a key continue the line above. */
export function flushLeft(line: IniLine): string {
  return line.kind === "key" ? line.raw.slice(indentOf(line.raw)) : line.raw;
}

/**
 * Splits a key's line at its separator. Space that is no space to every SDK is not copied to other
 * lines.
 */
function spacing(raw: string) {
  const indent = raw.slice(0, indentOf(raw));
  const text = raw.slice(indent.length);
  const at = text.search(/[=:]/);
  const name = strip(text.slice(0, at));
  const after = text.slice(at + 1);
  return {
    indent,
    name,
    before: commonSpace(text.slice(name.length, at)),
    separator: text[at] ?? "=",
    after: commonSpace(after.replace(/[\r\n]+$/, "").slice(0, indentOf(after))),
  };
}

/** Returns the spaces and tabs that a text ends with; a pattern would begin anew at each of others. */
function trailingSpace(text: string): string {
  let at = text.length;
  while (text[at - 1] === " " || text[at - 1] === "\t") at--;
  return text.slice(at);
}

function commonSpace(space: string): string {
  return /^[ \t]*$/.test(space) ? space : " ";
}

/** Returns the line end of a line. */
export function eolOf(raw: string): string | undefined {
  return /(\r\n|\n|\r)$/.exec(raw)?.[0];
}

/** Returns the line end of the last line that has one. */
export function lastEol(text: string): string | undefined {
  return /(\r\n|\n|\r)[^\r\n]*$/.exec(text.slice(-4096))?.[1];
}
