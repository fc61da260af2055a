/**
 * The licences of the packages that are bundled into the program.
 *
 * @module
 */

import { join } from "node:path";

/** Returns the text of every licence, package by package. */
export async function licenses(packages: Iterable<string>): Promise<string> {
  const parts = await Promise.all(
    [...packages].sort().map(async (directory) => {
      const { name, version, license } = JSON.parse(
        await Deno.readTextFile(join(directory, "package.json")),
      );
      const file = Array.from(Deno.readDirSync(directory), ({ name }) => name)
        .find((name) => /^licen[cs]e/i.test(name));
      if (file === undefined) {
        throw new Error(`${name} ${version} has no licence file (${license})`);
      }
      return `${name} ${version}\n\n${(await Deno.readTextFile(join(directory, file))).trim()}\n`;
    }),
  );
  const head = "stsmfa holds Deno (https://deno.com, MIT) and parts of the packages below.\n";
  return [head, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}

/** Returns the folder of the package that a bundled file belongs to, if any. */
export function packageOf(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}
