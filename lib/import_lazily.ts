/**
 * Loads modules whose dependencies would slow down every start.
 *
 * @module
 */

/**
 * Imports a module that Deno shall not look into beforehand: it resolves what a literal `import()`
 * needs already at the start, which for the AWS SDK takes as long as all the rest of a run.
 *
 * Programs that are compiled or bundled have to name such modules; `.ci/run` does.
 *
 * @param specifier relative to `base`
 * @param base the `import.meta.url` of the importing module
 */
export function importLazily<T>(specifier: string, base: string): Promise<T> {
  return import(new URL(specifier, base).href);
}
