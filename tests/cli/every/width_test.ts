/**
 * Nothing that is shown is wider than the terminal, measured in columns.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { topics } from "../../../lib/cli/topics.ts";
import { columnsOf } from "../../../lib/columns.ts";
import { commandsOfHelp } from "../../support/flags_of_help.ts";
import { TestContext } from "../../support/test_context.ts";

/** Lines that cannot be broken, since they are one value or are typed as they are. */
const unbreakable = [
  // Commands of Windows' cmd and of Nushell.
  /^ {2}for \/f /,
  /^ {2}.*\$nu\./,
  // A line of a file, such as `role_arn = arn:...`.
  /^ *[\w"]+(?: =|":) \S+$/,
  // A single word, which may have spaces in quotes.
  /^ *(?:[^ "'$]|"[^"]*"|'[^']*'|\$\([^)]*\)|\$)+(?: \\)?$/,
  // A flag and its values.
  /^ {2}(?:-.,| {3}) --[\w-]+ \S+$/,
];

function tooWide(text: string, columns: number): string[] {
  return text.split("\n").filter((line) =>
    columnsOf(line) > columns && !unbreakable.some((each) => each.test(line))
  );
}

for (const columns of [80, 40]) {
  Deno.test(`no help is wider than ${columns} columns`, async () => {
    await using test = await TestContext.create({ isTerminal: true, columns });
    await using usual = await TestContext.create();
    const commands = await commandsOfHelp(usual);
    assert(commands.length > 15);
    const pages = [
      ["--help"],
      ...commands.map((each) => [each, "--help"]),
      ...Object.keys(topics).map((each) => ["help", each]),
    ];
    for (const args of pages) {
      assertEquals(await test.run(...args), 0);
      assertEquals(tooWide(test.stdout, columns), [], args.join(" "));
    }
  });
}

Deno.test("no help has more than 60 lines at 80 columns", async () => {
  await using test = await TestContext.create({ isTerminal: true, columns: 80 });
  for (const command of await commandsOfHelp(test)) {
    await test.run(command, "--help");
    const count = test.stdout.split("\n").length - 1;
    assert(count <= 60, `${command}: ${count} lines`);
  }
  await test.run("--help");
  assert(test.stdout.split("\n").length <= 61);
});
