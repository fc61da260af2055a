/**
 * Rewrites our modules for the bundler. Pure.
 *
 * @module
 */

/**
 * Returns a module as it is bundled: a lazy import becomes one that the bundler sees; the command
 * of most runs is imported eagerly, which is faster in a bundle; and the worker's URL is that of
 * its bundle.
 *
 * @throws Error for a lazy import of an unknown form
 */
export function bundleable(source: string): string {
  const eager: string[] = [];
  const text = source
    .replaceAll(/\(\) => import\(("\.\/lib\/commands\/\w+\.ts")\)/g, (_, specifier) => {
      const name = `eager${eager.length}`;
      eager.push(`import * as ${name} from ${specifier};\n`);
      return `() => Promise.resolve(${name})`;
    })
    .replaceAll(/\b(?:importLazily|lazily)<typeof import\(("[^"]+")\)>\([^()]*\)/g, "import($1)")
    .replaceAll(
      /new URL\("\.\/(\w+)\.ts", import\.meta\.url\)/g,
      'new URL("./$1.js", import.meta.url)',
    );
  const lost = /(?<!function )\b(?:importLazily|lazily)<[^>]*>/.exec(text);
  if (lost !== null) throw new Error(`cannot be bundled: ${lost[0]}`);
  return eager.join("") + text;
}
