/**
 * Loads the scripts of the standalone program, with what V8 had compiled of them when the program was
 * made, if that is there and V8 takes it. Where they are, see `../executable.ts`.
 *
 * @module
 */

import { Script } from "node:vm";
import type { CacheState } from "./cached.ts";
import { type Place, reader } from "./together.ts";

/** Something to fill with what a chunk exports. */
interface Module {
  exports: unknown;
}

/** What the text of a script is. */
type Chunks = (
  require: (name: string) => unknown,
  programUrl: string,
) => Record<string, (module: Module) => void>;

const programUrl = new URL(".", import.meta.url).href;
const scripts = new Map<string, Script>();
const definitions: ReturnType<Chunks> = {};
const modules: Record<string, Module> = {};

/** Where the files are; filled in when the program is made (`../parts.ts`). */
declare const place: Place, isEmbedded: boolean;
const file = reader(isEmbedded ? new URL("scripts", programUrl) : "/proc/self/exe", place);

/** Returns what a chunk exports, or what the runtime has by this name (`node:...`). */
export function require(name: string): unknown {
  if (name.startsWith("node:")) return process.getBuiltinModule(name);
  const known = modules[name];
  if (known !== undefined) return known.exports;
  if (definitions[name] === undefined) {
    const chunks: Chunks = script(name.slice(0, name.indexOf("/"))).runInThisContext();
    Object.assign(definitions, chunks(require, programUrl));
  }
  const module: Module = modules[name] = { exports: {} };
  definitions[name]!(module);
  return module.exports;
}

/** Returns a script as V8 has it. */
export function script(name: string): Script {
  const known = scripts.get(name);
  if (known !== undefined) return known;
  // V8's code is for the kind of machine that made it: another one's program has none.
  const cachedData = file(`${name}.cache`);
  const made = new Script(new TextDecoder().decode(file(`${name}.script`)), {
    // It is a part of the cache, so it must not say where the program is.
    filename: `${name}.script`,
    ...cachedData !== undefined && { cachedData },
  });
  scripts.set(name, made);
  return made;
}

/** Returns what became of a script's code cache. */
export function cacheState(name: string): CacheState {
  if (file(`${name}.cache`) === undefined) return "none";
  return script(name).cachedDataRejected === false ? "taken" : "rejected";
}
