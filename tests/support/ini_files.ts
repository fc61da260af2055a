/**
 * Generated INI files for property tests: sound ones, and any text.
 *
 * @module
 */

import fc from "fast-check";
import { IniDocument } from "../../lib/ini/document.ts";
import { anyText } from "./any_text.ts";

const names = [
  "default",
  "a",
  "b",
  "work-long-term",
  "profile a",
  'profile "my profile"',
  "__proto__",
  "constructor",
  "toString",
  "a]b",
  " a ",
  '"a"',
  "a.b/c@d+e%f:g",
  "\u00e4\u00f6\u{1f600}",
];
/** Keys that files may have. */
export const keys = [
  "aws_access_key_id",
  "AWS_Secret_Access_Key",
  "region",
  "k",
  "__proto__",
  "constructor",
  "toString",
  "s3",
  "two words",
  "a]b",
];
const spaces = ["", " ", "  ", "\t", "\x0b", "\x0c", "\x85", "\u2028", "\u00a0"];
const values = [
  "",
  "v",
  "AKIAEXAMPLE # prod",
  "a;b#c=d:e%f",
  "https://d-1.awsapps.com/start/#/",
  "IQoJ/+==",
  "[a]",
  "# x",
  '"quoted"',
  "a\u2028b\x0bc\x85d",
];
const rubbish = ["no separator", "= v", ": v", "[", "]", "[]", "[a", "[]=v", "\u2028x"];

const space = fc.constantFrom(...spaces);
const comment = fc.tuple(space, fc.constantFrom("# note", "; note", "#", ";[a]", "#k = v"))
  .map(([indent, text]) => indent + text);
const eol = fc.constantFrom("\n", "\n", "\r\n", "\r");

/** Any line, sound or not. */
const nastyLine = fc.oneof(
  fc.tuple(space, fc.constantFrom(...names), fc.constantFrom("", " # note", "# c", " ;x", " junk"))
    .map(([indent, name, tail]) => `${indent}[${name}]${tail}`),
  fc.tuple(
    space,
    fc.constantFrom(...keys),
    space,
    fc.constantFrom("=", ":"),
    space,
    fc.constantFrom(...values),
    space,
  ).map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom(" ", "  ", "\t", "    "), fc.constantFrom("a = b", "x", "c=", "[a]"))
    .map((parts) => parts.join("")),
  comment,
  space,
  fc.constantFrom(...rubbish),
  anyText({ maxLength: 12 }),
);

/** Any text: sound lines, odd ones and garbage. */
export const nastyText = fc.tuple(
  fc.constantFrom("", "", "", "\uFEFF"),
  fc.array(fc.tuple(nastyLine, eol).map((parts) => parts.join("")), { maxLength: 14 }),
  fc.oneof(fc.constant(""), nastyLine),
).map(([mark, lines, last]) => mark + lines.join("") + last);

/** Lines that may stand between the keys of a sound section. */
const filler = fc.array(fc.oneof(comment, space), { maxLength: 2 });

const soundKey = (key: string) =>
  fc.tuple(
    fc.constantFrom(" = ", "=", "   = ", ": ", ":", "\t=\t", "= "),
    fc.oneof(
      fc.constantFrom(...values.slice(1), "last # note").map((value) => [value]),
      fc.constantFrom(["", "  a = b", "", "  # c", "\tc=d # e"], ["v", "  more", "  and more"], [
        "",
      ]),
    ),
    filler,
  ).map((
    [separator, [first, ...more], after],
  ) => [`${key}${separator}${first}`, ...more, ...after]);

const indented = (lines: string[], indent: string) => lines.map((line) => indent + line);

const soundSection = (name: string) =>
  fc.tuple(
    fc.constantFrom("", "", " # note", "# c"),
    filler,
    fc.subarray(keys).chain((chosen) => fc.tuple(...chosen.map(soundKey))),
    fc.constantFrom("", "", "", "  ", "\t"),
  ).map(([tail, before, body, indent]) => [
    `[${name}]${tail}`,
    ...before,
    ...indented(body.flat(), indent),
  ]);

/**
 * A file that every reader accepts: its text before the first section, and the text of each one.
 */
export const soundFile = fc.tuple(
  fc.constantFrom("\n", "\r\n", "\r"),
  filler,
  fc.subarray(names).chain((chosen) => fc.tuple(...chosen.map(soundSection))),
  fc.boolean(),
).map(([eol, preamble, sections, lastEol]) => {
  const parts = [preamble, ...sections].map((lines) => lines.map((line) => line + eol).join(""));
  if (!lastEol) {
    const at = parts.findLastIndex((part) => part !== "");
    if (at >= 0) parts[at] = parts[at]!.slice(0, -eol.length);
  }
  return { text: parts.join(""), parts, eol };
});

/** Reports whether a line has indentation that readers do not agree on. */
function hasOddIndent(text: string): boolean {
  return text.split(/\r\n|\n|\r/).some((line) =>
    // deno-lint-ignore no-control-regex -- what Python takes for white space
    /^[ \t]*[\x0b\x0c\x1c-\x1f\x85\u00a0\u2028]/.test(line) && line.trim() !== "" ||
    /^\s+\[.*\]/.test(line)
  );
}

/** Sound files, some picked from nasty ones: only sound files are ever edited. */
export const soundText = fc.oneof(
  soundFile.map(({ text }) => text),
  nastyText.filter((text) => IniDocument.parse(text).problems.length === 0 && !hasOddIndent(text)),
);

/** A section's name, existing or not. */
export const newName = fc.constantFrom(...names.filter((name) => !/[[\]]|^ | $/.test(name)), "new");
/** A key, existing or not. */
export const newKey = fc.constantFrom(...keys.map((key) => key.toLowerCase()), "new_key");
/** A value that can be set. */
export const newValue = fc.oneof(
  fc.constantFrom("v", "IQoJ//+==", "2026-01-02T03:04:05Z", "a=b:c", "[x]", "a#b;c", "\u00e4"),
  fc.base64String({ minLength: 1, maxLength: 60 }),
);
