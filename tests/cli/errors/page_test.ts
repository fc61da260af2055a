/**
 * The mistakes of a first hour, and what is said about each, on one page that a person reads from top
 * to bottom. `STSMFA_WRITE_PAGE=1` writes it anew.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { columnsOf } from "../../../lib/columns.ts";
import { type Home, openHome } from "../../support/homes.ts";
import { type Mistake, mistakes } from "./mistakes.ts";

const path = fileURLToPath(new URL("page.txt", import.meta.url));

/** Columns of the terminal, and how many of its rows an error and its hint may take. */
const [columns, mostRows] = [80, 3];

const page: string[] = [
  "What stsmfa says about the mistakes of a first hour. Made by page_test.ts.",
];
let number = 0;
for (const [heading, all] of Object.entries(mistakes)) {
  page.push("", "", heading.toUpperCase());
  for (const mistake of all) page.push("", `${++number}. ${mistake.what}`, ...await said(mistake));
}

/** Waits until others can see that a question is open. */
async function noted(home: Home): Promise<void> {
  while (true) {
    const names = await home.test.list(".local/state/stsmfa/sessions").catch(() => []);
    if (names.some((name) => name.endsWith(".asking"))) return;
    await new Promise((go) => setTimeout(go, 1));
  }
}

/** Makes the mistake; returns what a terminal shows, and the exit status. */
async function said({ args, home: options = {}, before, during }: Mistake): Promise<string[]> {
  await using home = await openHome({ os: "unix", ...options });
  const code = await before?.(home) ?? "";
  const typed = args === "" ? [] : args.split(" ");
  let exitStatus = 0, said = "";
  const act = async () => {
    exitStatus = await home.run(...typed.map((each) => each === "CODE" ? code : each));
    said = home.test.said;
  };
  if (during) {
    home.answer(async () => {
      await noted(home);
      await act();
      return await home.sts.code();
    });
    await home.run();
  } else await act();
  const shown = said.replaceAll(/127\.0\.0\.1:\d+/g, "sts.eu-west-1.amazonaws.com")
    .replaceAll(/ASIA[A-Z2-7]{16}/g, "ASIAEXAMPLEEXAMPLE77")
    .replaceAll(/[0-9a-f]{32}(?=\.json)/g, "0".repeat(32)).trimEnd().split("\n");
  const words = typed.map((each) => each === "CODE" ? "123456" : each);
  return [
    ["   $ stsmfa", ...words].join(" "),
    ...shown.map((each) => `   ${each}`),
    `   exit ${exitStatus}`,
  ];
}

Deno.test("what is said about the mistakes of a first hour is what the page has", () => {
  const text = `${page.join("\n")}\n`;
  if (Deno.env.get("STSMFA_WRITE_PAGE") === "1") Deno.writeTextFileSync(path, text);
  assertEquals(text, Deno.readTextFileSync(path).replaceAll("\r\n", "\n"));
});

Deno.test(`an error and its hint take no more than ${mostRows} lines of ${columns} columns`, () => {
  const rows = (text: string) => Math.ceil(columnsOf(text.slice(3)) / columns);
  const long: string[] = [];
  let what = "", taken = 0;
  for (const text of page) {
    if (/^\d+\. /.test(text)) what = text;
    if (!/^ {3}stsmfa: /.test(text)) continue;
    taken = /^ {3}stsmfa: hint: /.test(text) ? taken + rows(text) : rows(text);
    if (taken > mostRows) long.push(`${what}: ${taken}`);
  }
  assertEquals(long, []);
});

Deno.test("every mistake has an error or a warning, and at least forty are tried", () => {
  assertEquals(number >= 40, true);
  const silent = page.join("\n").split(/\n(?=\d+\. )/).slice(1)
    .filter((each) => !/^ {3}stsmfa: (?:error|warning): /m.test(each));
  assertEquals(silent, []);
});
