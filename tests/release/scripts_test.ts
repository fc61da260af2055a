import { assert, assertEquals, assertThrows } from "@std/assert";
import { transform } from "esbuild";
import { inAscii, withExports } from "../../.github/release/scripts.ts";

/** Makes a chunk of a module, and returns what it exports. */
async function exported(module: string): Promise<Record<string, unknown>> {
  const { code } = await transform(module, {
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    supported: { "dynamic-import": false },
  });
  const text = withExports(code);
  assert(!/__(export|copyProps|toCommonJS)\b/.test(text), text);
  const made = { exports: {} as Record<string, unknown> };
  new Function("module", "require", "__toESM", text)(
    made,
    (name: string) => ({ name, a: 1 }),
    (given: unknown) => given,
  );
  return made.exports;
}

Deno.test({
  name: "a chunk exports what its module does",
  // The bundler is a process of its own, which stays.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const chunk = await exported(`
      import { a } from "other";
      export { a as again };
      export const $x = 1;
      export function f() { return a; }
      export default class {}
      export let later; export const setLater = () => later = 2;`);
    assertEquals(Object.keys(chunk).sort(), ["$x", "again", "default", "f", "later", "setLater"]);
    assertEquals([chunk.$x, chunk.again, (chunk.f as () => number)()], [1, 1, 1]);
    (chunk.setLater as () => void)();
    assertEquals(chunk.later, 2, "it is the variable that is exported, not a value");
    assertEquals(Object.keys(await exported(`globalThis.x;`)), []);
    await assertImported();
  },
});

async function assertImported(): Promise<void> {
  const { load } = await exported(`export const load = () => import("./lazy.js");`);
  const lazy = await (load as () => Promise<Record<string, unknown>>)();
  assertEquals(lazy.name, "./lazy.js");
}

Deno.test("a chunk that needs more of the bundler than is known is refused", () => {
  const head = "var __defProp=1;var x_exports={};__export(x_exports,{";
  const tail = "});module.exports=__toCommonJS(x_exports);";
  assertThrows(() => withExports(`${head}a:()=>{}${tail}`), Error, "of an unknown form");
  assertThrows(() => withExports(`${head}a:()=>b${tail}__copyProps(1,2)`), Error, "is needed");
});

Deno.test("a script in ASCII means the same", () => {
  const code = 'return [/^[ -~…❯]+$/.test("a…❯"), /^[😀-😂]$/u.test("😁"), `…`, "\\u2026é"]';
  const ascii = inAscii(code);
  assert(/^[\0-\x7f]*$/.test(ascii), ascii);
  assertEquals(new Function(ascii)(), [true, true, "…", "…é"]);
});
