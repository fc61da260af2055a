/**
 * Backups that can't be made, and what is at their path already.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FailingFiles } from "../support/failing_files.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { alice } from "../support/sts_people.ts";
import { TestContext } from "../support/test_context.ts";
import { isThorough } from "../support/thorough.ts";

const credentials = `; mine, and not stsmfa's\r
[default-long-term]\r
aws_access_key_id = ${alice().accessKeyId}\r
aws_secret_access_key = ${alice().secretAccessKey}\r
`;
const older = "# the state before the last edit\n[x]\nregion = eu-west-1\n";

Deno.test("whatever operation fails, the backup is the old one or a whole copy, and never precedes a lost file", async () => {
  await using sts = await startLoopbackSts();
  for (const earlier of [undefined, older]) {
    let failed = true;
    let backups = 0;
    // One half of the operations where there is no backup yet, the other where there is.
    for (let at = earlier === undefined ? 1 : 2; failed; at += isThorough ? 1 : 2) {
      const failing = new FailingFiles({ at, code: "ENOSPC" });
      await using test = await TestContext.create({
        network: true,
        env: sts.env(),
        files: failing.wrap,
      });
      await test.write(".aws/credentials", credentials);
      if (earlier !== undefined) await test.write(".aws/credentials~", earlier);
      const status = await test.run("--token-code", await sts.code());
      failed = failing.failed !== undefined;
      const backup = await test.read(".aws/credentials~").catch(() => undefined);
      const after = await test.read(".aws/credentials");
      const what = `operation ${at} (${failing.failed?.name} ${failing.failed?.path})`;
      assert(backup === earlier || backup === credentials, what);
      if (backup === credentials) backups++;
      if (after !== credentials) assertEquals([status, backup], [0, credentials], what);
      const extra = earlier === undefined && backup === undefined ? [] : ["credentials~"];
      // A lock that cannot be taken is left by Windows to the next run, as a file.
      if (!["remove", "tryLock"].includes(failing.failed?.name ?? "")) {
        assertEquals(await test.list(), ["credentials", ...extra], what);
      }
    }
    assert(backups > 0);
  }
});

Deno.test({
  name: "a backup that cannot be made is named, with --no-backup as the way on",
  fn: async () => {
    await using sts = await startLoopbackSts();
    await using test = await TestContext.create({ network: true, env: sts.env() });
    await test.write(".aws/credentials", credentials);
    await test.write(".aws/credentials~/somebody-made-a-folder", "");
    assertEquals(await test.run("--token-code", await sts.code()), 6);
    assertEquals(await test.read(".aws/credentials"), credentials);
    assertStringIncludes(test.stderr, `${test.path(".aws/credentials~")}`);
    assertStringIncludes(test.stderr, "--no-backup");
  },
});

Deno.test("without a backup, nothing that stands in its place matters", async () => {
  await using sts = await startLoopbackSts();
  await using test = await TestContext.create({ network: true, env: sts.env() });
  await test.write(".aws/credentials", credentials);
  await test.write(".aws/credentials~/somebody-made-a-folder", "");
  assertEquals(await test.run("--no-backup", "--token-code", await sts.code()), 0);
  assertEquals(await test.list(), ["credentials", "credentials~"]);
});

Deno.test("a state directory that cannot be made is said and survived", async () => {
  await using sts = await startLoopbackSts();
  await using test = await TestContext.create({ network: true, env: sts.env() });
  await test.write(".aws/credentials", credentials);
  await test.write(".local/state", "a file where a directory should be");
  assertEquals(await test.run("--token-code", await sts.code()), 0, test.output);
  assertStringIncludes(test.stderr, test.path(".local/state"));
  assertEquals((await test.read(".aws/credentials")).slice(0, credentials.length), credentials);
});
