import { assertEquals, assertStringIncludes } from "@std/assert";
import { topics } from "../../../lib/cli/topics.ts";
import { ExitStatus } from "../../../lib/errors.ts";
import { blockKeys, settingSpecs } from "../../../lib/profile/settings.ts";
import { TestContext } from "../../support/test_context.ts";

async function page(...args: string[]): Promise<string> {
  await using test = await TestContext.create();
  assertEquals([await test.run(...args), test.stderr], [0, ""]);
  return test.stdout;
}

Deno.test("help TOPIC: a page for each topic that the help names", async () => {
  const [, list = ""] = (await page("help")).split("\nHelp topics:\n");
  const names = [...list.split("\n\n")[0]!.matchAll(/^ {2}([a-z-]+) {2}/gm)].map(([, name]) =>
    name
  );
  assertEquals(names, Object.keys(topics));
  for (const name of Object.keys(topics)) {
    assertEquals((await page("help", name)).split("\n").length > 10, true, name);
  }
});

Deno.test("help config has every key of the block", async () => {
  const text = await page("help", "config");
  const terms = [...text.matchAll(/^ {2}([a-z_]+) {2,}/gm)].map(([, key]) => key!);
  assertEquals(terms.toSorted(), blockKeys.toSorted());
});

Deno.test("help environment has every variable of a setting", async () => {
  const text = await page("help", "environment");
  for (const { variables } of Object.values(settingSpecs)) {
    for (const each of variables) assertStringIncludes(text, each);
  }
});

Deno.test("help exit-codes has every exit status", async () => {
  const text = await page("help", "exit-codes");
  const found = [...text.matchAll(/^ {2}(\d+) {2,}/gm)].map(([, each]) => Number(each));
  assertEquals(found, Object.values(ExitStatus).toSorted((a, b) => a - b));
});

Deno.test("help hooks is the topic, and hooks --help the command", async () => {
  assertStringIncludes(await page("help", "hooks"), "post-refresh");
  assertStringIncludes(await page("hooks", "--help"), "Usage: stsmfa hooks ");
});

Deno.test("the man page has all topics, and completions know them", async () => {
  const man = (await page("completions", "man")).replaceAll("\\-", "-");
  for (const name of Object.keys(topics)) {
    assertStringIncludes(man, `.SH "${name.toUpperCase()}"`);
  }
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    assertStringIncludes(await page("completions", shell), "exit-codes");
  }
});
