/**
 * Writes what `compile.ts` embeds beside the worker of hooks: the main module, and the scripts with
 * their code caches.
 *
 * @module
 */

import { build, stop } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Place, together } from "./program/together.ts";

/** What a program is made of. */
export interface Parts {
  /** Its main module, by its name in `program/`. */
  readonly main: "cli" | "cache_maker";
  readonly scripts: ReadonlyMap<string, string>;
  readonly caches: ReadonlyMap<string, Uint8Array>;
  /** Where in the executable the scripts begin; without it, they are embedded. */
  readonly scriptsAt: number | undefined;
}

/** What parts become. */
export interface Written {
  /** The files to embed beside the main module, `cli.js`, by their names in the folder. */
  readonly embedded: readonly string[];
  /** What belongs into the executable; nothing where it is embedded. */
  readonly inExecutable: Uint8Array;
}

/** Writes the parts of a program to a folder. */
export async function writeParts(folder: string, parts: Parts): Promise<Written> {
  const files = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  for (const [name, text] of parts.scripts) files.set(`${name}.script`, encoder.encode(text));
  for (const [name, cache] of parts.caches) files.set(`${name}.cache`, cache);
  const { bytes, index } = together(files);
  const isEmbedded = parts.scriptsAt === undefined;
  await writeMain(folder, parts.main, { at: parts.scriptsAt ?? 0, index }, isEmbedded);
  if (!isEmbedded) return { embedded: [], inExecutable: bytes };
  await Deno.writeFile(join(folder, "scripts"), bytes);
  return { embedded: ["scripts"], inExecutable: new Uint8Array() };
}

async function writeMain(folder: string, main: string, place: Place, isEmbedded: boolean) {
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
      define: {
        place: JSON.stringify(place),
        isEmbedded: JSON.stringify(isEmbedded),
      },
      logLevel: "warning",
    });
  } finally {
    await stop();
  }
}
