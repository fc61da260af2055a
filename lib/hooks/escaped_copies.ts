/**
 * Copies of a hook's text that the engine compiles only if the text loads nothing. Pure.
 *
 * A parser of ours can be made to see a text where the engine sees an import, so none decides. An
 * escape is legal inside names, strings, templates and regular expressions, and never in a keyword:
 * `\u0069mport` is a name where a name may stand, and else a syntax error. In a copy every `import`
 * and `export` is escaped, wherever it stands, but the one `export` of the default. If the engine
 * compiles the copy, it has read the same tokens in the copy as it will in the text: none of the
 * characters of an escape ends a string, a template, a comment or a regular expression or begins
 * one, and before the first keyword that was escaped nothing could differ. And there is no such
 * keyword, or it would have been a syntax error.
 *
 * @module
 */

/**
 * The copies of a text: one for each `export` that may be that of the default, which is
 * `export default`, or `export { NAME as default };` as bundlers write it, whose semicolon keeps
 * `from` away. The engine refuses those in which another one is the real one. Last comes the copy
 * without any, for a text that exports nothing.
 *
 * `#!` is a comment at a text's very beginning alone, and something is put before a copy: `//` is one
 * everywhere, and ends where `#!` does.
 *
 * It stands for itself: it is sent as text, too.
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
