import { assertEquals, assertMatch } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { compiledProgram, needsCompiled } from "../support/compiled.ts";
import { runCompiled } from "../support/compiled_hook.ts";
import { hookText } from "../support/hook_home.ts";
import { homeVariables, systemVariables } from "../support/system_variables.ts";

const nothing = { read: [], write: [], net: [], run: [], env: [] };

/** Runs TypeScript in the program's hidden mode. */
function run(code: string) {
  return runCompiled({ code, language: "ts" }, nothing);
}

function test(name: string, fn: () => Promise<void>): void {
  testOrSkip({ ...needsCompiled, name: `${name}${needsCompiled.name}`, fn });
}

test("the standalone program takes the types off a hook, and leaves its lines and columns", async () => {
  const answer = await run(`import type { Hook } from "./stsmfa.d.ts";
interface Place { at: string }
export default {
  on: "post-refresh" as const,
  run(_event: unknown): void {
    const place: Place | undefined = undefined as any; place!.at satisfies string;
  },
} satisfies Hook;
`);
  const { kind, name, line, column } = answer as unknown as Record<string, unknown>;
  assertEquals([kind, name, line, column], ["threw", "TypeError", 6, 63]);
});

test("what comes out when types are taken off is looked at as every hook is", async () => {
  const evasions = [
    `import "x";\n${hookText(`on: "post-refresh"`)}`,
    `import { type T, type U } from "x";\n${hookText(`on: "post-refresh"`)}`,
    hookText(`on: "post-refresh"`, `await (import as any)("x");`),
    hookText(`on: "post-refresh"`, `await import<string>("x");`),
    hookText(`on: "post-refresh"`, `return { message: import.meta.url as string };`),
    `import x = require("x");\n${hookText(`on: "post-refresh"`)}`,
    `export type { T } from "x"; export * from "y";\n${hookText(`on: "post-refresh"`)}`,
  ];
  for (const text of evasions) assertEquals((await run(text))?.kind, "refused", text);
});

test("a text that no parser can stand ends the hook's process alone", async () => {
  for (const text of ["const x = " + "[".repeat(200_000), `let x: ${"A<".repeat(20_000)}`]) {
    assertMatch((await run(text))?.kind ?? "died", /^(refused|died)$/);
  }
});

test("a hook cannot have the library that took its types off", async () => {
  const answer = await run(
    hookText(
      `on: "post-refresh"`,
      `const seen = [typeof (globalThis as any).WebAssembly, typeof (globalThis as any).Buffer,
         typeof (globalThis as any).process];
       return { message: String(seen) };`,
    ),
  );
  assertEquals(answer?.value?.message, "undefined,undefined,undefined");
});

test("hooks new writes TypeScript, which runs", async () => {
  const home = await Deno.makeTempDir({ prefix: "stsmfa-test-" });
  const stsmfa = async (...args: string[]) => {
    const env = { ...systemVariables(), ...homeVariables(home), NO_COLOR: "1" };
    const { code, stderr } = await new Deno.Command(compiledProgram(), {
      args,
      clearEnv: true,
      env,
    })
      .output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  };
  await stsmfa("hooks", "new", "notify");
  await Deno.stat(`${home}/.config/stsmfa/hooks/notify.ts`);
  await stsmfa("hooks", "allow", "notify", "--yes");
  await stsmfa("hooks", "run", "notify");
  await Deno.remove(home, { recursive: true });
});
