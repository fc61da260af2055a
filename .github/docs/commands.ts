/**
 * Makes docs/commands.md from the program's help: `deno task docs`.
 *
 * @module
 */

import { TestContext } from "../../tests/support/test_context.ts";

/** Returns the page. */
export async function commandsPage(): Promise<string> {
  await using test = await TestContext.create();
  const help = async (...words: string[]) => {
    const status = await test.run(...words, "--help");
    if (status !== 0) throw new Error(`${words.join(" ")} --help: ${test.stderr}`);
    return test.stdout.trim();
  };
  const program = await help();
  const names = commandNames(program);
  const sections: string[] = [];
  for (const name of names) sections.push(section(name, await help(name)));
  return [
    "# Commands and flags",
    "",
    "What `stsmfa COMMAND --help` prints, for reading here and for searching. This page is made from the",
    "program by `deno task docs`; a test fails when the two differ.",
    "",
    "```text",
    program,
    "```",
    "",
    sections.join("\n"),
  ].join("\n");
}

/** Returns the names in the lists of commands that the program's help has. */
export function commandNames(help: string): string[] {
  const lists = help.split(/\n(?=\S)/).filter((part) => /commands?:\n/i.test(part));
  return lists.flatMap((list) =>
    [...list.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S/gm)].map(([, name]) => name!)
  );
}

function section(name: string, help: string): string {
  return `## stsmfa ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(
    new URL("../../docs/commands.md", import.meta.url),
    await commandsPage(),
  );
}
