/**
 * What a tried hook would change, as a small diff without secrets.
 *
 * @module
 */

import { redact, type Secret } from "../credentials.ts";
import type { TrialChange } from "./trial.ts";

/** A change as it is shown. */
export interface ShownChange {
  /** The real path. */
  readonly path: string;
  /** What would become of it. */
  readonly status: "new" | "changed" | "removed";
  /** Lines of a unified diff without context, which may hold secrets. */
  readonly diff: readonly string[];
}

/** What nobody reads further. */
const mostLines = 100;

/**
 * Returns a change as it is shown: only lines that differ, in which what may be a secret is
 * `[secret]`.
 *
 * @param secrets of the session
 * @param throwAway values that are good for nothing, and are shown
 */
export function shownChange(
  { path, before, after }: TrialChange,
  secrets: readonly Secret[],
  throwAway: readonly string[],
): ShownChange {
  const status = before === undefined ? "new" : after === undefined ? "removed" : "changed";
  if (status === "removed") return { path, status, diff: [] };
  const [old, now] = [before, after].map((bytes) => bytes && textOf(bytes));
  if (now === undefined || (before !== undefined && old === undefined)) {
    return { path, status, diff: [`${after!.length} bytes that are not text`] };
  }
  const plain = (line: string) => withoutSecrets(redact(line, secrets), throwAway);
  const lines = difference(linesOf(old ?? ""), linesOf(now), plain);
  const more = lines.length - mostLines;
  return {
    path,
    status,
    diff: more > 0 ? [...lines.slice(0, mostLines), `and ${more} lines more`] : lines,
  };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Splits a text into lines, of which a last one without an end is marked. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop()!;
  return last === "" ? lines : [...lines, `${last}\n`];
}

/** Returns hunks of a unified diff, without context. */
function difference(
  before: readonly string[],
  after: readonly string[],
  plain: (line: string) => string,
): string[] {
  const common = longestCommon(before, after);
  const hunks: string[] = [];
  let [from, to] = [0, 0];
  for (const [a, b] of [...common, [before.length, after.length] as const]) {
    const gone = before.slice(from, a);
    const added = after.slice(to, b);
    if (gone.length + added.length > 0) {
      const range = (at: number, count: number) =>
        `${count === 0 ? at : at + 1}${count === 1 ? "" : `,${count}`}`;
      const marked = (sign: string, lines: readonly string[]) =>
        lines.flatMap((line) => {
          const shown = sign + plain(line.replace(/[\r\n]+$/, ""));
          return line.endsWith("\n") ? [shown, "\\ No newline at end of file"] : [shown];
        });
      hunks.push(
        `@@ -${range(from, gone.length)} +${range(to, added.length)} @@`,
        ...marked("-", gone),
        ...marked("+", added),
      );
    }
    [from, to] = [a + 1, b + 1];
  }
  return hunks;
}

/** Larger tables are not made: everything between the first and the last change is one. */
const mostCells = 1_000_000;

/** Returns pairs of positions of lines that both have, in order, as many as there can be. */
function longestCommon(
  before: readonly string[],
  after: readonly string[],
): (readonly [number, number])[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const pairs = Array.from({ length: start }, (_, at) => [at, at] as const);
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  if (a.length * b.length <= mostCells) {
    const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        lengths[i]![j] = a[i] === b[j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
      }
    }
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] === b[j]) pairs.push([start + i++, start + j++]);
      else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
      else j++;
    }
  }
  for (let at = end; at > 0; at--) pairs.push([before.length - at, after.length - at]);
  return pairs;
}

const secretName = "(?:auth(?:orization)?|pass\\w*|pwd|secret\\w*|token|key[\\w-]*)[\"']?";

/** Blanks, not so many that a long line of them takes the square of its length. */
const blanks = "\\s{0,40}";

/** What comes between such a name and its value: in a file, in a list of variables, in arguments. */
const behindName =
  `(?<=${secretName}${blanks}(?:[:=]|,${blanks}["']?value["']?${blanks}:)${blanks}|` +
  `--[\\w-]{0,40}${secretName}(?:${blanks},${blanks}|\\s{1,40}))`;

/** A value: in quotes it ends with them, else, as it may have spaces and commas, with the line. */
const secretValue = `(?:"(?:[^"\\\\]|\\\\.)+|'(?:[^']|'')+|[^\\s"',{[].*)`;

/** Who signs in, and with what, in a URL. */
const inUrl = `(?<=://)[^\\s"'/]+(?=@)`;

/** What may be a key: names of variables, hosts and paths are not. */
const long = "[\\w+/.-]{24,}=*";

function withoutSecrets(line: string, throwAway: readonly string[]): string {
  const known = ["[secret]", ...throwAway].map((value) => value.replace(/\W/g, "\\$&")).join("|");
  const named = `${behindName}(?!["']?(?:${known}))${secretValue}`;
  return line.replace(
    new RegExp(`(${known})|(${named}|${inUrl})|${long}`, "gi"),
    (all, isKnown?: string, isSecret?: string) => {
      if (isKnown !== undefined || (isSecret === undefined && isName(all))) return all;
      const [quote = ""] = isSecret === undefined ? [] : /^["']/.exec(isSecret) ?? [];
      return `${quote}[secret]`;
    },
  );
}

function isName(word: string): boolean {
  if (/^[A-Z][A-Z\d]*(_[A-Z\d]+)+=?$/.test(word)) return true;
  const isShort = word.split(/[/.=_+-]+/).every((part) => part.length < 24);
  return isShort && !/[A-Z]/.test(word.replace(/^\/\/[\w-]+\./, ""));
}
