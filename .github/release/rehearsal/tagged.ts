/**
 * A checkout that is ready to be released, made as CONTRIBUTING.md says.
 *
 * @module
 */

import { cp } from "node:fs/promises";
import { join } from "node:path";
/** The names that take the placeholders' place. */
export interface Names {
  /** Such as `owner/name`, on GitHub. */
  readonly repository: string;
  /** Such as `scope/name`, on JSR. */
  readonly package: string;
}

/** Writes a copy of a checkout with names, version and notes of its own to a folder. */
export async function tagged(
  checkout: string,
  folder: string,
  version: string,
  names: Names,
): Promise<void> {
  await cp(checkout, folder, { recursive: true });
  await edit(
    join(folder, "deno.json"),
    (text) => text.replace(/("version": ")[^"]+/, `$1${version}`),
  );
  await edit(
    join(folder, "CHANGELOG.md"),
    (text) => text.replace(/^## \[Unreleased\]$/m, `## [${version}] - 2026-11-30`),
  );
  const [, replace] = /^(grep .*perl .*)$/m.exec(
    await Deno.readTextFile(join(folder, ".github", "CONTRIBUTING.md")),
  ) ?? [];
  if (replace === undefined) throw new Error("CONTRIBUTING.md has no command for the names");
  const command = replace.replace("OWNER/NAME", names.repository)
    .replace("SCOPE/NAME", names.package);
  await run(folder, "bash", "-e", "-o", "pipefail", "-c", command);
  await run(folder, Deno.execPath(), "fmt", "--quiet");
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const changed = change(text);
  if (changed === text) throw new Error(`there is nothing to change in ${path}`);
  await Deno.writeTextFile(path, changed);
}

async function run(cwd: string, program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, cwd }).spawn().status;
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}
