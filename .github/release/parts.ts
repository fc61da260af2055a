/**
 * Writes what `compile.ts` embeds beside the modules: the scripts and their code caches.
 *
 * @module
 */

import { build, stop } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makePack } from "./program/pack.ts";

/** What each run loads is not compressed: the runtime has it in memory already. */
const always = "start";

/**
 * Writes a main module of `program/` as `cli.js`, what it loads at each start, and the pack of the
 * rest, to a folder.
 */
export async function writeParts(
  folder: string,
  main: string,
  scripts: ReadonlyMap<string, string>,
  caches: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  try {
    await build({
      absWorkingDir: fileURLToPath(new URL("program", import.meta.url)),
      entryPoints: { cli: `${main}.ts` },
      outdir: folder,
      bundle: true,
      minify: true,
      format: "esm",
      target: "esnext",
      platform: "neutral",
      external: ["node:*"],
      logLevel: "warning",
    });
  } finally {
    await stop();
  }
  const files = new Map<string, Uint8Array>();
  for (const [name, text] of scripts) files.set(`${name}.script`, new TextEncoder().encode(text));
  for (const [name, cache] of caches) files.set(`${name}.cache`, cache);
  for (const [name, content] of files) {
    if (!name.startsWith(`${always}.`)) continue;
    await Deno.writeFile(join(folder, name), content);
    files.delete(name);
  }
  await Deno.writeFile(join(folder, "rest.pack"), makePack(files));
}
