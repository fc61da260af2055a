import { assertEquals } from "@std/assert";
import {
  askingFor,
  forgetAsking,
  noteAsking,
  noteRefusal,
  readAsking,
  readRefusal,
} from "../../../lib/state/asking.ts";
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

Deno.test("the question for a profile is found, unless who asked was killed", async () => {
  await using test = await TestContext.create({
    isRunning: (process) => Promise.resolve(process === 7),
  });
  const context = test.context();
  assertEquals(await askingFor(context, "prod"), undefined, "there is no folder");
  await test.write(".local/state/stsmfa/sessions/a.json", "{}");
  const [one, two] = ["a.json", "b.json"]
    .map((name) => test.path(`.local/state/stsmfa/sessions/${name}`)) as [string, string];
  await noteAsking(context, one, { process: 8, profiles: ["prod"] });
  assertEquals(await askingFor(context, "prod"), undefined);
  const asking = { isWindow: true, process: 7, profiles: ["dev", "prod"] } as const;
  await noteAsking(context, two, asking);
  assertEquals(await askingFor(context, "prod"), asking);
  assertEquals(await askingFor(context, "pro"), undefined);
  await noteAsking(context, two, { terminal: "pts/1", profiles: ["prod"] });
  assertEquals(await askingFor(context, "prod"), { terminal: "pts/1", profiles: ["prod"] });
  await noteRefusal(context, two, { at: new Date(), code: "Cancelled" });
  assertEquals(await askingFor(context, "prod"), undefined);
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

Deno.test("how a window ended is kept in the place of its question, until another is asked", async () => {
  await using test = await TestContext.create();
  const context = test.context();
  const path = test.path("kept.json");
  await noteAsking(context, path, { isWindow: true, profiles: ["dev"] });
  assertEquals(await readAsking(context, path), { isWindow: true, profiles: ["dev"] });
  assertEquals(await readRefusal(context, path), undefined);
  const refusal = { at: new Date("2026-03-04T05:06:07Z"), code: "Cancelled" } as const;
  await noteRefusal(context, path, refusal);
  assertEquals(await readRefusal(context, path), refusal);
  assertEquals(await readAsking(context, path), undefined);
  await noteAsking(context, path, { profiles: ["dev"] });
  assertEquals(await readRefusal(context, path), undefined);
  for (const text of ["{}", '{"refusal":{"at":"x","code":"Cancelled"}}', '{"refusal":null}']) {
    await test.write("kept.json.asking", text);
    assertEquals(await readRefusal(context, path), undefined, text);
  }
  await test.write("kept.json.asking", '{"refusal":{"at":"2026-03-04T05:06:07Z","code":"Usage"}}');
  assertEquals(await readRefusal(context, path), undefined);
});
