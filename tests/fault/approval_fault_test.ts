/**
 * File operations of `hooks deny` fail, thoroughly each with each error, and the decision about a hook is the old or the new one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { isWine } from "../support/abilities.ts";
import { FailingFiles, type Failure } from "../support/failing_files.ts";
import { TestContext, variablesOf } from "../support/test_context.ts";
import { sampled } from "../support/thorough.ts";

const hook = "export default { on: [], permissions: {}, run() {} };\n";
const folder = ".local/state/stsmfa/hooks";

/** Denies a hook about which something else was decided, with that failure. */
async function denyWith(failure: Failure): Promise<FailingFiles> {
  await using before = await TestContext.create({ env: {} });
  await before.write(".config/stsmfa/hooks/one.js", hook);
  await before.write(".aws/credentials", "");
  await before.chmod(".config/stsmfa/hooks", 0o700);
  assertEquals(await before.run("hooks", "deny", "one"), 0, before.output);
  const [name] = await before.list(folder);
  const denied = await before.read(`${folder}/${name}`);
  const old = denied.replace("denied", "neither");
  await before.write(`${folder}/${name}`, old);

  const failing = new FailingFiles(failure);
  await using test = await TestContext.create({ files: failing.wrap, env: variablesOf(before) });
  const status = await test.run("hooks", "deny", "one");
  const { failed } = failing;
  const what = `${failure.code} at ${failure.at} (${failed?.name} ${failed?.path}) ${test.output}`;
  assert([0, 6].includes(status), `exit status ${status}: ${what}`);
  assertEquals(await before.read(`${folder}/${name}`), status === 0 ? denied : old, what);
  if (!failing.isStuck) assertEquals(await before.list(folder), [name], what);
  return failing;
}

Deno.test("whatever fails, the decision about a hook is the old one, or exit 0 and the new one", async () => {
  const { operations } = await denyWith({ at: 0, code: "EIO" });
  assert(operations.length > 15, `only ${operations.length} operations`);
  let turn = 0;
  for (const code of ["EIO", "ENOSPC", "EDQUOT", "EROFS", "EACCES"] as const) {
    for (const lasting of [false, true]) {
      // Under wine each takes longer.
      for (const at of sampled(operations.length, isWine ? 4 : 8, turn++)) {
        await denyWith({ at, code, lasting });
      }
    }
  }
  for (let bytes = 0; bytes < 120; bytes += 17) await denyWith({ at: 0, code: "ENOSPC", bytes });
});
