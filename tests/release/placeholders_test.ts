/**
 * The names that stand for the repository's and the package's own until there is a release.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { parse } from "yaml";
import { testOrSkip } from "../support/abilities.ts";
import { needsProgram, runShell } from "../support/shells.ts";

const github = new URL("../../.github/", import.meta.url);
const { jobs } = parse(await Deno.readTextFile(new URL("workflows/release.yml", github)));
const check: string =
  jobs.notes.steps.find(({ name }: { name?: string }) => name?.includes("placeholders")).run;
const [, replace] = /^(grep .*perl .*)$/m.exec(
  await Deno.readTextFile(new URL("CONTRIBUTING.md", github)),
)!;

// In parts, so that nobody's own name takes its place here.
const repository = ["x", "stsmfa"].join("/");
const name = `@${repository}`;

const files: Readonly<Record<string, string>> = {
  "README.md":
    `https://github.com/${repository}/releases/latest jsr:${name} --repo ${repository}\n`,
  "docs/install.md": `jsr:${name} --repo ${repository}\n`,
  "deno.json": `{ "name": "${name}" }\n`,
  "mod.ts": `from "${name}";\n`,
  "lib/commands/a.ts": `from "jsr:${name}/hook";\n`,
  "hooks/a.ts": "export {};\n",
  ".github/install/install.sh": `repository=${repository} # jsr:${name}\n`,
};

/** The files above, and a shell among them. */
async function withFiles(
  use: (run: (script: string) => Promise<number>, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "stsmfa-names-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${directory}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${directory}/${path}`, text);
    }
    const env = { PATH: Deno.env.get("PATH") ?? "", GITHUB_REPOSITORY: "alice/tools" };
    const shell = ["bash", "--noprofile", "--norc", "-e", "-s"] as const;
    await use(
      async (script) => (await runShell(shell, { cwd: directory, env, input: script })).code,
      directory,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const lack = ["bash", "perl"].map(needsProgram).find(({ ignore }) => ignore);

function test(what: string, fn: () => Promise<void>): void {
  testOrSkip({ name: `${what}${lack?.name ?? ""}`, ignore: lack !== undefined, fn });
}

test("there is no release under the placeholders' names", () =>
  withFiles(async (run) => {
    assertEquals(await run(check), 1);
  }));

for (const path of Object.keys(files).filter((path) => path !== "hooks/a.ts")) {
  test(`there is no release while ${path} has a placeholder`, () =>
    withFiles(async (run, directory) => {
      assertEquals(await run(owned(replace!)), 0);
      await Deno.writeTextFile(`${directory}/${path}`, files[path]!);
      assertEquals(await run(check), 1);
    }));
}

test("the command of CONTRIBUTING.md leaves none of them", () =>
  withFiles(async (run, directory) => {
    assertEquals(await run(owned(replace!)), 0);
    assertEquals(await run(check), 0);
    const read = (path: string) => Deno.readTextFile(`${directory}/${path}`);
    assertEquals(
      await read("README.md"),
      "https://github.com/alice/tools/releases/latest jsr:@acme/mfa --repo alice/tools\n",
    );
    assertEquals(await read("docs/install.md"), "jsr:@acme/mfa --repo alice/tools\n");
    assertEquals(await read("lib/commands/a.ts"), 'from "jsr:@acme/mfa/hook";\n');
    // What the release fills in stays.
    assertEquals(
      await read(".github/install/install.sh"),
      `repository=${repository} # jsr:@acme/mfa\n`,
    );
  }));

/** The command with names of one's own. */
function owned(command: string): string {
  return command.replace("OWNER/NAME", "alice/tools").replace("SCOPE/NAME", "acme/mfa");
}
