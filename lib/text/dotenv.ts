/**
 * Sets variables in a `.env` text, so that docker, libraries and shells read the same: as plain
 * `KEY=VALUE`, whose value needs no quotes. What is not set stays byte for byte. Pure.
 *
 * @module
 */

import { type InsideLines, linesOf, readings } from "./dotenv_readers.ts";

/** Why a text can't be edited; its message ends a sentence that begins with the file name. */
export class DotenvProblem extends Error {
  /** `DotenvProblem`. */
  override readonly name: string = "DotenvProblem";
}

/** What became of a text. */
export interface DotenvEdit {
  readonly text: string;
  /**
   * The line, counted from 1, of one of the variables within another one's value, which docker takes
   * for a line of its own.
   */
  readonly dockerLine?: number;
}

/** What no reader takes for more than letters. */
const plainValue = /^[\w+=/:.,@%-]*$/;

/**
 * Sets variables on every line that has them, since readers differ in which of two they use, and
 * adds those that are missing at the end. A quoted value is replaced whole, with all its lines; a
 * comment behind one moves to a line before it, where docker does not take it for a part of it.
 *
 * @param variables in the order in which they are added
 * @param others are set where they are, and not added
 * @throws DotenvProblem for a quote that is never closed, lines that readers do not agree on, and
 * values that need quotes
 */
export function setVariables(
  text: string,
  variables: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>> = {},
): DotenvEdit {
  const edit = edited(text, variables, others);
  // Without a quote that was replaced, shells may read the lines behind it in another way.
  if (edited(edit.text, variables, others).text === edit.text) return edit;
  throw new DotenvProblem("has values that readers do not agree on");
}

function edited(
  text: string,
  variables: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
): DotenvEdit {
  const values = new Map(Object.entries({ ...variables, ...others }));
  for (const [name, value] of values) {
    if (!plainValue.test(value)) {
      throw new DotenvProblem(`cannot hold this ${name}: some readers need quotes around it`);
    }
  }
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? "\n";
  const isEnded = text === "" || text.endsWith("\n");
  const whole = isEnded ? text : text + lineEnd;
  const lines = linesOf(whole);
  const found = readings(whole);
  refuseUnreadable(lines, found);
  const own = new RegExp(
    `^(\\uFEFF?[ \\t]*(?:export[ \\t]+)?)(${
      [...values.keys()].join("|")
    })(?:[ \\t]*(=.*)|[ \\t]+(#.*))?$`,
    "s",
  );
  const elsewhere = otherWays([...values.keys()]);
  const missing = new Set(Object.keys(variables));
  const kept: string[] = [];
  let dockerLine: number | undefined;
  for (let at = 0; at < lines.length; at++) {
    const isOurs = own.test(lines[at]!.trimEnd());
    if (isInside(found, at, isOurs)) {
      if (isOurs) dockerLine ??= at + 1;
      kept.push(lines[at]!);
      continue;
    }
    if (!isOurs) {
      if (elsewhere.test(withoutQuotes(lines[at]!))) {
        throw new DotenvProblem(
          `sets one of the variables in line ${at + 1} in a way that not every reader knows: ` +
            "write NAME=VALUE on a line of its own",
        );
      }
      kept.push(lines[at]!);
      continue;
    }
    let end = at + 1;
    while (isInside(found, end, true)) end++;
    const entry = lines.slice(at, end).join("");
    const [, before = "", name = "", value = "", alone = ""] = own.exec(entry.trimEnd())!;
    const comment = commentBehind(value, at) || alone;
    const [mark = "", indent = ""] = /^(\uFEFF?)([ \t]*)/.exec(before)!.slice(1);
    const above = comment === "" ? "" : `${mark}${indent}${comment}${lineEnd}`;
    const start = comment === "" ? before : before.slice(mark.length);
    missing.delete(name);
    kept.push(`${above}${start}${name}=${values.get(name)}${/\r?\n$/.exec(entry)![0]}`);
    at = end - 1;
  }
  // What is added must not become a part of the last line.
  if (missing.size > 0) isInside(found, lines.length, true);
  const before = prefixOf(lines, found);
  const added = [...missing].map((name) => `${before}${name}=${values.get(name)}${lineEnd}`);
  const result = [...kept, ...added].join("");
  return {
    text: isEnded ? result : result.slice(0, -lineEnd.length),
    ...(dockerLine !== undefined && { dockerLine }),
  };
}

function refuseUnreadable(lines: readonly string[], found: readonly InsideLines[]): void {
  const unclosed = found.flatMap((each) => each.unclosed ?? []);
  if (unclosed.length > 0) {
    throw new DotenvProblem(
      `has a quote in line ${Math.min(...unclosed) + 1} that is never closed`,
    );
  }
  const torn = lines.findIndex((line) => /\r(?!\n)/.test(line));
  if (torn >= 0) {
    throw new DotenvProblem(
      `has a carriage return within line ${torn + 1}, where some readers begin another line`,
    );
  }
}

/**
 * Reports whether a line begins within a value.
 *
 * @param isImportant whether all readers must agree
 */
function isInside(found: readonly InsideLines[], at: number, isImportant: boolean): boolean {
  const starts = found.map(({ inside }) => inside.get(at));
  const start = starts.find((each) => each !== undefined);
  if (start === undefined) return false;
  if (isImportant && starts.includes(undefined)) {
    throw new DotenvProblem(
      `has a value in line ${start + 1} that goes on in line ${at + 1} to some readers, and not ` +
        "to others: write it on one line",
    );
  }
  return true;
}

/**
 * Returns the comment behind a value.
 *
 * @param rest what stands behind the name, from the `=` on
 * @param at the line
 * @throws DotenvProblem if there is more than a value and a comment
 */
function commentBehind(rest: string, at: number): string {
  const value = rest.replace(/^=[ \t]*/, "");
  const quoted = /^(["'`])(?:\\.|(?!\1).)*\1/s.exec(value)?.[0];
  const behind = quoted === undefined ? value : value.slice(quoted.length);
  const [, plain = "", comment = ""] = /^(.*?)(?:(?:^|(?<=\s))(#.*))?$/s.exec(behind)!;
  const isMore = quoted === undefined ? /[;&|]\s*\S|\s\w+\+?=/.test(plain) : !/^\s*$/.test(plain);
  if (isMore) {
    throw new DotenvProblem(
      `has more than one value in line ${at + 1}: write NAME=VALUE on a line of its own`,
    );
  }
  return comment.trimEnd();
}

/** Returns a pattern for lines that set a variable for some readers only. */
function otherWays(names: readonly string[]): RegExp {
  const name = `(?:${names.join("|")})`;
  const declared = "(?:(?:export|declare|typeset|readonly)(?:\\s+-\\w+)*\\s+)?";
  return new RegExp(
    `^\\uFEFF?\\s*${declared}(?:\\w+=\\S*\\s+)*${name}\\s*\\+?=|` +
      `^\\uFEFF?\\s*(?:export\\s+)?${name}\\s*:\\s|[;&|]\\s*${declared}${name}\\s*\\+?=`,
  );
}

function withoutQuotes(line: string): string {
  return line.replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, "").replace(/(^|\s)#.*/s, "");
}

/** Returns what is put before each name that is added: `export `, if every other one has it. */
function prefixOf(lines: readonly string[], found: readonly InsideLines[]): string {
  const names = lines.filter((line, at) =>
    !isInside(found, at, false) && /^\uFEFF?\s*(?:export\s+)?[^\s=#]+\s*=/.test(line)
  );
  return names.length > 0 && names.every((each) => /^\uFEFF?\s*export\s/.test(each))
    ? "export "
    : "";
}
