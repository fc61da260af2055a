/**
 * Makes scripts of the bundle's chunks. V8 can keep what it has compiled of a script, and not of a
 * module of the standalone program; a script is loaded at once, without the runtime's loader.
 *
 * A script's value is a function of what its chunks need (`program/scripts.ts` gives it), which
 * returns the chunks by name, each a function that fills its `module`.
 *
 * @module
 */

import { build, type BuildResult, type Metafile, type Plugin } from "esbuild";
import { basename, join } from "node:path";
import { cached } from "./program/scripts.ts";

/** What stands before and after the chunks of a script; strict, as modules are. */
const head = '(function(require,importModule,programUrl){"use strict";return{\n';
const tail = "}})";

/** What loads first, and what a refresh loads, by the modules that others load lazily. */
const groups: Readonly<Record<(typeof cached)[number], readonly string[]>> = {
  start: [
    "cli.ts",
    "lib/commands/env.ts",
    "lib/commands/process.ts",
    "lib/commands/status.ts",
    "lib/profile/profile.ts",
    "lib/session/write_check.ts",
    "lib/state/session_lookup.ts",
  ],
  refresh: [
    "lib/commands/refresh_run.ts",
    "lib/system/network.ts",
    "@aws-sdk/client-sts/dist-es/index.js",
  ],
};

type Chunks = BuildResult<{ metafile: true; write: false }>;

/** Writes the scripts of a bundle (`NAME.script`) whose entry is `cli.js` to a folder. */
export async function writeScripts(chunks: Chunks, outdir: string): Promise<void> {
  const texts = new Map(chunks.outputFiles.map(({ path, text }) => [basename(path), text]));
  const scripts = scriptOfEach(chunks.metafile);
  const { outputFiles } = await build({
    absWorkingDir: outdir,
    entryPoints: [...texts.keys()],
    outdir,
    bundle: true,
    minify: true,
    format: "cjs",
    target: "esnext",
    platform: "neutral",
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "programUrl", "import.meta.main": "false" },
    logLevel: "warning",
    write: false,
    plugins: [chunk(texts, scripts)],
  });
  const parts = new Map<string, string[]>();
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    const script = scripts.get(name)!;
    const part = `${JSON.stringify(`${script}/${name}`)}(module){${text.trim()}\n},\n`;
    parts.set(script, [...parts.get(script) ?? [], part]);
  }
  for (const [script, texts] of parts) {
    await Deno.writeTextFile(join(outdir, `${script}.script`), head + texts.sort().join("") + tail);
  }
}

/** Each chunk apart; others are asked for by script and name. */
function chunk(texts: ReadonlyMap<string, string>, scripts: ReadonlyMap<string, string>): Plugin {
  return {
    name: "chunk",
    setup: (build) => {
      build.onResolve({ filter: /./ }, ({ kind, path }) => {
        const name = basename(path);
        if (kind === "entry-point") return { path: name, namespace: "chunk" };
        return { path: texts.has(name) ? `${scripts.get(name)}/${name}` : path, external: true };
      });
      build.onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => ({
        contents: texts.get(path)!,
      }));
    },
  };
}

/** Returns the script that each chunk is in: one of the groups, or one of its own. */
function scriptOfEach({ outputs }: Metafile): Map<string, string> {
  const found = new Map<string, string>();
  for (const [script, modules] of Object.entries(groups)) {
    const add = (path: string): void => {
      const name = basename(path);
      if (found.has(name)) return;
      found.set(name, script);
      for (const { kind, path: imported, external } of outputs[path]!.imports) {
        if (kind === "import-statement" && !external) add(imported);
      }
    };
    for (const module of modules) {
      const entry = Object.entries(outputs).find(([, { entryPoint }]) =>
        entryPoint?.endsWith(module)
      );
      if (entry === undefined) throw new Error(`nothing loads ${module} lazily`);
      add(entry[0]);
    }
  }
  for (const path of Object.keys(outputs)) {
    const name = basename(path);
    if (!found.has(name)) found.set(name, basename(name, ".js"));
  }
  return found;
}
