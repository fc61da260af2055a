import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { HookJob } from "../../lib/context.ts";
import { oneLine } from "../../lib/hooks/one_line.ts";
import { refusal } from "../../lib/hooks/source.ts";
import { runHook } from "../../lib/system/hook.ts";
import { always, limits, testWith } from "../support/abilities.ts";
import { containedAttempts, refusedAttempts, refusedSources } from "../support/hostile_hooks.ts";
import { HostileHome, isAlive } from "../support/hostile_run.ts";
import { until } from "../support/spawned_cli.ts";

function job(home: HostileHome, code: string, changes: Partial<HookJob> = {}): HookJob {
  return {
    hook: { code },
    task: "run",
    event: { version: 1 },
    scope: home.scope,
    signal: new AbortController().signal,
    ...changes,
  };
}

Deno.test("a hook is refused everything outside its permissions", async (t) => {
  await using home = await HostileHome.create();
  const { end } = await runHook(job(home, home.refusedHook));
  if (end.kind !== "done") throw new Error(JSON.stringify(end));
  const results = JSON.parse((end.value as { message: string }).message);
  assertEquals(Object.keys(results), Object.keys(refusedAttempts));
  for (const [name, { outcome }] of Object.entries(refusedAttempts)) {
    await t.step(name, () => assertMatch(results[name], outcome));
  }
  assertEquals(await Deno.readTextFile(`${home.home}/secret.json`), '{"secret":"untold"}');
});

for (const [what, source] of Object.entries(refusedSources)) {
  Deno.test(`a hook that imports ${what} is not run, and its owner is told`, async () => {
    await using home = await HostileHome.create();
    const code = home.hook(`return { message: JSON.stringify(globalThis.it ?? secret) };`, source);
    const { end, output } = await runHook(job(home, code));
    if (end.kind !== "refused") throw new Error(JSON.stringify(end));
    assert(!JSON.stringify([end, output]).includes("untold"));
    const file = {
      name: "evil",
      path: "/evil.js",
      source: code,
      language: "js",
      isShipped: false,
    } as const;
    const { code: errorCode, message } = await refusal(file, end, oneLine);
    assertEquals(errorCode, "InvalidHook");
    assertMatch(message, /imports something|cannot be read as JavaScript/);
  });
}

for (const [name, { body, outcome }] of Object.entries(containedAttempts)) {
  if (/took longer than/.test(outcome.source) && !/ended its process/.test(outcome.source)) {
    continue;
  }
  const needs = name === "fills its memory with buffers" ? limits : always;
  testWith(needs, `a hook that ${name} is contained`, async () => {
    await using home = await HostileHome.create();
    const report = await runHook(job(home, home.hook(body)));
    const { end } = report;
    const said = end.kind === "done"
      ? String((end.value as { message?: string }).message ?? "")
      : end.kind === "threw"
      ? `failed: ${end.name && `${end.name}: `}${end.message}`
      : end.kind === "refused"
      ? `was refused: ${end.message}`
      : end.kind === "died"
      ? "ended its process before it was done"
      : "printed too much";
    // Words for a terminal are cleaned where they are shown.
    // deno-lint-ignore no-control-regex -- those are what is sent
    assertMatch(said.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim(), outcome);
  });
}

for (const body of ["for (;;);", "await new Promise(() => setInterval(() => {}, 1000));"]) {
  Deno.test(`a hook that never ends (${body}) is killed when its time is over`, async () => {
    await using home = await HostileHome.create();
    const stop = new AbortController();
    const code = home.hook(`Deno.writeTextFileSync("SCOPE/pid", String(Deno.pid)); ${body}`);
    const running = runHook(job(home, code, { signal: stop.signal }));
    const pid = await home.pid();
    assert(await isAlive(pid));
    stop.abort(new Error("time is over"));
    await assertRejects(() => running, Error, "time is over");
    assert(!await isAlive(pid), "it lives on");
  });
}

Deno.test("what a hook leaves running is ended with it", async () => {
  await using home = await HostileHome.create();
  const code = home.hook(`
    new Deno.Command("/bin/sh", {
      args: ["-c", "echo $$ > SCOPE/pid; exec sleep 1000"], stdin: "null", stdout: "inherit",
    }).spawn();
    while (true) {
      try { if (Deno.readTextFileSync("SCOPE/pid").includes("\\n")) break; } catch { /* not yet */ }
    }
    return { message: "left one behind" };`);
  const scope = { ...home.scope, run: ["/bin/sh"] };
  const { end } = await runHook(job(home, code, { scope }));
  assertEquals(end, { kind: "done", value: { message: "left one behind" } });
  // Nobody waits for a process that its parent has left: the kernel takes its time.
  const pid = await home.pid();
  await until(async () => !await isAlive(pid), "it has ended");
});

Deno.test("a hook gets exactly what it was granted", async () => {
  await using home = await HostileHome.create();
  const code = home.hook(`
    Deno.writeTextFileSync("SCOPE/a", "1");
    const { stdout } = new Deno.Command("/bin/echo", { args: ["2"] }).outputSync();
    const variable = Deno.env.get("STSMFA_TEST_GRANTED");
    return { message: [
      Deno.readTextFileSync("SCOPE/a"), new TextDecoder().decode(stdout).trim(), variable,
      Deno.args.length, event.version, JSON.stringify(event),
    ].join(" ") };`);
  Deno.env.set("STSMFA_TEST_GRANTED", "3");
  const scope = { ...home.scope, run: ["/bin/echo"], env: ["STSMFA_TEST_GRANTED"] };
  const { end } = await runHook(job(home, code, { scope }));
  Deno.env.delete("STSMFA_TEST_GRANTED");
  assertEquals(end, { kind: "done", value: { message: '1 2 3 0 1 {"version":1}' } });
});

Deno.test("a permission with a comma in it is refused: a flag could mean other paths by it", async () => {
  await using home = await HostileHome.create();
  const scope = { ...home.scope, read: [`${home.home}/a,${home.home}`] };
  const { end } = await runHook(job(home, home.hook(`return { message: "ran" };`), { scope }));
  assertEquals(end.kind, "threw");
  assertMatch(JSON.stringify(end), /cannot have a permission with a comma in it: /);
});

Deno.test("a hook that may see a variable of an odd name runs like any other", async () => {
  await using home = await HostileHome.create();
  const scope = { ...home.scope, env: ["__proto__", "constructor"] };
  const code = home.hook(`return { message: String(Deno.env.get("constructor")) };`);
  const { end } = await runHook(job(home, code, { scope, env: {} }));
  assertEquals(end, { kind: "done", value: { message: "undefined" } });
});
