/**
 * Makes the library that takes types off small. The runtime reads the whole program at each start:
 * the 3.7 MB of it, which few runs use, would take a tenth of that.
 *
 * @module
 */

import type { Plugin } from "esbuild";
import { brotliCompressSync } from "node:zlib";

const webAssembly = /(\w+)\.from\("([\w+/=]{100000,})", "base64"\)/;

/** A plugin for the bundle. */
export const smallTypesOff: Plugin = {
  name: "small types off",
  setup: (build) => {
    build.onLoad({ filter: /[\\/]amaro[\\/].*[\\/]internal\.js$/ }, async ({ path }) => {
      const code = await Deno.readTextFile(path);
      const [whole, buffer, text] = webAssembly.exec(code) ?? [];
      if (text === undefined) throw new Error(`${path} has no WebAssembly in it`);
      const small = brotliCompressSync(Buffer.from(text, "base64")).toString("base64");
      return {
        contents: code.replace(
          whole!,
          () => `require("node:zlib").brotliDecompressSync(${buffer}.from("${small}", "base64"))`,
        ),
      };
    });
  },
};
