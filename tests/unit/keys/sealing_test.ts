import { assertEquals, assertNotEquals } from "@std/assert";
import type { RunCommand } from "../../../lib/context.ts";
import { Secret } from "../../../lib/credentials.ts";
import { storeSealer } from "../../../lib/keys/sealing.ts";
import { terminalTalk } from "../../../lib/talk.ts";
import { FakeSecretTool } from "../../support/fake_stores.ts";
import { itemOf } from "../../support/stored_home.ts";
import { TestContext } from "../../support/test_context.ts";

const item = itemOf("STSMFA0SEALING0KEY");

async function withSealers(
  use: (open: () => ReturnType<typeof storeSealer>, tool: FakeSecretTool) => Promise<void>,
): Promise<void> {
  const tool = new FakeSecretTool();
  const runCommand: RunCommand = async (command) => {
    // Whoever does not wait for others is far by then.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
    return await tool.run(command);
  };
  await using test = await TestContext.create({
    runCommand,
    runtime: "deno 2.9.6, x86_64-unknown-linux-gnu",
  });
  const context = test.context();
  const talk = terminalTalk(context, {});
  await use(() => storeSealer(context, "keychain", talk), tool);
}

Deno.test("two that seal for the first time at once use one key", () =>
  withSealers(async (open, tool) => {
    const texts = ["one", "two", "three"];
    const sealed = await Promise.all(texts.map((text) => open().seal(new Secret(text), text)));
    for (const [at, text] of texts.entries()) {
      assertEquals((await open().open(sealed[at]!, text))?.reveal(), text);
    }
    assertEquals([...tool.items.keys()], [item]);
  }));

Deno.test("a key that seals nothing any more is replaced", () =>
  withSealers(async (open, tool) => {
    const old = await open().seal(new Secret("old"), "x");
    for (const broken of ["", "word", btoa("short"), "\u0000"]) {
      tool.items.set(item, broken);
      assertEquals(await open().open(old, "x"), undefined);
      const sealed = await open().seal(new Secret("text"), "x");
      assertEquals((await open().open(sealed, "x"))?.reveal(), "text");
      assertNotEquals(tool.items.get(item), broken);
    }
  }));

Deno.test("what was sealed for another place, or by another key, does not open", () =>
  withSealers(async (open, tool) => {
    const sealed = await open().seal(new Secret("text"), "mine");
    assertEquals(await open().open(sealed, "another's"), undefined);
    const [, iv, text] = sealed.split(":");
    const changed = `keychain:${iv}:${text!.startsWith("A") ? "B" : "A"}${text!.slice(1)}`;
    assertEquals(await open().open(changed, "mine"), undefined);
    tool.items.delete(item);
    assertEquals(await open().open(sealed, "mine"), undefined);
    await open().seal(new Secret("other"), "mine");
    assertEquals(await open().open(sealed, "mine"), undefined);
  }));
