/**
 * Compiles the standalone program: `deno task compile [--target TRIPLE] [--output PATH] [--licenses
 * PATH] [--sbom PATH] [--deno PATH]`.
 *
 * `--licenses` writes the licences of what the program contains, `--sbom` its bill of materials.
 * `--deno` names the Deno that compiles and whose runtime the program contains; default: the Deno
 * that runs this. The same sources, Deno and SOURCE_DATE_EPOCH make the same bytes, wherever and
 * whenever that is.
 *
 * @module
 */

import { cp as copy } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { builtinModules } from "../../lib/system/builtin_modules.ts";
import { ownImportMap } from "../../lib/system/import_map.ts";
import { plainNames } from "./builtin_modules.ts";
import { bundle, worker } from "./bundle.ts";
import { codeCaches } from "./code_cache.ts";
import { versionOf } from "./compiler.ts";
import { embeddedAt, insertBefore } from "./executable.ts";
import { makeImageWhole } from "./formats/pe.ts";
import { licenses } from "./licenses.ts";
import { type Parts, writeParts } from "./parts.ts";
import { releaseTime } from "./release_time.ts";
import { billOfMaterials, packagesIn } from "./sbom.ts";

const compileFlags = [
  "--no-prompt",
  // A cache would have a fixed name in a world-writable folder.
  "--no-code-cache",
  "--unstable-worker-options",
  // A program needs all permissions to open the terminal.
  "--allow-all",
  `--v8-flags=${[
    // A hook must not build code that nobody approved (`lib/hooks/escaped_copies.ts`).
    "--disallow-code-generation-from-strings",
    // What V8 has compiled already (`code_cache.ts`) it would at once compile further, for runs that
    // are longer than ours: a tenth of a start.
    "--no-sparkplug",
    // The caches would note which functions it found to be hot, which is not the same each time.
    "--no-profile-guided-optimization",
  ]}`,
];

async function run(deno: string, cwd: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(deno, { args, cwd }).spawn().status;
  if (!success) throw new Error(`deno ${args[0]} failed`);
}

/** What the runtime has built in must be on the list that the import map is made of. */
async function checkBuiltins(deno: string): Promise<void> {
  const script = 'import { builtinModules as all } from "node:module"; console.log(all.join())';
  const { stdout } = await new Deno.Command(deno, { args: ["eval", script] }).output();
  const names = plainNames(new TextDecoder().decode(stdout).trim().split(","));
  const unknown = names.filter((name) => !builtinModules.includes(name));
  if (names.length < 2 || unknown.length > 0) {
    throw new Error(`run builtin_modules.ts with ${deno}, which has ${unknown.join(", ")}`);
  }
}

async function writeSbom(path: string, deno: string, directories: Set<string>): Promise<void> {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const lock = JSON.parse(await Deno.readTextFile("deno.lock"));
  const parts = { version, deno: await versionOf(deno), packages: await packagesIn(directories) };
  await Deno.writeTextFile(path, `${JSON.stringify(billOfMaterials(lock, parts), undefined, 2)}\n`);
}

/** Copies what the program is made of beside its packages, so that no path leads out of one folder. */
async function copySources(directory: string): Promise<void> {
  for (const name of ["cli.ts", "mod.ts", "deno.json", "deno.lock", "lib", "hooks"]) {
    await copy(name, join(directory, name), { recursive: true });
  }
}

/** The runtime writes the files' times into the program: they are those of the release. */
async function setTimes(directory: string): Promise<void> {
  for await (const { name } of Deno.readDir(directory)) {
    await Deno.utime(join(directory, name), releaseTime(), releaseTime());
  }
}

/** Compiles a program of parts; the folder has its other modules. */
async function compile(folder: string, parts: Parts, output: string): Promise<void> {
  const { embedded, inExecutable } = await writeParts(folder, parts);
  // Compiled in, it holds also where the runtime asks for no permission: when it loads a module.
  const config = ownImportMap(["cli.js", worker]);
  await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(config));
  await setTimes(folder);
  const forTarget = target === undefined ? [] : ["--target", target];
  const files = [...embedded, worker].flatMap((name) => ["--include", name]);
  const words = [...compileFlags, ...forTarget, ...files, "--output", output, "cli.js"];
  await run(deno, folder, "compile", "--quiet", ...words);
  if (isWindows) {
    const path = output.endsWith(".exe") ? output : `${output}.exe`;
    const program = await Deno.readFile(path);
    makeImageWhole(program);
    await Deno.writeFile(path, program);
  }
  if (parts.scriptsAt === undefined) return;
  if (await embeddedAt(output) !== parts.scriptsAt) throw new Error("the runtime is another one");
  await insertBefore(output, parts.scriptsAt, inExecutable);
}

const { deno, licenses: texts, output, sbom, target } = parseArgs({
  args: Deno.args,
  options: {
    deno: { type: "string", default: Deno.execPath() },
    licenses: { type: "string" },
    output: { type: "string", default: "stsmfa" },
    sbom: { type: "string" },
    target: { type: "string" },
  },
}).values;
const isNative = target === undefined || target === Deno.build.target;
const isLinux = (target ?? Deno.build.target).includes("linux");
const isWindows = (target ?? Deno.build.target).includes("windows");
await checkBuiltins(deno);
// Where it really is: the bundler takes paths apart.
const work = await Deno.realPath(await Deno.makeTempDir({ prefix: "stsmfa-compile-" }));
try {
  await copySources(work);
  await run(Deno.execPath(), work, "install", "--quiet", "--frozen", "--node-modules-dir=auto");
  // A separate folder, so that nothing of the project is looked up at run time.
  const bundled = join(work, "bundle");
  const { scripts, packages } = await bundle(work, bundled);
  if (texts !== undefined) await Deno.writeTextFile(texts, await licenses(packages));
  if (sbom !== undefined) await writeSbom(sbom, deno, packages);
  let caches: ReadonlyMap<string, Uint8Array> = new Map();
  let scriptsAt: number | undefined;
  if (isNative || isLinux) {
    const maker = join(work, "maker", "stsmfa");
    await compile(bundled, { main: "cache_maker", scripts, caches, scriptsAt }, maker);
    if (isLinux) scriptsAt = await embeddedAt(maker);
    if (isNative) caches = await codeCaches(maker);
  }
  await compile(bundled, { main: "cli", scripts, caches, scriptsAt }, resolve(output));
} finally {
  await Deno.remove(work, { recursive: true });
}
