/**
 * The key stores of Linux and Windows as they are: gnome-keyring by `secret-tool`, `pass` with GnuPG,
 * the Credential Manager.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { RunCommand } from "../../lib/context.ts";
import { Secret } from "../../lib/credentials.ts";
import { StsmfaError } from "../../lib/errors.ts";
import { keepInStore, type KeyStore } from "../../lib/keys/store.ts";
import { openStore } from "../../lib/keys/stores.ts";
import { systemContext } from "../../lib/system/context.ts";
import type { StoreName } from "../../lib/profile/source.ts";
import { terminalTalk } from "../../lib/talk.ts";
import { testOrSkip } from "../support/abilities.ts";
import {
  createPass,
  needsKeyring,
  needsManager,
  needsPass,
  type RealStore,
  startKeyring,
  useManager,
} from "../support/real_stores.ts";
import { TestContext } from "../support/test_context.ts";

const id = "AKIAIOSFODNN7EXAMPLE";
const other = "AKIAIOSFODNN7EXAMPL2";
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const key = { accessKeyId: id, secretAccessKey: new Secret(secret) };

async function opened(
  name: StoreName,
  { env, run }: Pick<RealStore, "env" | "run">,
): Promise<{ test: TestContext; store: KeyStore }> {
  const test = await TestContext.create({ env, runCommand: run });
  const { credentialManager } = systemContext([]);
  const context = { ...test.context(), ...(credentialManager && { credentialManager }) };
  const talk = terminalTalk(context, {});
  return { test, store: await openStore(name, { context, talk }) };
}

/** The keys of these tests that it has; the Credential Manager may have others. */
async function items(store: KeyStore): Promise<readonly string[]> {
  return (await store.items() ?? []).filter((each) => each === id || each === other).sort();
}

const manager = {
  name: "keychain",
  title: "Credential Manager",
  start: () => useManager(id, other),
  needs: needsManager,
} as const;

const stores = [
  { name: "keychain", title: "gnome-keyring", start: startKeyring, needs: needsKeyring },
  { name: "pass", title: "pass", start: createPass, needs: needsPass },
] as const;

for (const { name, title, start, needs } of [...stores, manager]) {
  testOrSkip({
    name: `${title} keeps keys, each by itself, unseen by other processes${needs.name}`,
    ignore: needs.ignore,
    fn: async () => {
      await using real = await start();
      const { test, store } = await opened(name, real);
      await using _ = test;
      assertEquals(await store.fault(), undefined);
      assertEquals([await store.get(id), await store.has(id)], [undefined, false]);
      assertEquals([await items(store), await store.remove(id)], [[], false]);
      await keepInStore(store, key);
      const long = "x".repeat(2048);
      await keepInStore(store, { accessKeyId: other, secretAccessKey: new Secret(long) });
      assertEquals((await store.get(id))?.reveal(), secret);
      assertEquals((await store.get(other))?.reveal(), long);
      assertEquals(await items(store), [other, id].sort());
      const changed = { ...key, secretAccessKey: new Secret("o".repeat(40)) };
      await assertRejects(() => keepInStore(store, changed), StsmfaError, "not overwritten");
      assertEquals([await store.remove(other), await store.remove(other)], [true, false]);
      assertEquals([(await store.get(id))?.reveal(), await store.has(id)], [secret, true]);
      assert(!JSON.stringify(real.runs).includes(secret));
      assert(!test.output.includes(secret));
    },
  });
}

for (const { name, title, start, needs } of stores) {
  testOrSkip({
    name: `${title}: a locked one is not an empty one, and nothing is lost by it${needs.name}`,
    ignore: needs.ignore,
    fn: async () => {
      await using real = await start();
      const { test, store } = await opened(name, real);
      await using _ = test;
      await keepInStore(store, key);
      await real.lock();
      const error = await assertRejects(() => store.get(id), StsmfaError);
      assertEquals([error.code, error.exitStatus], ["KeyStoreLocked", 6]);
      assertEquals([await store.has(id), await store.items()], [true, [id]]);
      if (name === "keychain") {
        for (const use of [() => keepInStore(store, key), () => store.remove(id)]) {
          assertEquals((await assertRejects(use, StsmfaError)).code, "KeyStoreLocked");
        }
      }
    },
  });
}

testOrSkip({
  name: `without a bus, secret-tool says why it cannot be used${needsKeyring.name}`,
  ignore: needsKeyring.ignore,
  fn: async () => {
    await using real = await startKeyring();
    const env = { ...real.env, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };
    const run: RunCommand = (command) => real.run({ ...command, env });
    const { test, store } = await opened("keychain", { env, run });
    await using _ = test;
    const fault = await store.fault();
    assertEquals(fault?.code, "KeyStoreUnusable");
    assertStringIncludes(fault!.message, "Could not connect");
  },
});

testOrSkip({
  name: `a password store that nobody has set up is not begun by asking it${needsPass.name}`,
  ignore: needsPass.ignore,
  fn: async () => {
    await using real = await createPass();
    const folder = `${real.env.HOME}/none`;
    const env = { ...real.env, PASSWORD_STORE_DIR: folder };
    const run: RunCommand = (command) => real.run({ ...command, env });
    const { test, store } = await opened("pass", { env, run });
    await using _ = test;
    assertStringIncludes((await store.fault())!.hint!, "pass init");
    for (const use of [() => store.get(id), () => keepInStore(store, key)]) {
      assertEquals((await assertRejects(use, StsmfaError)).code, "KeyStoreUnusable");
    }
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  },
});
