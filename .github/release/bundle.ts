/**
 * Bundles the program for `compile.ts`: only what is used of the npm packages, in files that are
 * loaded when needed.
 *
 * @module
 */

import { build, type Plugin, stop } from "esbuild";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleable } from "./bundleable.ts";
import { packageOf } from "./licenses.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The file to embed although no `import` names it. */
export const worker = "hook_worker.js";

/**
 * Writes the bundle, whose entry is `cli.js`, to a folder.
 *
 * @returns the folders of the packages that it contains parts of
 */
export async function bundle(outdir: string, nodeModules: string): Promise<Set<string>> {
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: { cli: "cli.ts", hook_worker: "lib/system/hook_worker.ts" },
      outdir,
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      target: "esnext",
      nodePaths: [nodeModules],
      // The AWS SDK for browsers uses fetch and Web Crypto. The one for Node loads Node's https,
      // http2, crypto and fs, which takes longer than the rest of a run.
      platform: "browser",
      plugins: [sources, packages],
      metafile: true,
      logLevel: "warning",
    });
    const paths = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
    return new Set(
      paths.flatMap((path) => packageOf(resolve(root, path).replaceAll("\\", "/")) ?? []),
    );
  } finally {
    await stop();
  }
}

/** Our own modules. */
const sources: Plugin = {
  name: "sources",
  setup: (build) => {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: bundleable(await Deno.readTextFile(path)),
      loader: "ts",
    }));
  },
};

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
