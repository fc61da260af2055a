/** Every command and example of README and docs/ is what the program takes. */

import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { IniDocument } from "../../lib/ini/document.ts";
import { commandLines, fencedBlocks, isNotRun } from "../support/fenced_blocks.ts";
import { codeSpans } from "../support/page.ts";
import { needsShell, runShell } from "../support/shells.ts";
import { TestContext } from "../support/test_context.ts";
import { CommandTypist } from "../support/typed_commands.ts";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Pages whose blocks have tests of their own. */
const testedElsewhere = ["docs/write-a-hook.md", "docs/commands.md"];

const pages = new Map(
  ["README.md", ...markdownIn("docs")].map((path) =>
    [path, Deno.readTextFileSync(`${project}/${path}`)] as const
  ),
);

function markdownIn(folder: string): string[] {
  return [...Deno.readDirSync(`${project}/${folder}`)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? markdownIn(`${folder}/${name}`)
      : name.endsWith(".md")
      ? [`${folder}/${name}`]
      : []
  ).sort();
}

const typed = new Set<string>();

for (const [path, markdown] of pages) {
  if (testedElsewhere.includes(path)) continue;
  const blocks = fencedBlocks(markdown);

  Deno.test(`${path}: the commands all run`, async (t) => {
    await using typist = await CommandTypist.open(typed);
    const above: string[] = [];
    for (const block of blocks) {
      if (block.language === "ini") above.unshift(block.text);
      if (block.language !== "sh" || isNotRun(block)) continue;
      for (const line of commandLines(block.text)) {
        await t.step(line, async () => void await typist.type(line, above));
      }
    }
  });

  Deno.test(`${path}: the examples are sound`, () => {
    for (const { language, text, line } of blocks) {
      const where = `${path}:${line}`;
      if (language === "ini") {
        const whole = text.startsWith("[") || text.startsWith("#") ? text : `[profile x]\n${text}`;
        assertEquals(IniDocument.parse(whole).problems, [], where);
      }
      if (language === "json") assert(JSON.parse(text), where);
      if (language === "yaml") assert(parseYaml(text), where);
      assert(languages.includes(language), `${where}: a block in a language nobody looks at`);
    }
  });
}

/** Those that are run or read, and those that other programs read. */
const languages = [
  "sh",
  "bash",
  "zsh",
  "ini",
  "json",
  "yaml",
  "ts",
  "text",
  "toml",
  "hcl",
  "powershell",
  "crontab",
];

Deno.test("links of the pages lead to pages and headings that there are", async () => {
  const wrong: string[] = [];
  const all = new Map(pages);
  for (const path of [...markdownIn(".github"), "CHANGELOG.md", "BENCHMARKS.md"]) {
    all.set(path, await Deno.readTextFile(`${project}/${path}`));
  }
  for (const [path, markdown] of all) {
    const prose = markdown.replaceAll(/^ *```.*?^ *```$/gms, "");
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [file, anchor] = target!.split("#");
      const to = file === "" ? path : new URL(file!, `file:///${path}`).pathname.slice(1);
      const found = all.get(to);
      if (found === undefined) {
        const isThere = await Deno.stat(`${project}/${to}`).then(() => true, () => false);
        if (!isThere || anchor !== undefined) wrong.push(`${path}: ${target}`);
      } else if (anchor !== undefined && !headingAnchors(found).has(anchor)) {
        wrong.push(`${path}: ${target}`);
      }
    }
  }
  assertEquals(wrong, []);
});

/** Returns the anchors that GitHub makes of headings. */
function headingAnchors(markdown: string): Set<string> {
  return new Set(
    [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

Deno.test("flags and commands that the pages' text names are those of the program", async () => {
  await using test = await TestContext.create();
  assertEquals(await test.run("completions", "man"), 0, test.stderr);
  const manual = test.stdout.replaceAll("\\-", "-").replaceAll(/\\f[BIRP]/g, "");
  const wrong = [...pages].flatMap(([path, markdown]) => {
    const spans = codeSpans(markdown.replaceAll(/^ *```.*?^ *```$/gms, ""));
    const ours = spans.filter((span) => /^(?:stsmfa|--)/.test(span));
    const flags = ours.flatMap((span) =>
      span.split(" -- ")[0]!.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []
    );
    const commands = ours.flatMap((span) => /^stsmfa ([a-z][a-z-]*)(?= |$)/.exec(span)?.[1] ?? []);
    return [
      ...flags.filter((flag) => !manual.includes(flag) && !othersFlags.includes(flag)),
      ...commands.filter((name) => !manual.includes(name) && !profiles.includes(name)),
    ].map((name) => `${path}: ${name}`);
  });
  assertEquals(wrong, []);
});

/** Flags of all programs, and those that the pages name of others: docker, keepassxc-cli, Deno. */
const othersFlags = ["--help", "--version", "--network", "--no-password", "--allow-read"]
  .concat(["write", "env", "net", "sys", "run"].map((each) => `--allow-${each}`));

/** Profiles that the pages renew by name alone. */
const profiles = ["prod", "default", "me", "staging", "work"];

Deno.test("each recipe says what it was tried with, or that it was not", () => {
  for (const [path, markdown] of pages) {
    if (!path.startsWith("docs/recipes/")) continue;
    const sections = markdown.split(/^## /m).filter((each) => /^Tried/m.test(each));
    assert(sections.length === 1, `${path} has no section "Tried"`);
    assert(/\d+\.\d+|not tried/i.test(sections[0]!), `${path} names no version`);
  }
});

Deno.test("each page of docs/ is in the list of pages", () => {
  const list = pages.get("docs/README.md")!;
  for (const path of pages.keys()) {
    if (!path.startsWith("docs/") || path === "docs/README.md") continue;
    assert(
      list.includes(`](${path.slice("docs/".length)}`),
      `docs/README.md does not name ${path}`,
    );
  }
});

Deno.test("README fits on a few screens, and has the words that people search for", () => {
  const readme = pages.get("README.md")!;
  assert(readme.split("\n").length <= 251);
  const words = ["assume a role", "switch role", "get-session-token", "MFA for Terraform"];
  assertEquals(words.filter((each) => !readme.includes(each)), []);
});

for (const shell of ["bash", "zsh"] as const) {
  const needed = needsShell(shell);
  Deno.test({
    name: `lines for ${shell} that the tests do not run are sound${needed.name}`,
    ignore: needed.ignore,
    fn: async () => {
      for (const [path, markdown] of pages) {
        for (const block of fencedBlocks(markdown)) {
          const isLines = block.language === shell ||
            shell === "bash" && block.language === "sh" && isNotRun(block);
          if (!isLines) continue;
          const { code, stderr } = await runShell([shell, "-n", "-s"], {
            env: {},
            input: block.text,
          });
          assertEquals([code, stderr], [0, ""], `${path}:${block.line}`);
        }
      }
    },
  });
}
