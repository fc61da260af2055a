/**
 * Makes copies of a hook's text that the engine compiles only if the text loads nothing. Pure.
 *
 * A parser of ours could be tricked into seeing text where the engine sees an import, so no parser
 * decides. An escape is legal inside names, strings, templates and regular expressions, but never
 * in a keyword: `\u0069mport` is a name where a name is allowed, and a syntax error otherwise. In a
 * copy every `import` and `export` is escaped, wherever it occurs, except the one `export` of the
 * default. If the engine compiles the copy, it has read the same tokens in the copy as it will in
 * the text: no character of an escape begins or ends a string, a template, a comment or a regular
 * expression, and nothing before the first escaped keyword could differ. And there is no such
 * keyword, or it would have been a syntax error.
 *
 * @module
 */

/**
 * Yields the copies of a text: one for each `export` that may be that of the default, which is
 * `export default`, or `export { NAME as default };` as bundlers write it, whose semicolon rules
 * out `from`. The engine refuses those in which a different one is the real one. The last copy
 * leaves none unescaped, for a text that exports nothing.
 *
 * `#!` is a comment only at the very beginning of a text, and a copy gets a prefix: `//` is a
 * comment anywhere, and ends where `#!` does.
 *
 * Self-contained, since its source is also sent as text.
 */
export function* escapedCopies(text: string): Generator<string> {
  const body = text.replace(/^(\uFEFF?)#!/, "$1//");
  const escaped = (part: string) =>
    part.replace(/(im|ex)(?=port)/g, (word) => `\\u00${word === "im" ? 69 : 65}${word[1]}`);
  const defaults = /export(?=\s+default(?![\w$\\])|\s*\{\s*[\w$]+\s+as\s+default\s*,?\s*\}\s*;)/g;
  for (const { index } of body.matchAll(defaults)) {
    const end = index + "export".length;
    yield `${escaped(body.slice(0, index))}export${escaped(body.slice(end))}`;
  }
  yield escaped(body);
}
