/**
 * Makes scripts of the bundle's chunks. V8 can keep what it has compiled of a script, and not of a
 * module of the standalone program; a script is loaded at once, without the runtime's loader.
 *
 * A script's value is a function of what its chunks need (`program/scripts.ts` gives it), which
 * returns the chunks by name, each a function that fills its `module`.
 *
 * @module
 */

import { build, type BuildResult, type Metafile, type Plugin, transform } from "esbuild";
import { basename } from "node:path";

/**
 * What stands before and after the chunks of a script. A chunk has no prototype, as modules do not;
 * the runtime's own modules have one, and are what others import from them by default.
 */
const head = '(function(require,programUrl){"use strict";' +
  "const __toESM=(m)=>Object.getPrototypeOf(m)?Object.create(m,{default:{value:m}}):m;return{";
const tail = "}})";

/** The script that each run loads, and the modules that need to be in it. */
const start = ["cli.ts", "lib/commands/process.ts", "lib/commands/env.ts"];

/** What else is loaded together, by what others load lazily; what several load is `shared`. */
const groups: Readonly<Record<string, readonly string[]>> = {
  status: [
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

/** Returns the scripts of a bundle whose entry is `cli.js`, by name. */
export async function scriptsOf(chunks: Chunks): Promise<Map<string, string>> {
  const texts = new Map(chunks.outputFiles.map(({ path, text }) => [basename(path), text]));
  const scripts = scriptOfEach(chunks.metafile);
  const { outputFiles } = await build({
    entryPoints: [...texts.keys()],
    outdir: "-",
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
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
    const part = `${JSON.stringify(`${script}/${name}`)}(module){${withExports(text)}},`;
    parts.set(script, [...parts.get(script) ?? [], part]);
  }
  const made = [...parts].map(async ([script, texts]) => {
    const text = head + texts.sort().join("\n") + tail;
    // Its syntax is minified already; as a whole, it would be found to be of no use.
    const { code } = await transform(text, {
      minifyIdentifiers: true,
      minifyWhitespace: true,
      target: "esnext",
    });
    return [script, inAscii(code)] as const;
  });
  return new Map(await Promise.all(made));
}

/**
 * Returns a script in ASCII, which V8 reads in a third of the time and keeps in half the memory. Only
 * what regular expressions hold is left: the bundler spells everything else so.
 */
export function inAscii(code: string): string {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What the bundler puts before each chunk, to say what it exports. */
const exported =
  /^(?:"use strict";)?var __(?:create|defProp)=[^]*?var (\w+)=\{\};(?:__export\(\1,\{([^]*?)\}\);)?module\.exports=__toCommonJS\(\1\);/;

/**
 * Returns a chunk that says what it exports in one object. The bundler has it made by functions of its
 * own at each start, which for the largest chunk is a fifth of the time that it takes.
 */
export function withExports(text: string): string {
  const own = text.replace(exported, (_, _name, list: string | undefined) => {
    const getters = (list ?? "").split(",").filter((each) => each !== "").map((each) => {
      const [, name, value] = /^([\w$]+|"[^"]*"):\(\)=>([\w$.]+)$/.exec(each) ?? [];
      if (value === undefined) throw new Error(`an export of an unknown form: ${each}`);
      return `get ${name}(){return ${value}}`;
    });
    return `module.exports={${["__proto__:null", ...getters].join()}};`;
  });
  const left = /\b__(?:create|defProp|export|copyProps|toCommonJS|commonJS|require)\b/.exec(own);
  if (left !== null) throw new Error(`the bundler's ${left[0]} is needed`);
  return own;
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

/** Returns the script that each chunk is in: one of those that are loaded together, or its own. */
function scriptOfEach({ outputs }: Metafile): Map<string, string> {
  const entries = new Map(
    Object.entries(outputs).map(([path, { entryPoint = "" }]) => [entryPoint, path]),
  );
  const reached = (modules: readonly string[]): Set<string> => {
    const found = new Set(modules.map((module) => {
      const [, path] = [...entries].find(([entry]) => entry.endsWith(module)) ?? [];
      if (path === undefined) throw new Error(`nothing loads ${module} lazily`);
      return path;
    }));
    for (const path of found) {
      for (const { kind, path: imported, external } of outputs[path]!.imports) {
        if (kind === "import-statement" && !external) found.add(imported);
      }
    }
    return found;
  };
  const first = reached(start);
  const others = Object.entries(groups).map(([name, modules]) => [name, reached(modules)] as const);
  return new Map(
    Object.keys(outputs).map((path) => {
      const name = basename(path);
      if (first.has(path)) return [name, "start"];
      const [one, ...more] = others.filter(([, paths]) => paths.has(path));
      return [
        name,
        one === undefined ? basename(name, ".js") : more.length > 0 ? "shared" : one[0],
      ];
    }),
  );
}
