/**
 * Hooks that load nothing, and are full of the words that would.
 *
 * @module
 */

import type { Shape } from "./hook_shapes.ts";
import { Chooser } from "./seeded.ts";

const hook = (body: string) =>
  `export default { on: "post-refresh", async run(event) { ${body} } };\n`;
const ok = `return { message: "ok" };`;
const check = (condition: string, before = "") =>
  `${before}\n${hook(`if (!(${condition})) throw new Error("changed"); ${ok}`)}`;

/** Texts by what they show. */
const scripts: Readonly<Record<string, string>> = {
  "strings": check(
    `s.startsWith("import x") && s.endsWith("('z')")`,
    `const s = "import x from 'y'; export default import('z')";`,
  ),
  "strings with escapes": check(
    `"\\import" === "im" + "port" && '\\\\export'.length === 7`,
  ),
  "comments": `// import "x"; export default 1;\n/* import("y"); export * from "z" */\n${hook(ok)}`,
  "documentation": `/** @type {import("jsr:@x/stsmfa/hook").Hook} */\n${hook(ok)}`,
  "regular expressions": check(
    `re.test("import(x)") && /[import/export]+/.test("x") && re.source === "^import\\\\(|export"`,
    `const re = /^import\\(|export/;`,
  ),
  "named groups": check(`"a".match(/(?<import>a)\\k<import>?/).groups.import === "a"`),
  "templates": check("`import ${1} export`.length === 15"),
  "templates in templates": check("`${`import`}${`export`}` === 'importexport'"),
  "property names": check(
    `o.import + o.export + o["import"] + o?.export === 6`,
    `const o = { import: 1, export: 2 };`,
  ),
  "methods": check(
    `o.import() + new C().export() + C.import === 6`,
    `const o = { import() { return 1; } }; class C { static import = 3; export() { return 2; } }`,
  ),
  "accessors": check(
    `o.import === 1 && (o.export = 2)`,
    `const o = { get import() { return 1; }, set export(x) {} };`,
  ),
  "private names": check(
    `new C().get() === 1`,
    `class C { #import = 1; get() { return this.#import; } }`,
  ),
  "longer names": check(
    `important + exports_ + $import + reexport === 10`,
    `const important = 1, exports_ = 2, $import = 3, reexport = 4;`,
  ),
  "patterns": check(`a + b === 3`, `const { import: a, export: b } = { import: 1, export: 2 };`),
  "labels": check(`n === 1`, `let n = 0; import_: for (;;) { n++; break import_; }`),
  "its own text": check(
    `f.toString() === "function f() { return 'import'; }"`,
    `function f() { return 'import'; }`,
  ),
  "raw templates": check("String.raw`\\import` === '\\\\' + 'im' + 'port'"),
  "JSON": check(`JSON.parse('{"import":1}').import === 1`),
  "a byte-order mark": `\uFEFF${hook(ok)}`,
  "a hashbang": `#!/usr/bin/env -S import export default\n${hook(ok)}`,
  "a mark and a hashbang": `\uFEFF#!/x export default\n${hook(ok)}`,
  "U+2028": check(`"\u2028import\u2029".length === 8`, "// a\u2028// export\u2029"),
  "carriage returns": `// import\r\nconst x = "export";\r${hook(ok).trimEnd()}\r\n// export\r`,
  "another default before": `// export default 1\nconst s = "export default 2";\n${hook(ok)}`,
  "another default behind": `${hook(ok)}// export default 1\n/* export { x as default }; */`,
  "a default over lines": hook(ok).replace("export default", "export\n\n\tdefault"),
  "a default without a semicolon": `export default{on:"post-refresh",run(){${ok}}}`,
  "a default function": `export default Object.assign(function () {}, { on: "post-refresh",
    run() { ${ok} } })`,
  "a bundle":
    `var hook = { on: "post-refresh", run() { ${ok} } };\nexport {\n  hook as default\n};\n`,
  "a small bundle": `var e={on:"post-refresh",run(){${ok}}};export{e as default};`,
  "a source map that is not there": `${hook(ok)}//# sourceMappingURL=hook.js.map\n`,
  "references": `/// <reference types="npm:x" />\n// @deno-types="./x.d.ts"\n${hook(ok)}`,
  "a name of its own": `${hook(ok)}//# sourceURL=file:///import/export.js\n`,
  "pragmas": `/** @jsxImportSource npm:react */\n// @ts-check\n// deno-lint-ignore-file\n${
    hook(ok)
  }`,
  "divisions": check(`(4)/2/1 === 2 && of/(g)/g === 1`, `const of = 1, g = 1;`),
  "await at the top": `const x = await Promise.resolve("import");\n${hook(ok)}`,
};

/** The same for texts with types. */
const typed: Readonly<Record<string, string>> = {
  "types": `import type { Hook } from "jsr:@x/stsmfa/hook";\nimport type * as X from "./x.ts";\n` +
    `type T = import("npm:x").Y;\n${hook(ok).replace(/;\n$/, " satisfies Hook;\n")}`,
  "types that are exported": `export type T = "import";\nexport interface I { import: T }\n${
    hook(ok)
  }`,
  "types with words": check(
    `a.import === 1`,
    `interface I { import: number; export?: string }\nconst a: I = { import: 1 } as I;`,
  ),
  "types with a mark": `\uFEFFconst a: string = "import";\n${hook(ok)}`,
  "types with a hashbang": `#!/x export default\nconst a: string = "export";\n${hook(ok)}`,
};

/** All of them; `about` is the message that comes back, if it is not "ok". */
export const honestHooks: readonly Shape[] = [
  ...Object.entries(scripts).map(([id, text]) => ({
    id,
    language: "js" as const,
    text,
    about: "",
  })),
  ...Object.entries(typed).map(([id, text]) => ({ id, language: "ts" as const, text, about: "" })),
];

/** Statements that are lawful in any order, any number of times. */
const statements: readonly string[] = [
  `"import('x')";`,
  `'export default';`,
  "`import ${1 + 1} export { x as default };`;",
  "// import x from 'y'\n",
  "/* export * from 'z' */",
  "/import[/]export/g;",
  "({ import: 1 }).import;",
  "({ export() {} })?.export;",
  "class { import() {} }.name;",
  "(class { static #import; export = 1 });",
  "{ const { import: a } = { import: 1 }; }",
  "String.raw`\\import`;",
  "/(?<export>a)/.exec('')?.groups.export;",
  "{ let important = 1; important / 2 / important; }",
  "y = function () {}\n/(1)/g;",
  "y = of\n/(g)/g;",
  "{}\n/import/g;",
];

/** Hooks of several such statements. */
export function lawfulShapes(seed: number, count: number): Shape[] {
  const chooser = new Chooser(seed);
  return Array.from({ length: count }, (_, index) => {
    const lines = Array.from({ length: 1 + chooser.below(8) }, () => {
      const line = chooser.of(statements);
      return line.startsWith("class") ? `(${line.slice(0, -1)});` : line;
    });
    const text = `let y, g = 1, of = 1;\n${lines.join("\n")}\n${hook(ok)}`;
    return { id: `lawful-${index}`, language: "js", text, about: lines.join(" | ") };
  });
}
