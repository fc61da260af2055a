/**
 * Loads modules whose dependencies would slow down every start.
 *
 * @module
 */

/**
 * Imports a module that Deno shall not look into beforehand: it resolves what a literal `import()`
 * needs already at the start, which for the AWS SDK takes as long as all the rest of a run.
 *
 * The standalone program is bundled; there it becomes a literal one (`bundleable.ts`).
 *
 * @param specifier relative to `base`
 * @param base the `import.meta.url` of the importing module
 */
export function importLazily<T>(specifier: string, base: string): Promise<T> {
  return import(new URL(specifier, base).href);
}
