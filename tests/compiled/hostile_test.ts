import { assertEquals, assertMatch } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { needsCompiled } from "../support/compiled.ts";
import { runCompiled } from "../support/compiled_hook.ts";
import { containedAttempts, refusedAttempts } from "../support/hostile_hooks.ts";
import { HostileHome } from "../support/hostile_run.ts";

testOrSkip({
  ...needsCompiled,
  name: `a hook is refused everything outside its permissions${needsCompiled.name}`,
  fn: async (t) => {
    await using home = await HostileHome.create();
    const answer = await runCompiled({ code: home.refusedHook }, home.scope);
    assertEquals(answer?.kind, "done", JSON.stringify(answer));
    const results = JSON.parse(answer!.value!.message!);
    assertEquals(Object.keys(results), Object.keys(refusedAttempts));
    for (const [name, { outcome }] of Object.entries(refusedAttempts)) {
      await t.step(name, () => assertMatch(results[name], outcome));
    }
    assertEquals(await Deno.readTextFile(`${home.home}/secret.json`), '{"secret":"untold"}');
  },
});

for (
  const name of ["leaves a timer that never ends", "throws what is no error", "ends its process"]
) {
  const { body, outcome } = containedAttempts[name]!;
  testOrSkip({
    ...needsCompiled,
    name: `a hook that ${name} is contained${needsCompiled.name}`,
    fn: async () => {
      await using home = await HostileHome.create();
      const answer = await runCompiled({ code: home.hook(body) }, home.scope);
      const said = answer === undefined
        ? "ended its process before it was done"
        : answer.kind === "done"
        ? answer.value?.message ?? ""
        : `failed: ${answer.name && `${answer.name}: `}${answer.message}`;
      assertMatch(said, outcome);
    },
  });
}
