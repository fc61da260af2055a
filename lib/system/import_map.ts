/**
 * Import maps that lead nowhere: what is imported by name, or from a file or a server, resolves to
 * a scheme that does not exist. `data:` and `blob:` cannot be mapped. Pure.
 *
 * A second line of defence behind the engine's verdict on a hook's text (`hook_import.ts`).
 *
 * @module
 */

import { builtinModules } from "./builtin_modules.ts";

/** The scheme that everything else leads to. */
const nowhere = "blocked:";

/** An import map. */
export interface ImportMap {
  readonly imports: Readonly<Record<string, string>>;
  readonly scopes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Returns the map for a process that loads nothing but its main module. */
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
 * Returns the map for a program whose own modules, all in the map's folder, load each other and the
 * runtime's.
 *
 * @param entries its main module and its workers, by their paths there
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
