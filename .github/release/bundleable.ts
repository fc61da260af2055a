/**
 * Our modules as the bundler needs them. Pure.
 *
 * @module
 */

/**
 * A module as it is bundled: a lazy import becomes one that the bundler sees; the command that most
 * runs are for is not lazy at all, which is faster in a bundle; and the worker is where it is put.
 *
 * @throws Error for a lazy import of a form that is not known
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
