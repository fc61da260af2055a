/**
 * Hooks that hide code which loads something: a disguise, what is loaded, where it stands, and how
 * the file begins. Whatever is loaded leaves a mark: a file in `marks`, or a request.
 *
 * @module
 */

import { Chooser } from "./seeded.ts";

/** Where the shapes find what they load. */
export interface ShapeWorld {
  /** A folder with `side.js`, `side.json` and a folder `marks`. */
  readonly directory: string;
  /** `http://127.0.0.1:PORT`, which notes the paths that it is asked for. */
  readonly server: string;
}

/** A hook that tries to load something. */
export interface Shape {
  readonly id: string;
  readonly language: "js" | "ts";
  readonly text: string;
  /** What it is made of. */
  readonly about: string;
}

/** What side.js does is what any module that nobody approved could do. */
export const sideModule = `
const url = new URL(import.meta.url);
Deno.writeTextFileSync(new URL("./marks/" + url.searchParams.get("id"), url), "side");
export const it = 1;
export default {};
`;

/** What is loaded: an expression, or a statement that only a module's top level may have. */
interface Payload {
  readonly name: string;
  readonly expression?: string;
  readonly statement?: string;
  /** What makes a mark of what was loaded. */
  readonly after?: string;
}

function payloads(world: ShapeWorld, id: string): readonly Payload[] {
  const { directory, server } = world;
  const mark = JSON.stringify(`${directory}/marks/${id}`);
  const side = `file://${directory}/side.js?id=${id}`;
  const json = `file://${directory}/side.json?id=${id}`;
  const note = `Deno.writeTextFileSync(${mark}, "x")`;
  const data = `data:text/javascript,${encodeURIComponent(note)}`;
  const dynamic = (name: string, specifier: string, more = "", then = ""): Payload => ({
    name,
    expression: `M=import(${JSON.stringify(specifier)}${more})${then}`,
  });
  const marks = `.then(()=>${note})`;
  const json_ = `,{with:{type:"json"}}`;
  return [
    dynamic("import(file)", side),
    { name: "import(variable)", expression: `M=import(p)` },
    { name: "await import(variable)", expression: `M=(async()=>await import(p))()` },
    dynamic("import(json)", json, json_, marks),
    dynamic("import(node)", "node:fs", "", marks),
    dynamic("import(bare builtin)", "fs", "", marks),
    dynamic("import(data)", data),
    dynamic("import(http)", `${server}/${id}`),
    { name: "import.meta", expression: "M=import.meta", after: `if (M?.url) ${note};` },
    { name: "import side effect", statement: `import ${JSON.stringify(side)}` },
    { name: "import namespace", statement: `import * as N from "node:fs"`, after: `N; ${note};` },
    {
      name: "import json",
      statement: `import N from ${JSON.stringify(json)} with {type:"json"}`,
      after: `N; ${note};`,
    },
    { name: "import http", statement: `import ${JSON.stringify(`${server}/${id}`)}` },
    { name: "export all", statement: `export * from ${JSON.stringify(side)}` },
    { name: "export names", statement: `export {it} from ${JSON.stringify(side)}` },
    {
      name: "export default of",
      statement: `export {it as default} from ${JSON.stringify(side)};`,
    },
    {
      name: "export default of, later",
      statement: `export {it as default}\nfrom\n${JSON.stringify(side)};`,
    },
  ];
}

/** Before a slash: a parser that is not the engine may take what follows for the other of two. */
const beforeSlash: readonly string[] = [
  "0\nof\n",
  "p?.in\n",
  "p?.of\n",
  "p?.return\n",
  "p?.typeof\n",
  "p?.await\n",
  "p.case\n",
  "p.yield\n",
  "({}).in\n",
  "p?.[0]?.do\n",
  "y = async function () {}\n",
  "y = function () {}\n",
  "y = function* () {}\n",
  "y = class {}\n",
  "y = class { static x = 1 }\n",
  "y = async () => {}\n",
  "y = x => {}\n",
  "y = {}\n",
  "y = { a: {} }\n",
  "y = (0)\n",
  "y = [0]\n",
  "y = `a`\n",
  "y = `a${1}`\n",
  "y++\n",
  "y--\n",
  "y = p\n++y\n",
  "async\n",
  "get\n",
  "of\n",
  "y = of\n",
  "y = new.target\n",
  "if (1) y\nelse y\n",
  "if (1) ;\n",
  "if (1) {}\n",
  "while (0)\n",
  "do ; while (0)\n",
  "for (;0;)\n",
  "{}\n",
  "function f() {}\n",
  "class C {}\n",
  "label: {}\n",
  "switch (0) {}\n",
  "try {} catch {}\n",
  "y = async\n",
  "y = this\n",
  "y = null\n",
  "y = typeof p\n",
  "y = void 0\n",
  "y = /a/\n",
  "y = p ? y : y\n",
  "y = g.static\n",
  "y = g.let\n",
  "let\n",
  "static\n",
  "await 0\n",
  "await\n",
  "y = await 0\n",
  "y = a => a\n",
  "y = 1n\n",
  "y = 0x1f\n",
  "y = #x in g\n",
];

/** Those that types make. */
const beforeSlashInTypes: readonly string[] = [
  "y = p as any\n",
  "y = p!\n",
  "y = <any>p\n",
  "y = p satisfies string\n",
  "y = of as of\n",
  "y = f<string>\n",
  "type T = typeof p\n",
  "type T = {}\n",
  "interface I {}\n",
  "declare class D {}\n",
  "let z: {} = g\n",
  "let z: () => {}\n",
  "abstract class A {}\n",
  "function f(): {} { return g }\n",
];

type Disguise = readonly [name: string, hide: (code: string, before: string) => string];

/** How an expression is hidden. `before` is one of the beginnings above. */
const disguises: readonly Disguise[] = [
  ["plain", (code) => `${code};`],
  ["as a regular expression", (code, before) => `${before}/(${code})/g;`],
  ["as a regular expression with a class", (code, before) => `${before}/[/]/(${code})/g;`],
  ["between regular expressions", (code, before) => `${before}/a/g\n/(${code})/g;`],
  ["as a template", (code, before) => `${before}/\`/g\n;${code};\n\`\n/\`/g;//\``],
  ["as a comment", (code, before) => `${before}/*/g\n;${code};\n/*/g;//*/`],
  ["as a line's comment", (code, before) => `${before}//g\n${code};`],
  ["as a string", (code, before) => `${before}/"/g\n;${code};\n"/"/g;//"`],
  ["in a template's hole", (code) => `y = \`a \${${code}} b\`;`],
  ["in a nested template", (code) => `y = \`a \${\`}\${${code}}{\`} b\`;`],
  ["in a tagged template", (code) => `y = String.raw\`\\\${\${${code}}\`;`],
  ["behind U+2028", (code) => `// a\u2028${code};`],
  ["behind U+2029", (code) => `/* a */ // b\u2029${code};`],
  ["behind a carriage return", (code) => `// a\r${code};`],
  ["behind U+0085", (code) => `// a\u0085${code};\n`],
  ["behind <!--", (code) => `<!-- a\n${code};`],
  ["within <!--", (code) => `y <!--p\n${code};`],
  ["behind -->", (code) => `\n--> a\n${code};`],
  ["behind --> in a line", (code) => `y = 1\n/**/-->p\n${code};`],
  ["in a string with a line's end", (code) => `y = "\\\n"; ${code}; "";`],
  ["in a string with U+2028", (code) => `y = "\u2028"; ${code}; y = "\u2029";`],
  ["with an escape", (code) => code.replace("import", "\\u0069mport") + ";"],
  ["with an escape in braces", (code) => code.replace("import", "impor\\u{74}") + ";"],
  ["with a comment inside", (code) => code.replace("import", "import/**/") + ";"],
  ["with a line's end inside", (code) => code.replace("import", "import\n") + ";"],
  ["by eval", (code) => `try { (0, eval)(${JSON.stringify(code)}) } catch {}`],
  [
    "in a loose function",
    (code) => `try { Function(${JSON.stringify(`var M;${code}`)})() } catch {}`,
  ],
  ["by a timer", (code) => `try { setTimeout(${JSON.stringify(`var M;${code}`)}) } catch {}`],
  ["as a property's name too", (code) => `g.import = 1; ({ import: 1 }).import; ${code};`],
  ["as JSX", (code) => `y = <a>{${code}}</a>;`],
  ["as a decorator", (code) => `@(${code}) class E {}`],
  ["in a class", (code) => `class E { static { ${code}; } }`],
  ["in a field", (code) => `class E { static import = (${code}) }`],
  ["in a key", (code) => `y = { [(${code}, "k")]: 1 };`],
  ["in a parameter", (code) => `((a = (${code})) => a)();`],
  ["in a pattern", (code) => `{ let { z = (${code}) } = {}; }`],
  ["in a label", (code) => `import_: { ${code}; }`],
  ["behind automatic semicolons", (code) => `y = 1\n${code}\ny = 2`],
];

/** How a statement is hidden. */
const statementDisguises: readonly Disguise[] = [
  ["plain", (code) => `${code};`],
  ["as a template", (code, before) => `${before}/\`/g\n\`\n${code}\n\`\n/\`/g;//\``],
  ["as a template that ends", (code, before) => `${before}/\`/g\n${code}\n;\`\``],
  ["as a comment", (code, before) => `${before}/*/g\n${code}\n/*/g;//*/`],
  ["behind U+2028", (code) => `// a\u2028${code};`],
  ["behind a carriage return", (code) => `// a\r${code};`],
  ["behind <!--", (code) => `<!-- a\n${code};`],
  ["behind -->", (code) => `\n--> a\n${code};`],
  [
    "with an escape",
    (code) => code.replace(/im|ex/, (word) => `\\u{${word.charCodeAt(0).toString(16)}}${word[1]}`),
  ],
  ["with a comment inside", (code) => code.replace(/import|export/, "$&/**/")],
  ["behind a block", (code) => `{}${code};`],
  ["behind a regular expression", (code) => `/a[/\`]/g\n${code};`],
];

/** How a file begins. */
const beginnings: Readonly<Record<string, string>> = {
  nothing: "",
  "a byte-order mark": "\uFEFF",
  "a hashbang": "#!/usr/bin/env import\n",
  "a hashbang that U+2028 ends": "#! a\u2028",
  "a mark and a hashbang": "\uFEFF#!/x export default\n",
  "a hashbang that opens a comment": "#!/* \n",
  "a reference": '/// <reference path="file://DIR/side.js?id=ID" />\n',
  "a reference to types": '/// <reference types="file://DIR/side.js?id=ID" />\n',
  "JSX's source": "/** @jsxImportSource file://DIR/side.js?id=ID */\n/** @jsx import */\n",
  "types of its own": '// @ts-self-types="file://DIR/side.js?id=ID"\n',
  "types of another": '// @deno-types="file://DIR/side.js?id=ID"\n',
  "another default": "// export default {}\n/* export { y as default }; */\n",
  "use strict": '"use strict";\n',
  "carriage returns": "// a\r\n",
};

/** How a file ends: what is exported, and what stands behind it. */
const ends: readonly string[] = [
  "export default { on: 'post-refresh', run() { return {}; } };\n",
  "const hook = { on: 'post-refresh', run() { return {}; } };\nexport { hook as default };\n",
  "export default { on: 'post-refresh', run() { return {}; } };\n//# sourceMappingURL=file://DIR/side.js?id=ID\n",
  "export default { on: 'post-refresh', run() { return {}; } }; // export default\n",
];

/** Makes a shape of the next choices. */
function shape(world: ShapeWorld, chooser: Chooser, id: string): Shape {
  const language = chooser.of(["js", "js", "ts"] as const);
  const payload = chooser.of(payloads(world, id));
  const before = chooser.of(
    language === "ts" ? [...beforeSlash, ...beforeSlashInTypes] : beforeSlash,
  );
  const [hidden, hide] = chooser.of(payload.expression ? disguises : statementDisguises);
  const beginning = chooser.of(Object.keys(beginnings));
  const isOwnDefault = payload.name.startsWith("export default of");
  const fill = (text: string) => text.replaceAll("DIR", world.directory).replaceAll("ID", id);
  const text = [
    fill(beginnings[beginning]!),
    `let M, y, g = 1, of = 1, async = 1, get = 1, p = ${
      JSON.stringify(`file://${world.directory}/side.js?id=${id}`)
    };\n`,
    hide(payload.expression ?? payload.statement!, before),
    "\n",
    payload.after ?? "",
    "\n",
    isOwnDefault ? "" : fill(chooser.of(ends)),
  ].join("");
  const about = [payload.name, hidden, JSON.stringify(before), beginning, language].join(" | ");
  return { id, language, text, about };
}

/** As many shapes as wanted, the same for the same seed. */
export function hookShapes(world: ShapeWorld, seed: number, count: number): Shape[] {
  const chooser = new Chooser(seed);
  return Array.from({ length: count }, (_, index) => shape(world, chooser, `${seed}-${index}`));
}

/** Those that ran before the engine was asked. */
export function knownShapes(world: ShapeWorld): Shape[] {
  const mark = (id: string) => `Deno.writeTextFileSync("${world.directory}/marks/${id}", "x")`;
  const begin = (id: string) =>
    `let y, M, g = 1, of = 1; const p = "file://${world.directory}/side.js?id=${id}";\n`;
  const end = `\nexport default { on: "post-refresh", run() { return {}; } };\n`;
  const texts: Readonly<Record<string, (id: string) => string>> = {
    "a division after of": () => "0\nof\n/(M=import(p))/g",
    "a division after ?.in": () => "p?.in\n/(M=import(p))/g",
    "a division after an async function": () => "y = async function () {}\n/(M=import(p))/g",
    "a template that is a regular expression": (id) =>
      '0\nof\n/`/g\n`\nimport * as N from "node:fs"\n`\n/`/g;//`\n' + `;N; ${mark(id)};`,
  };
  return Object.entries(texts).map(([about, text], index) => {
    const id = `known-${index}`;
    return { id, language: "js", text: begin(id) + text(id) + end, about };
  });
}
