/**
 * The words that people read: none of those that CONTRIBUTING.md forbids, in one list for all.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { literalsOf, paragraphsOf, type ShownText } from "../support/shown_words.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

const glossary = Deno.readTextFileSync(`${project}.github/CONTRIBUTING.md`);

const words = /^```words\n(.*?)^```$/ms.exec(glossary)![1]!.trim().split("\n");

/** The texts that none of the words may be in. */
const kinds: Readonly<Record<string, () => [path: string, texts: ShownText[]][]>> = {
  "messages and help": () =>
    [...files("lib", ".ts"), ...files("hooks", ".ts"), "cli.ts"].map((path) => [
      path,
      literalsOf(Deno.readTextFileSync(project + path)),
    ]),
  documents: () =>
    ["README.md", "CHANGELOG.md", ...files("docs", ".md"), ...files(".github", ".md")].map((
      path,
    ) => [path, paragraphsOf(Deno.readTextFileSync(project + path))]),
};

function files(folder: string, ending: string): string[] {
  return Array.from(Deno.readDirSync(project + folder)).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? files(path, ending) : name.endsWith(ending) ? [path] : [];
  }).sort();
}

/** Returns where which words are. */
function found(path: string, texts: readonly ShownText[]): string[] {
  return texts.flatMap(({ line, text }) =>
    words.filter((word) => forbidden(word).test(text)).map((word) => `${path}:${line}: ${word}`)
  );
}

/** Matches a phrase as whole words, in any case, also in the plural or third person. */
function forbidden(phrase: string): RegExp {
  const source = phrase.split(" ").map(RegExp.escape).join("\\s+");
  const [start, end] = [/^\w/, /\w$/].map((edge) => edge.test(phrase));
  return new RegExp(`${start ? "(?<![\\w-])" : ""}${source}${end ? "s?(?![\\w-])" : ""}`, "i");
}

Deno.test("the list of words is there, in order and each once", () => {
  assertEquals(words.length > 20, true);
  assertEquals(words, [...new Set(words)].sort());
});

for (const [kind, texts] of Object.entries(kinds)) {
  Deno.test(`no ${kind} have a word that CONTRIBUTING.md forbids`, () => {
    assertEquals(
      texts().flatMap(([path, each]) => found(path, each)),
      [],
    );
  });
}

Deno.test("forbidden words are found in literals and prose, and nowhere else", () => {
  const module = [
    "// mend it",
    'import { mend } from "./mend it.ts";',
    'const a = { hint: `to ${"x"} mend ${b}` };',
    'class A { constructor(private readonly b: string) { throw new Error("fix\\n the token code"); } }',
    'const flag = "--token-code", name = "mend";',
    "const amended = 'amended, amend it';",
  ].join("\n");
  assertEquals(found("a.ts", literalsOf(module)), ["a.ts:3: mend", "a.ts:4: token code"]);
  const document =
    "# A\n\nthe `token code`\n\n```sh\nmend it\n```\n\nlong, the token\ncodes, Mend\n";
  assertEquals(found("a.md", paragraphsOf(document)), ["a.md:9: mend", "a.md:9: token code"]);
});
