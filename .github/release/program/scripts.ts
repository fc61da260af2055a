/**
 * Loads the scripts of the standalone program, which are beside the module that this becomes a part
 * of, with what V8 has compiled of them when the program was made, if it is there.
 *
 * @module
 */

import { Script } from "node:vm";

/** The scripts that have a code cache. */
export const cached = ["start", "refresh"] as const;

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
export const compiled = new Map<string, Script>();
const definitions: ReturnType<Chunks> = {};
const modules: Record<string, Module> = {};

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

/** Returns a script as V8 has it, which knows whether it took the code cache. */
export function script(name: string): Script {
  const cachedData = cacheOf(name);
  const script = new Script(Deno.readTextFileSync(new URL(`${name}.script`, programUrl)), {
    filename: `${programUrl}${name}.script`,
    ...cachedData !== undefined && { cachedData },
  });
  compiled.set(name, script);
  return script;
}

function cacheOf(name: string): Uint8Array | undefined {
  if (!(cached as readonly string[]).includes(name)) return undefined;
  try {
    return Deno.readFileSync(new URL(`${name}.cache`, programUrl));
  } catch {
    // V8's code is for the system that made it: another one's program has none.
    return undefined;
  }
}
