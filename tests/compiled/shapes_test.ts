import { assert, assertEquals } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { needsCompiled } from "../support/compiled.ts";
import { runCompiled } from "../support/compiled_hook.ts";
import { honestHooks } from "../support/honest_hooks.ts";
import { hookShapes, knownShapes } from "../support/hook_shapes.ts";
import { misreadShapes, oddShapes } from "../support/odd_shapes.ts";
import { inTurns, OpenShapeWorld, shapeCount } from "../support/shape_world.ts";
import { seed } from "../support/thorough.ts";

const textOf = (code: string, language: "js" | "ts") =>
  language === "ts" ? { code, language } : { code };

testOrSkip({
  name:
    `no shape loads anything in the compiled program, whatever it is granted${needsCompiled.name}`,
  ignore: needsCompiled.ignore,
  fn: async (t) => {
    await using world = await OpenShapeWorld.create();
    const known = knownShapes(world);
    const shapes = [
      ...known,
      ...misreadShapes(world),
      ...oddShapes(world),
      ...hookShapes(world, seed, shapeCount),
    ];
    const refused = new Set<string>();
    await inTurns(shapes, async ({ id, text, language }) => {
      const answer = await runCompiled(textOf(text, language), world.scope);
      if (answer?.kind === "refused") refused.add(id);
    });
    assertEquals([...world.traces], []);
    assertEquals(known.filter(({ id }) => !refused.has(id)), []);
    // What another engine would have loaded, this one has refused.
    await using open = await OpenShapeWorld.create();
    await open.judge([
      ...knownShapes(open),
      ...oddShapes(open),
      ...hookShapes(open, seed, shapeCount),
    ]);
    const loading = shapes.filter(({ id }) => open.marks.has(id));
    assert(loading.length > shapes.length / 3);
    assertEquals(
      loading.filter(({ id }) => !refused.has(id)).map(({ about, text }) => `${about}\n${text}`),
      [],
    );
    await t.step(
      `${shapes.length} shapes: ${loading.length} load, ${refused.size} refused`,
      () => {},
    );
  },
});

testOrSkip({
  name: `honest hooks that are full of the words run, unchanged${needsCompiled.name}`,
  ignore: needsCompiled.ignore,
  fn: async (t) => {
    await using world = await OpenShapeWorld.create();
    for (const { id, text, language } of honestHooks) {
      const answer = await runCompiled(textOf(text, language), world.scope);
      await t.step(id, () => assertEquals(answer, { kind: "done", value: { message: "ok" } }));
    }
    assertEquals([...world.traces], []);
  },
});
