/**
 * Loads the scripts of the standalone program, with what V8 had compiled of them when the program was
 * made, if that is there and V8 takes it. They are beside the module that this becomes a part of:
 * what each run needs as it is, the rest in one compressed pack, since the runtime reads and copies
 * all that is embedded at each start.
 *
 * @module
 */

import { Script } from "node:vm";
import type { CacheState } from "./cached.ts";
import { readPack } from "./pack.ts";

/** Something to fill with what a chunk exports. */
interface Module {
  exports: unknown;
}

/** What the text of a script is. */
type Chunks = (
  require: (name: string) => unknown,
  importModule: (name: string) => Promise<unknown>,
  programUrl: string,
) => Record<string, (module: Module) => void>;

const programUrl = new URL(".", import.meta.url).href;
const scripts = new Map<string, Script>();
const definitions: ReturnType<Chunks> = {};
const modules: Record<string, Module> = {};
let packed: ((name: string) => Uint8Array | undefined) | undefined;

/** Returns what a chunk exports, or what the runtime has by this name (`node:...`). */
export function require(name: string): unknown {
  if (name.startsWith("node:")) return process.getBuiltinModule(name);
  const known = modules[name];
  if (known !== undefined) return known.exports;
  if (definitions[name] === undefined) {
    const chunks: Chunks = script(name.slice(0, name.indexOf("/"))).runInThisContext();
    Object.assign(definitions, chunks(require, importModule, programUrl));
  }
  const module: Module = modules[name] = { exports: {} };
  definitions[name]!(module);
  return module.exports;
}

/** Imports a module that is beside the scripts. */
function importModule(name: string): Promise<unknown> {
  return import(new URL(name, programUrl).href);
}

/** Returns a script as V8 has it. */
export function script(name: string): Script {
  const known = scripts.get(name);
  if (known !== undefined) return known;
  const cachedData = part(`${name}.cache`);
  const made = new Script(new TextDecoder().decode(part(`${name}.script`)), {
    // It is a part of the cache, so it must not say where the program is.
    filename: `${name}.script`,
    ...cachedData !== undefined && { cachedData },
  });
  scripts.set(name, made);
  return made;
}

/** Returns what became of a script's code cache. */
export function cacheState(name: string): CacheState {
  const { cachedDataRejected } = script(name);
  return cachedDataRejected === undefined ? "none" : cachedDataRejected ? "rejected" : "taken";
}

function part(name: string): Uint8Array | undefined {
  if (!name.startsWith("start.")) {
    packed ??= readPack(Deno.readFileSync(new URL("rest.pack", programUrl)));
    return packed(name);
  }
  try {
    return Deno.readFileSync(new URL(name, programUrl));
  } catch {
    // V8's code is for the kind of machine that made it: another one's program has none.
    return undefined;
  }
}
