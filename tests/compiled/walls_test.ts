import { assertEquals, assertMatch } from "@std/assert";
import { type Ability, always, posix, testOrSkip } from "../support/abilities.ts";
import { compiledProgram, needsCompiled } from "../support/compiled.ts";
import { runCompiled } from "../support/compiled_hook.ts";
import { HostileHome } from "../support/hostile_run.ts";

function test(
  name: string,
  fn: (home: HostileHome) => Promise<void>,
  needs: Ability = always,
): void {
  testOrSkip({
    name: `${name}${needsCompiled.name}`,
    ignore: needsCompiled.ignore || !needs.isHere,
    reason: needs.reason,
    fn: async () => {
      await using home = await HostileHome.create();
      await fn(home);
    },
  });
}

test("the import map that leads nowhere is compiled in", async () => {
  const wanted = ["blocked:///", "blocked:fs", "blocked:worker_threads"];
  const seen = new Set<string>();
  let before = "";
  using file = await Deno.open(compiledProgram());
  for await (const part of file.readable.pipeThrough(new TextDecoderStream("latin1"))) {
    const text = before + part;
    for (const each of wanted) if (text.includes(each)) seen.add(each);
    before = text.slice(-100);
  }
  assertEquals([...seen].sort(), wanted);
});

const source = (path: string) =>
  `data:application/json;base64,${
    btoa(JSON.stringify({ version: 3, sources: [path], names: [], mappings: "AAAA;AACA;AACA" }))
  }`;

for (const [what, of] of Object.entries({ "a file": String, "a source that it names": source })) {
  test(`no source map (${what}) is read for a hook`, async (home) => {
    const pipe = `${home.home}/pipe`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const fail = `function fail() { throw new Error("on purpose"); }`;
    const caught = `try { fail(); } catch (error) {
      console.error(error);
      return { message: error.stack };
    }`;
    const end = `\n//# sourceMappingURL=${of(`file://${pipe}`)}\n`;
    const answer = await runCompiled({ code: home.hook(caught, fail) + end }, home.scope);
    assertMatch(String(answer?.value?.message), /^Error: on purpose/);
    const uncaught = `setTimeout(fail); await new Promise(() => {});`;
    const late = await runCompiled({ code: home.hook(uncaught, fail) + end }, home.scope);
    assertEquals(late?.kind, "threw");
  }, posix);
}

test("a hook gives its own realm no orders", async (home) => {
  const order =
    `{ hook: { code: "globalThis.ran = 1; export default {};" }, task: "run", event: {} }`;
  const code = home.hook(`
    const sent = new MessageEvent("message", { data: ${order} });
    globalThis.dispatchEvent(sent);
    globalThis.onmessage?.(sent);
    for (const key of Object.getOwnPropertySymbols(globalThis)) {
      for (const each of globalThis[key]?.listeners?.message ?? []) {
        try { await each.callback.call(globalThis, sent); } catch { /* so be it */ }
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { message: String(globalThis.ran) };`);
  const answer = await runCompiled({ code }, home.scope);
  assertEquals(answer?.value?.message, "undefined");
});

test("a timer runs no text", async (home) => {
  const code = home.hook(`
    try { setTimeout("globalThis.ran = 1", 0); } catch { /* so be it */ }
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { message: String(globalThis.ran) };`);
  const answer = await runCompiled({ code }, home.scope);
  assertMatch(String(answer?.value?.message ?? answer?.kind), /^(undefined|threw)$/);
});
