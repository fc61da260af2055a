import { assertEquals, assertMatch } from "@std/assert";
import { hookMode } from "../../lib/system/hook_mode.ts";
import { compiledProgram, needsCompiled } from "../support/compiled.ts";
import { containedAttempts, refusedAttempts } from "../support/hostile_hooks.ts";
import { HostileHome } from "../support/hostile_run.ts";

interface Answer {
  readonly kind: string;
  readonly value?: { readonly message?: string };
  readonly name?: string;
  readonly message?: string;
}

/** Has the program run a hook in its hidden mode, as it has itself do. */
async function runCompiled(home: HostileHome, code: string): Promise<Answer | undefined> {
  const child = new Deno.Command(compiledProgram(), {
    args: [hookMode],
    cwd: "/",
    clearEnv: true,
    env: { HOME: home.home, PATH: "/usr/bin:/bin", DENO_NO_PROMPT: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const order = {
    nonce: "NONCE",
    hook: { code },
    task: "run",
    event: { version: 1 },
    scope: home.scope,
  };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(order)));
  await writer.close();
  const stdout = await new Response(child.stdout).text();
  await child.status;
  const line = /\nNONCE(.*)\n/.exec(stdout)?.[1];
  return line === undefined ? undefined : JSON.parse(line);
}

Deno.test({
  ...needsCompiled,
  name: `a hook is refused everything outside its permissions${needsCompiled.name}`,
  fn: async (t) => {
    await using home = await HostileHome.create();
    const answer = await runCompiled(home, home.refusedHook);
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
  Deno.test({
    ...needsCompiled,
    name: `a hook that ${name} is contained${needsCompiled.name}`,
    fn: async () => {
      await using home = await HostileHome.create();
      const answer = await runCompiled(home, home.hook(body));
      const said = answer === undefined
        ? "ended its process before it was done"
        : answer.kind === "done"
        ? answer.value?.message ?? ""
        : `failed: ${answer.name}: ${answer.message}`;
      assertMatch(said, outcome);
    },
  });
}
