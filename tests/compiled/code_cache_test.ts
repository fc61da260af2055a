import { assertEquals } from "@std/assert";
import { cached, cacheMode, type CacheState } from "../../.github/release/program/cached.ts";
import { compiledProgram, needsCompiled } from "../support/compiled.ts";

/** One that was compiled for another system than the compiling one's has none, as here for Windows. */
const expected: readonly CacheState[] = Deno.build.os === "windows" ? ["taken", "none"] : ["taken"];

Deno.test({
  ...needsCompiled,
  name: `V8 takes the code caches of the compiled program${needsCompiled.name}`,
  fn: async () => {
    const { code, stdout, stderr } = await new Deno.Command(compiledProgram(), {
      args: [cacheMode],
      stdin: "null",
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const states: Record<string, CacheState> = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(Object.keys(states), [...cached]);
    for (const [name, state] of Object.entries(states)) {
      assertEquals(expected.includes(state), true, `${name}: ${state}`);
    }
  },
});
