/**
 * What the engine says about a hook against what the engine does with it, by effect: marks that a
 * loaded module leaves, and requests. Some shapes; with STSMFA_THOROUGH more.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { HookReport } from "../../lib/context.ts";
import { runHook } from "../../lib/system/hook.ts";
import { honestHooks, lawfulShapes } from "../support/honest_hooks.ts";
import { hookShapes, knownShapes, type Shape } from "../support/hook_shapes.ts";
import { misreadShapes, oddShapes } from "../support/odd_shapes.ts";
import { inTurns, OpenShapeWorld, shapeCount } from "../support/shape_world.ts";
import { isThorough, seed } from "../support/thorough.ts";

async function ends(
  world: OpenShapeWorld,
  shapes: readonly Shape[],
): Promise<Map<string, HookReport["end"]>> {
  const all = new Map<string, HookReport["end"]>();
  await inTurns(shapes, async ({ id, language, text: code }) => {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(new Error(`shape ${id} takes too long`)), 30_000);
    const { end } = await runHook({
      hook: { code, ...(language === "ts" && { language }) },
      task: "run",
      event: {},
      scope: world.scope,
      signal: stop.signal,
    });
    clearTimeout(late);
    all.set(id, end);
  });
  return all;
}

const about = (shapes: readonly Shape[], ids: Iterable<string>) =>
  shapes.filter(({ id }) => new Set(ids).has(id)).map(({ about, text }) => `${about}\n${text}`);

Deno.test("no hook that the engine accepts loads anything, on an engine that would let it", async (t) => {
  await using world = await OpenShapeWorld.create();
  const shapes = [
    ...knownShapes(world),
    ...oddShapes(world),
    ...misreadShapes(world),
    ...hookShapes(world, seed, shapeCount),
  ];
  const { accepted, refused, marksOfAccepted } = await world.judge(shapes);
  assertEquals(accepted.length + refused.length, shapes.length);
  const { marks } = world;
  assertEquals(marksOfAccepted, []);
  assertEquals(about(shapes, accepted.filter((id) => marks.has(id))), []);
  assertEquals(knownShapes(world).filter(({ id }) => accepted.includes(id)), []);
  // Else it would prove nothing.
  const teeth = refused.filter((id) => marks.has(id)).length;
  assert(teeth > shapes.length / 3, `${teeth} of ${shapes.length} load something`);
  assertEquals(knownShapes(world).filter(({ id }) => !marks.has(id)).map((each) => each.about), []);
  await t.step(
    `${shapes.length} shapes: ${teeth} load, ${accepted.length} accepted, 0 both`,
    () => {},
  );
});

Deno.test("no shape loads anything in a hook's own process, whatever it is granted", async () => {
  await using world = await OpenShapeWorld.create();
  const some = isThorough ? shapeCount : 20;
  const shapes = [
    ...knownShapes(world),
    ...misreadShapes(world),
    ...(some > 200 ? oddShapes(world) : []),
    ...hookShapes(world, seed, some),
  ];
  const all = await ends(world, shapes);
  assertEquals(all.size, shapes.length);
  assertEquals([...world.traces], []);
  const known = knownShapes(world).map(({ id }) => all.get(id)?.kind);
  assertEquals(known, known.map(() => "refused"));
});

Deno.test("honest hooks that are full of the words run, unchanged", async (t) => {
  await using world = await OpenShapeWorld.create();
  const all = await ends(world, honestHooks);
  for (const { id, about } of honestHooks) {
    const message = about === "" ? "ok" : about;
    await t.step(id, () => assertEquals(all.get(id), { kind: "done", value: { message } }));
  }
  assertEquals([...world.traces], []);
});

Deno.test("an engine accepts what is lawful however the words are strewn in", async () => {
  await using world = await OpenShapeWorld.create();
  const shapes = lawfulShapes(seed, shapeCount);
  const { refused } = await world.judge(shapes);
  assertEquals(about(shapes, refused), []);
});
