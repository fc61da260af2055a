/**
 * Loads modules whose dependencies would slow down every start.
 *
 * @module
 */

/**
 * Imports a module without Deno looking into it beforehand: Deno resolves what a literal `import()`
 * needs at start-up, which for the AWS SDK takes as long as the rest of a run.
 *
 * The standalone program is bundled; there it becomes a literal import (`bundleable.ts`).
 *
 * @param specifier relative to `base`
 * @param base the `import.meta.url` of the importing module
 */
export function importLazily<T>(specifier: string, base: string): Promise<T> {
  return import(new URL(specifier, base).href);
}
