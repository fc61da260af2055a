/**
 * Writes `lib/system/builtin_modules.ts` anew: the names in it, and those that the Deno that runs this
 * has beside them. `deno run -A .github/release/builtin_modules.ts`, with each Deno that counts.
 *
 * @module
 */

import { builtinModules as ofThisDeno } from "node:module";
import { builtinModules } from "../../lib/system/builtin_modules.ts";

/** The names that a Deno gives, as they are in the list. */
export function plainNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.replace(/^node:/, "")))].sort();
}

/** The list's module. */
export function moduleOf(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    const line = `${lines.at(-1)} ${name}`;
    if (line.length > 97) lines.push(`  ${name}`);
    else lines[lines.length - 1] = line.startsWith(" ") ? `  ${line.trim()}` : line;
  }
  return `/**
 * The modules that a runtime has built in, those of older and newer ones included. Written by
 * \`.github/release/builtin_modules.ts\`.
 *
 * @module
 */

/** Their names, without \`node:\`. */
export const builtinModules: readonly string[] = \`
${lines.join("\n")}
\`.trim().split(/\\s+/);
`;
}

if (import.meta.main) {
  const path = new URL("../../lib/system/builtin_modules.ts", import.meta.url);
  await Deno.writeTextFile(path, moduleOf(plainNames([...builtinModules, ...ofThisDeno])));
}
