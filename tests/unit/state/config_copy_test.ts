/**
 * The copy of the config file that a program gets, while others remove what killed runs have left.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import type { Files } from "../../../lib/context.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { openConfigCopy, sweepCopies } from "../../../lib/state/config_copy.ts";
import { goneAtOnce, testWith } from "../../support/abilities.ts";
import { TestContext } from "../../support/test_context.ts";

const text = "[profile prod]\n";
const copies = ".local/state/stsmfa/copies";

/** A home where something happens at one step of the making of a copy, each time or once. */
async function openHome(step: string, act: (test: TestContext) => Promise<void>) {
  let test!: TestContext;
  const at = async (reached: string) => {
    if (reached === step) await act(test);
  };
  const files = (real: Files): Files => ({
    ...real,
    makeDirectory: async (path, mode) => {
      await real.makeDirectory(path, mode);
      if (/copies\/./.test(path)) await at("its folder is there");
    },
    openLockable: async (path, kind) => {
      const lock = await real.openLockable(path, kind);
      if (!path.includes("copies/")) return lock;
      await at("its lock is there");
      const tryLock = async () => {
        const isOurs = await lock.tryLock();
        await at("it is locked");
        return isOurs;
      };
      return { tryLock, isAt: (path) => lock.isAt(path), close: () => lock.close() };
    },
    createNew: async (path, mode) => {
      await at(`before its ${path.slice(path.lastIndexOf("/") + 1)}`);
      return await real.createNew(path, mode);
    },
  });
  return test = await TestContext.create({ files });
}

for (
  const step of [
    "its folder is there",
    "its lock is there",
    "it is locked",
    "before its digest",
    "before its config",
  ]
) {
  Deno.test(`a copy is whole though another run sweeps when it is made: ${step}`, async () => {
    let times = 0;
    await using test = await openHome(step, async (test) => {
      if (times++ === 0) await sweepCopies(test.context(), test.path(copies));
    });
    const copy = await openConfigCopy(test.context(), text);
    assertEquals(await Deno.readTextFile(copy.path), text);
    assertEquals((await test.list(copies)).length, 1);
    await sweepCopies(test.context(), test.path(copies));
    assertEquals((await test.list(copies)).length, 1, "it is in use");
    assertEquals(await copy.remove(), undefined);
    assertEquals(await test.list(copies), []);
  });
}

testWith(goneAtOnce, "a copy that another run removes each time is given up", async () => {
  await using test = await openHome("its lock is there", async (test) => {
    await sweepCopies(test.context(), test.path(copies));
  });
  const error = await assertRejects(() => openConfigCopy(test.context(), text), StsmfaError);
  assertEquals([error.code, error.hint], ["FileUnwritable", "run the same again"]);
  assertEquals(await test.list(copies), []);
});
