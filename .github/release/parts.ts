/**
 * Writes what `compile.ts` embeds beside the worker of hooks: the main module, and the scripts with
 * their code caches.
 *
 * @module
 */

import { build, stop } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Place, together } from "./program/rest.ts";

/** What a program is made of. */
export interface Parts {
  /** Its main module, by its name in `program/`. */
  readonly main: "cli" | "cache_maker";
  readonly scripts: ReadonlyMap<string, string>;
  readonly caches: ReadonlyMap<string, Uint8Array>;
  /** Where in the executable the rest begins; without it, it is embedded. */
  readonly restAt: number | undefined;
}

/** What parts become. */
export interface Written {
  /** The files to embed, by their names in the folder; the main module is `cli.js`. */
  readonly embedded: readonly string[];
  /** What belongs into the executable. */
  readonly rest: Uint8Array;
}

/** Writes the parts of a program to a folder. */
export async function writeParts(folder: string, parts: Parts): Promise<Written> {
  const files = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  for (const [name, text] of parts.scripts) files.set(`${name}.script`, encoder.encode(text));
  for (const [name, cache] of parts.caches) files.set(`${name}.cache`, cache);
  const embedded = [...files.keys()].filter((name) => name.startsWith("start."));
  for (const name of embedded) {
    await Deno.writeFile(join(folder, name), files.get(name)!);
    files.delete(name);
  }
  const { bytes, index } = together(files);
  await writeMain(folder, parts.main, { at: parts.restAt ?? 0, index }, parts.restAt !== undefined);
  if (parts.restAt !== undefined) return { embedded, rest: bytes };
  await Deno.writeFile(join(folder, "rest"), bytes);
  return { embedded: [...embedded, "rest"], rest: bytes };
}

async function writeMain(folder: string, main: string, place: Place, isInExecutable: boolean) {
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
        restPlace: JSON.stringify(place),
        isRestInExecutable: JSON.stringify(isInExecutable),
      },
      logLevel: "warning",
    });
  } finally {
    await stop();
  }
}
