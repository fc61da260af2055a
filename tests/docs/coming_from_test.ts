import { assert, assertEquals } from "@std/assert";
import { parse } from "../../lib/cli/parse.ts";
import { IniDocument } from "../../lib/ini/document.ts";
import { openHome } from "../support/homes.ts";
import { codeSpans, parsePage } from "../support/page.ts";
import { TestContext } from "../support/test_context.ts";
import { Typist } from "../support/typist.ts";
import { stories as anything } from "./coming_from/anything.ts";
import { stories as awsMfa } from "./coming_from/aws_mfa.ts";
import { stories as awsStsHelpers } from "./coming_from/aws_sts_helpers.ts";
import { stories as others } from "./coming_from/others.ts";
import { stories as setsts } from "./coming_from/setsts.ts";
import type { Stories } from "./coming_from/story.ts";
import { stories as stscreds } from "./coming_from/stscreds.ts";
import { stories as stst } from "./coming_from/stst.ts";

const markdown = await Deno.readTextFile(new URL("../../.github/COMING_FROM.md", import.meta.url));
const page = parsePage(markdown);

const storiesOf: Readonly<Record<string, Stories>> = {
  "": anything,
  "aws-mfa": awsMfa,
  "aws-sts-helpers": awsStsHelpers,
  "aws-vault, granted, awsume and the AWS CLI": others,
  setsts,
  stscreds,
  stst,
};

for (const { title, commands, files } of page) {
  const from = title || "anything";
  Deno.test(`coming from ${from}: each command does what it is there for`, async (t) => {
    const untyped = new Set(commands);
    const onLine = (line: string) => {
      assert(commands.includes(line), `the page does not say: ${line}`);
      untyped.delete(line);
    };
    const open = async (options = {}) =>
      // The page's lines are of a shell of POSIX.
      new Typist(await openHome({ os: "unix", ...options }), onLine);
    for (const [name, story] of Object.entries(storiesOf[title] ?? {})) {
      await t.step(name, () => story({ open, config: files.join("\n") }));
    }
    assertEquals([...untyped], [], "no story types these commands of the page");
  });
}

/** Whether the program, or one of these commands of it, has a flag of this name. */
async function hasFlag(flag: string): Promise<boolean> {
  await using test = await TestContext.create();
  for (const command of ["refresh", "env", "import", "init"]) {
    await test.run(command, flag);
    if (!test.stderr.includes(`there is no flag ${flag}\n`)) return true;
  }
  return false;
}

Deno.test("coming from anything: the page is right about each flag of the five tools", async () => {
  const rows = page.filter(({ title }) => title !== "").flatMap(({ rows }) => rows);
  const wrong: string[] = [];
  for (const [theirs = "", here = ""] of rows) {
    for (const flag of codeSpans(theirs)) {
      const isSame = here.startsWith("the same");
      if ((isSame || here.startsWith("none")) && await hasFlag(flag) !== isSame) wrong.push(flag);
    }
  }
  assert(rows.length > 30, "the page has fewer flags than this test expects to find");
  assertEquals(wrong, []);
});

Deno.test("coming from anything: commands, flags and files in the page's text exist", async () => {
  const said = page.flatMap(({ text, rows }) => [text, ...rows.map(([, here = ""]) => here)])
    .flatMap(codeSpans);
  await using test = await TestContext.create();
  const flags = new Set(said.flatMap((code) => /^--[a-z-]+/.exec(code) ?? []));
  const names = new Set(said.flatMap((code) => /^stsmfa (\w+)/.exec(code)?.[1] ?? []));
  const wrong: string[] = [];
  for (const flag of flags) if (!await hasFlag(flag)) wrong.push(flag);
  for (const name of names) if (await test.run("help", name) !== 0) wrong.push(name);
  assert(flags.size > 10 && names.size > 5, "the page says less than this test expects to find");
  assertEquals(wrong, []);
  for (const file of page.flatMap(({ files }) => files)) {
    assertEquals(IniDocument.parse(file).problems, []);
  }
});

/** The spellings of the older tools that the contract promises. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  "--mfa-serial": ["--serial-number", "--device", "--mfa"],
  "--token-code": ["--token", "--mfa-token"],
  "--duration": ["--duration-seconds", "--expires"],
  "--role-arn": ["--assume-role", "--assume"],
  "--credentials-file": ["--credentials", "--aws-credential-file"],
  "--config-file": ["--config"],
  "--long-term-suffix": ["--long-suffix"],
  "--short-term-suffix": ["--short-suffix"],
};

Deno.test("coming from anything: every older spelling of a flag means the flag", async () => {
  const { default: refresh } = await import("../../lib/commands/refresh.ts");
  const flagsOf = (...words: string[]) => parse(words, refresh, "").flags;
  for (const [ours, theirs] of Object.entries(spellings)) {
    for (const flag of theirs) assertEquals(flagsOf(flag, "x"), flagsOf(ours, "x"), flag);
  }
  assertEquals(flagsOf("--ignore-backup"), flagsOf("--no-backup"));
  assertEquals(flagsOf("--no-input"), flagsOf("--non-interactive"));
  assertEquals(flagsOf("--dryrun"), flagsOf("--dry-run"));
});
