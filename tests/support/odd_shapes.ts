/**
 * Hooks that hide what they load in ways of their own, each thought of by itself.
 *
 * @module
 */

import type { Shape, ShapeWorld } from "./hook_shapes.ts";

/** `P` is a module beside the hook, in quotes, `MARK` a statement that leaves the mark. */
const scripts: Readonly<Record<string, string>> = {
  "division after a private name":
    "class K { #a = 1; f() { return this.#a\n/(M=import(p))/g } } new K().f();",
  "division after super's property":
    "class K extends Object { f() { return super.in\n/(M=import(p))/g } } new K().f();",
  "division after import as a name": "y = { import: 1 }.import\n/(M=import(p))/g;",
  "division after a keyword that is a key": "y = ({ if: 1 }).if\n/(M=import(p))/g;",
  "division after ?. and a line": "y = p\n?.\nreturn\n/(M=import(p))/g;",
  "division after a template's tag": "y = String.raw`a`\n/(M=import(p))/g;",
  "division after a class in parentheses": "y = (class {})\n/(M=import(p))/g;",
  "division after a generator's method": "y = { *a() {} }\n/(M=import(p))/g;",
  "division after a getter": "y = { get a() { return 1 } }\n/(M=import(p))/g;",
  "division after an arrow's body in parentheses": "y = (() => {})\n/(M=import(p))/g;",
  "division after an optional call": "y = g?.()\n/(M=import(p))/g;",
  "division after a bigint": "y = 1n\n/BigInt((M=import(p), 1))/1n;",
  "division after await": "y = await g\n/(M=import(p))/g;",
  "division after a postfix": "g++\n/(M=import(p))/g;",
  "division after new without arguments": "y = new Date\n/(M=import(p))/g;",
  "division after new.target": "(function () { return new.target\n/(M=import(p))/g })();",
  "division after let": "y = g.let\n/(M=import(p))/g;",
  "division after async as a name": "var async_; y = async\n/(M=import(p))/g;",
  "division after a meta property's name": "y = { meta: 1 }.meta\n/(M=import(p))/g;",
  "division after a regular expression": "y = /a/\n/(M=import(p))/g;",
  "regular expression after a block": "{}\n/`/g;\nM = import(p);\n`\n/`/;",
  "regular expression after a label's block": "a: {}\n/`/g; M = import(p); `/`;",
  "regular expression after if": "if (1) /`/g; M = import(p); `/`;",
  "regular expression after while": "while (M === undefined) /`/g, M = import(p); `/`;",
  "regular expression after for": "for (; M === undefined;) /`/g, M = import(p); `/`;",
  "regular expression after do": "do /`/g; while (0) M = import(p); `/`;",
  "regular expression after else": "if (0); else /`/g; M = import(p); `/`;",
  "regular expression after yield": "[...(function* () { yield /`/g; M = import(p); `/` })()];",
  "regular expression after await": "await /`/g; M = import(p); `/`;",
  "regular expression after of": "for (const a of /`/g[Symbol.matchAll]('`')) M = import(p); `/`;",
  "regular expression after in": "for (const a in /`/g); M = import(p); `/`;",
  "regular expression after case": "switch (1) { case /`/g: default: M = import(p); `/`; }",
  "regular expression after return": "(() => { if (g) M = import(p); return /`/g; `/` })();",
  "regular expression after typeof": "y = typeof /`/g; M = import(p); `/`;",
  "regular expression after an arrow": "y = () => /`/g; M = import(p); `/`;",
  "regular expression after a function's declaration": "function f() {}\n/`/g; M = import(p); `/`;",
  "regular expression after a class's declaration": "class K {}\n/`/g; M = import(p); `/`;",
  "regular expression with a class in it": "y = /[`/]`/g; M = import(p); `/`;",
  "regular expression with v": "y = /[[a]--[b]`]/v; M = import(p); `/`;",
  "escaped slash": "y = /\\/`/g; M = import(p); `/`;",
  "comment in a template's hole": "y = `${/* ` */ M = import(p)}`;",
  "brace in a template's hole": "y = `${{}}${M = import(p)}`;",
  "regular expression in a template's hole": "y = `${/}/g}${M = import(p)}`;",
  "string in a template's hole": "y = `${'}'}${M = import(p)}`;",
  "line's comment that a template ends": "y = `${ // }\n M = import(p)}`;",
  "comment with a star": "/**/ M = import(p); /**/",
  "comment with slashes": "/*/ */ M = import(p); //*/",
  "comment that a hashbang begins": "// #!\nM = import(p);",
  "HTML comment with greater than": "y = 1 --> 0; M = import(p);",
  "escape before": 'y = "\\\\"; M = import(p); y = "";',
  "line continued": 'y = "\\\r\n"; M = import(p);',
  "form feed": "\f\v\u00a0M = import(p);",
  "zero-width spaces": "M =\ufeffimport(p);",
  "line separator inside": "M = import\u2028(p);",
  "comment inside": "M = import/* */(/* */p);",
  "attributes": "M = import(p, { with: {} });",
  "trailing comma": "M = import(p,);",
  "as a call's argument": "Promise.resolve(import(p));",
  "in a spread": "[...[import(p)]];",
  "as a tag's hole": "((...a) => a)`${import(p)}`;",
  "in a default of a pattern": "var { z = import(p) } = {};",
  "in a computed method": "y = { [import(p)]() {} };",
  "in a class's computed key": "class K { static [(import(p), 'a')] = 1 }",
  "in an initializer of using": "{ using z = (import(p), null); }",
  "in a for's head": "for (const z = import(p); M = z, 0;);",
  "in an async arrow": "(async () => await import(p))();",
  "in an accessor": "y = { get a() { return import(p) } }.a;",
  "in a label": "import_: import(p);",
  "in a nested arrow": "(() => () => import(p))()();",
  "in a generator": "(function* () { yield import(p) })().next();",
  "when it throws": "try { null.x } catch { import(p) }",
  "in the end": "try {} finally { import(p) }",
  "later": "queueMicrotask(() => import(p));",
  "by a setter": "({ set a(z) { import(z) } }).a = p;",
  "in a proxy": "new Proxy({}, { get: () => import(p) }).a;",
  "when it becomes a text": "`${{ toString: () => (import(p), '') }}`;",
  "deferred": "import defer * as N from P; N.it;",
  "by its source": "import source N from P; N;",
  "static after a template": "y = `a`\nimport P;",
  "static with names": "import { it as z } from P;",
  "static with a default and names": "import d, { it } from P;",
  "static with a text as name": 'import { "it" as z } from P;',
  "exported with a text as name": 'export { "it" as "z" } from P;',
  "exported as a namespace": "export * as z from P;",
  "exported as default, with a comment": "export { it as default } /* ; */ from P;",
  "exported as default, with an escape": "export { it as default } fr\\u006fm P;",
  "exported as default, as a namespace": "export * as default from P;",
  "exported default of nothing": "export default from P;",
  "import.meta.resolve": "if (import.meta.resolve('x:y')) { MARK }",
  "import.meta in a class": "class K { static a = import.meta.url } if (K.a) { MARK }",
  "import.meta with lines": "if (import\n.\nmeta.url) { MARK }",
};

/** All of them. */
export function oddShapes(world: ShapeWorld): Shape[] {
  return Object.entries(scripts).map(([about, script], index) => {
    const id = `odd-${index}`;
    const p = JSON.stringify(`file://${world.directory}/side.js?id=${id}`);
    const mark = `Deno.writeTextFileSync("${world.directory}/marks/${id}", "x");`;
    const text = `let M, y, g = 1, of = 1, async = 1; const p = ${p};\n` +
      script.replaceAll("MARK", mark).replace(/\bP\b/g, p) + "\n" +
      (/as default|export default/.test(script)
        ? ""
        : "export default { on: 'post-refresh', run() { return {}; } };\n");
    return { id, language: "js", text, about };
  });
}

/**
 * Texts that load nothing, as the engine reads them, and something, as the parser does by which Deno
 * looks for what it will have to load.
 */
export function misreadShapes(world: ShapeWorld): Shape[] {
  const texts: Readonly<Record<string, string>> = {
    "an arrow function, statically": 'y = async () => {}\n/`/g\n`\nimport "URL"\n`\n/`/g;//`',
    "an arrow function, dynamically": 'y = () => {}\n/`/g\n`\n;M=import("URL");\n`\n/`/g;//`',
    "an arrow function, in a template": 'y = x => {}\n/`/g\n`${"\n;M=import("URL");\n"}`\n/`/g;//`',
    "an escaped keyword": 'y = { \\u0069mport() {} }; y.\\u0069mport("URL");',
    "an escaped keyword after a question mark": 'y = { import() {} }; y?.\\u0069mport("URL");',
  };
  return Object.entries(texts).map(([about, script], index) => {
    const id = `misread-${index}`;
    const text = `let M, y, g = 1;\n${script.replaceAll("URL", `${world.server}/${id}`)}\n` +
      `export default { on: "post-refresh", run() { return {}; } };\n`;
    return { id, language: "js", text, about };
  });
}
