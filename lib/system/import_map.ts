/**
 * An import map that leads nowhere: what loads by name, or from a file or a server, is looked for
 * under a scheme that does not exist. `data:` and `blob:` cannot be mapped. Pure.
 *
 * It stands behind what the engine says about a hook's text (`hook_import.ts`).
 *
 * @module
 */

import { builtinModules } from "./builtin_modules.ts";

/** Where all else leads to. */
const nowhere = "blocked:";

/** An import map. */
export interface ImportMap {
  readonly imports: Readonly<Record<string, string>>;
  readonly scopes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** For a process that loads nothing but its main module. */
export function closedImportMap(): ImportMap {
  const names = builtinModules.flatMap((name) => [name, `node:${name}`]);
  return {
    imports: {
      ...Object.fromEntries(
        ["file:///", "http://", "https://"].map((each) => [each, `${nowhere}///`]),
      ),
      ...Object.fromEntries(names.map((name) => [name, `${nowhere}${name}`])),
    },
  };
}

/**
 * For a program whose own modules, all in the folder of the map, load each other and the runtime's.
 *
 * @param entries what begins it, and its workers, by their paths there
 */
export function ownImportMap(entries: readonly string[]): ImportMap {
  const own = builtinModules.map((name) => `node:${name}`);
  return {
    imports: {
      ...closedImportMap().imports,
      ...Object.fromEntries(entries.map((name) => [`./${name}`, `./${name}`])),
    },
    scopes: { "./": Object.fromEntries(["./", ...own].map((each) => [each, each])) },
  };
}
