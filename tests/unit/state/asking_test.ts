import { assertEquals } from "@std/assert";
import { forgetAsking, noteAsking, readAsking } from "../../../lib/state/asking.ts";
import { TestContext } from "../../support/test_context.ts";

Deno.test("an open question is written down for those who wait, and forgotten", async () => {
  await using test = await TestContext.create();
  const context = test.context();
  const path = test.path("kept.json");
  assertEquals(await readAsking(context, path), undefined);
  await noteAsking(context, path, { terminal: "pts/1", profiles: ["dev"] });
  const asking = { terminal: "pts/3", profiles: ["prod", "x y"] };
  await noteAsking(context, path, asking);
  assertEquals(await readAsking(context, path), asking);
  await noteAsking(context, path, { profiles: ["prod"] });
  assertEquals(await readAsking(context, path), { profiles: ["prod"] });
  await forgetAsking(context, path);
  await forgetAsking(context, path);
  assertEquals(await test.list("."), []);
});

Deno.test("a torn, foreign or huge file says nothing", async () => {
  await using test = await TestContext.create();
  const context = test.context();
  for (
    const text of [
      "",
      '{"profiles":["pr',
      "[]",
      "null",
      '{"terminal":"pts/3"}',
      '{"profiles":[]}',
      '{"profiles":[1]}',
      `{"profiles":["${"x".repeat(20_000)}"]}`,
    ]
  ) {
    await test.write("kept.json.asking", text);
    assertEquals(await readAsking(context, test.path("kept.json")), undefined, text.slice(0, 40));
  }
  await test.write("kept.json.asking", '{"profiles":["a"],"terminal":7}');
  assertEquals(await readAsking(context, test.path("kept.json")), { profiles: ["a"] });
});

Deno.test("that it cannot be written down keeps nobody from asking", async () => {
  await using test = await TestContext.create();
  await noteAsking(test.context(), test.path("no/such/folder/kept.json"), { profiles: ["prod"] });
});
