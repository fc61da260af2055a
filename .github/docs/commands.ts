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
    const status = await test.run(...words);
    if (status !== 0) throw new Error(`stsmfa ${words.join(" ")}: ${test.stderr}`);
    return test.stdout.trim();
  };
  const program = await help("--help");
  const { commands, topics } = namesIn(program);
  const sections: string[] = [];
  for (const name of commands) sections.push(section(name, await help(name, "--help")));
  for (const name of topics) sections.push(section(`help ${name}`, await help("help", name)));
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

/** Returns the names in the lists of the program's help. */
export function namesIn(help: string): { commands: string[]; topics: string[] } {
  const lists = help.split(/\n(?=\S)/).map((list) => ({
    heading: list.slice(0, list.indexOf("\n")),
    names: [...list.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S/gm)].map(([, name]) => name!),
  }));
  const isTopics = ({ heading }: { heading: string }) => heading === "Help topics:";
  const isOther = ({ heading }: { heading: string }) => /^(Usage|Examples|Flags)/.test(heading);
  return {
    commands: lists.filter((list) => !isTopics(list) && !isOther(list))
      .flatMap(({ names }) => names),
    topics: lists.filter(isTopics).flatMap(({ names }) => names),
  };
}

function section(title: string, help: string): string {
  return `## stsmfa ${title}\n\n\`\`\`text\n${help}\n\`\`\`\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(
    new URL("../../docs/commands.md", import.meta.url),
    await commandsPage(),
  );
}
