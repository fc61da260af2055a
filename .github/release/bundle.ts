/**
 * Bundles the program for `compile.ts`: only what is used of the npm packages, in scripts that are
 * loaded when needed (`scripts.ts`), and the worker of hooks, which is made of modules.
 *
 * @module
 */

import { build, type BuildOptions, type Metafile, type Plugin, stop } from "esbuild";
import { join, resolve } from "node:path";
import { bundleable } from "./bundleable.ts";
import { packageOf } from "./licenses.ts";
import { scriptsOf } from "./scripts.ts";

/** The file to embed although no `import` names it. */
export const worker = "hook_worker.js";

/** The command that SDKs run for every program they are part of. */
const ofSdks = "lib/commands/process.ts";

/** What the program is made of. */
export interface Bundle {
  readonly scripts: ReadonlyMap<string, string>;
  readonly packages: Set<string>;
}

/**
 * Writes the modules of the program to a folder. Their bytes depend on what is in the root, and not on
 * where that is.
 *
 * @param root the folder that has our modules and their node_modules: names of files are made of
 * paths from here
 * @returns the scripts by name, and the folders of the packages that all of it contains parts of
 */
export async function bundle(root: string, outdir: string): Promise<Bundle> {
  const options = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "esnext",
    // The AWS SDK for browsers uses fetch and Web Crypto. The one for Node loads Node's https,
    // http2, crypto and fs, which takes longer than the rest of a run.
    platform: "browser",
    metafile: true,
    logLevel: "warning",
  } as const satisfies BuildOptions;
  const program = { ...options, entryPoints: { cli: "cli.ts" }, write: false } as const;
  try {
    const { metafile } = await build({ ...program, plugins: [sources(root), packages] });
    const chunks = await build({ ...program, plugins: [sources(root, metafile), packages] });
    const scripts = await scriptsOf(chunks);
    const ofHooks = await build({
      ...options,
      // One file: the runtime looks at each that is embedded, at each start.
      splitting: false,
      entryPoints: { hook_worker: "lib/system/hook_worker.ts" },
      plugins: [sources(root), packages],
    });
    const outputs = [chunks, ofHooks].flatMap(({ metafile }) => Object.values(metafile.outputs));
    const paths = outputs.flatMap(({ inputs }) => Object.keys(inputs));
    const packagesIn = new Set(
      paths.flatMap((path) => packageOf(resolve(root, path).replaceAll("\\", "/")) ?? []),
    );
    return { scripts, packages: packagesIn };
  } finally {
    await stop();
  }
}

/**
 * Our own modules. What most runs load becomes one chunk instead of forty: a module goes into a chunk
 * with others that the same lazily loaded modules need, so all of these need all of it.
 */
function sources(root: string, parts?: Metafile): Plugin {
  const always = parts === undefined ? [] : staticImports(parts, ["cli.ts", ofSdks]);
  const lazy = Object.values(parts?.outputs ?? {}).flatMap(({ entryPoint }) => entryPoint ?? []);
  return {
    name: "sources",
    setup: (build) => {
      build.onResolve({ filter: /^always:$/ }, () => ({ path: "-", namespace: "always" }));
      build.onLoad({ filter: /./, namespace: "always" }, () => ({
        contents: always.map((path) => `import ${JSON.stringify(`./${path}`)};`).join("\n"),
        resolveDir: root,
      }));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const contents = bundleable(await Deno.readTextFile(path));
        const isLazy = lazy.some((each) => resolve(root, each) === path && each !== "cli.ts");
        return { contents: isLazy ? `${contents}\nimport "always:";` : contents, loader: "ts" };
      });
    },
  };
}

/** Returns what modules import statically, and what that does. */
function staticImports({ inputs }: Metafile, modules: readonly string[]): string[] {
  const found = new Set(modules);
  for (const path of found) {
    for (const { kind, path: imported, external } of inputs[path]!.imports) {
      if (kind === "import-statement" && !external) found.add(imported);
    }
  }
  return [...found].filter((path) => !modules.includes(path));
}

/** What packages need that browsers don't have. */
const packages: Plugin = {
  name: "packages",
  setup: (build) => {
    // The one for browsers needs a DOM.
    build.onResolve({ filter: /^\.\/xml-parser$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, "xml-parser.js"),
    }));
    // ES modules have no `require`: one of a part of Node gets a module that imports it.
    build.onResolve(
      { filter: /^(node:.*|stream|tty|util)$/ },
      ({ path, kind }) =>
        kind === "require-call"
          ? { path: path.replace("node:", ""), namespace: "required" }
          : { path: path.startsWith("node:") ? path : `node:${path}`, external: true },
    );
    build.onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require("imported:${path}").default;`,
    }));
    build.onResolve({ filter: /^imported:/ }, ({ path }) => ({
      path: path.replace("imported:", ""),
      namespace: "imported",
    }));
    build.onLoad({ filter: /./, namespace: "imported" }, ({ path }) => ({
      contents: `export { default } from "node:${path}";`,
    }));
  },
};
