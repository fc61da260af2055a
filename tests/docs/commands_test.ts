import { assert, assertEquals } from "@std/assert";
import { commandsPage } from "../../.github/docs/commands.ts";

const page = await Deno.readTextFile(new URL("../../docs/commands.md", import.meta.url));

Deno.test("docs/commands.md is what the help says; `deno task docs` makes it anew", async () => {
  assertEquals(page, await commandsPage());
});

Deno.test("docs/commands.md has every command that the program knows", async () => {
  const cli = await Deno.readTextFile(new URL("../../cli.ts", import.meta.url));
  const known = [...cli.matchAll(/^ {2}"?([a-z-]+)"?: \{\n {4}brief:/gm)].map(([, name]) => name!);
  assert(known.length >= 20, "cli.ts has fewer commands than this test expects to find");
  assertEquals(known.filter((name) => !page.includes(`\n## stsmfa ${name}\n`)), []);
});
