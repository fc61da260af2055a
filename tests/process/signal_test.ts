/**
 * Signals, and standard streams that go elsewhere.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ctrlBreak, posix, proc, testOrSkip, testWith, windows } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { cliCommand, longTermSection, SpawnedHome, until } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";
import { startOnConsole } from "../support/windows_console.ts";

const before = `# mine\n${longTermSection("default-long-term", alice())}`;

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  testOrSkip({
    name:
      `${signal} while AWS does not answer: exit ${status} at once, the file as it was, nothing left`,
    ignore: !posix.isHere,
    reason: posix.reason,
    fn: async () => {
      await using sts = await startLoopbackSts();
      sts.failNext({ kind: "hang", action: "GetSessionToken" });
      await using home = await SpawnedHome.create(sts.env());
      await home.write(".aws/credentials", before);
      const { child, ended } = home.start(["--token-code", await sts.code()]);
      await until(() => sts.count("GetSessionToken") === 1, "the request");
      const sent = performance.now();
      child.kill(signal);

      const { code, stdout, stderr } = await ended;
      assert(performance.now() - sent < 2000);
      assertEquals([code, stdout], [status, ""]);
      assertMatch(stderr, /^stsmfa: error: .*cancelled\n$/);
      assertEquals(await home.read(), before);
      assertEquals(home.list(), ["credentials"]);
      // The lock is free, and the next run needs nothing but a code.
      assertEquals((await home.run(["--token-code", await sts.code()])).code, 0);
    },
  });
}

for (const [key, ability] of [["Ctrl-C", windows], ["Ctrl-Break", ctrlBreak]] as const) {
  testWith(
    ability,
    `${key} while AWS does not answer: exit 130 at once, the file as it was, nothing left`,
    async () => {
      await using sts = await startLoopbackSts();
      sts.failNext({ kind: "hang", action: "GetSessionToken" });
      await using home = await SpawnedHome.create(sts.env());
      await home.write(".aws/credentials", before);
      const argv = cliCommand("--token-code", await sts.code());
      const running = startOnConsole(argv, { cwd: home.home, env: home.env });
      await until(() => sts.count("GetSessionToken") === 1, "the request");
      await running.press(key);

      const { code, stdout, stderr } = await running.ended;
      assertEquals([code, stdout], [130, ""]);
      assertMatch(stderr, /^stsmfa: error: .*cancelled\r?\n$/);
      assertEquals(await home.read(), before);
      assertEquals(home.list(), ["credentials"]);
      assertEquals((await home.run(["--token-code", await sts.code()])).code, 0);
    },
  );

  testWith(ability, `a program under exec has ${key} for itself, and its own time`, async () => {
    await using home = await SpawnedHome.create();
    await home.write(".aws/credentials", session("default", "2099-01-01T00:00:00Z"));
    const program = `for (const each of ["SIGINT", "SIGBREAK"]) {
  Deno.addSignalListener(each, () => {
    console.log("cleaning up");
    setTimeout(() => (console.log("done"), Deno.exit(7)), 1000);
  });
}
Deno.writeTextFileSync("ready", "");
setTimeout(() => {}, 30_000);`;
    const argv = cliCommand("exec", "--", Deno.execPath(), "eval", program);
    const running = startOnConsole(argv, { cwd: home.home, env: home.env });
    await until(() => home.list(".").includes("ready"), "the program is ready");
    await running.press(key);
    const { code, stdout, stderr } = await running.ended;
    assertEquals([code, stdout, stderr], [7, "cleaning up\ndone\n", ""]);
  });
}

testOrSkip({
  name: "under nohup, SIGHUP while AWS looks at a code does not cost what it buys",
  ignore: Deno.build.os !== "linux",
  reason: "there is no nohup here",
  fn: async () => {
    const answer = Promise.withResolvers<void>();
    await using sts = await startLoopbackSts({ delayMs: 1, sleep: () => answer.promise });
    await using home = await SpawnedHome.create(sts.env());
    await home.write(".aws/credentials", before);
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", 'trap "" HUP; exec "$@"', "sh", ...cliCommand("--token-code", await sts.code())],
      env: home.env,
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until(() => sts.count() === 1, "the request");
    child.kill("SIGHUP");
    setTimeout(answer.resolve, 300);
    assertEquals((await child.status).code, 0);
    assertMatch(await home.read(), /\[default\]/);
  },
});

testOrSkip({
  name:
    "SIGINT while another run holds the lock of the MFA session: exit 130, and the other is not hurt",
  ignore: !posix.isHere,
  reason: posix.reason,
  fn: async () => {
    const answer = Promise.withResolvers<void>();
    await using sts = await startLoopbackSts({ delayMs: 1, sleep: () => answer.promise });
    await using home = await SpawnedHome.create(sts.env());
    await home.write(".aws/credentials", before);
    const first = home.start(["--token-code", await sts.code()]);
    await until(() => sts.count() === 1, "the first run's request");
    const second = home.start(["--token-code", "123456"]);
    await second.said("waiting for another stsmfa");
    second.child.kill("SIGINT");

    const { code, stderr } = await second.ended;
    assertEquals(code, 130, stderr);
    assertEquals(sts.count(), 1);
    answer.resolve();
    assertEquals((await first.ended).code, 0);
    assertMatch(await home.read(), /\[default\]/);
  },
});

Deno.test("a reader that goes away at once does no harm", async () => {
  await using sts = await startLoopbackSts();
  for (const stream of ["stdout", "stderr"] as const) {
    await using home = await SpawnedHome.create(sts.env());
    await home.write(".aws/credentials", before);
    const [program, ...args] = cliCommand("--token-code", await sts.code());
    const child = new Deno.Command(program, {
      args,
      clearEnv: true,
      // A warning on stderr as well.
      env: { ...home.env, AWS_ACCESS_KEY_ID: "AKIASHADOW" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const other = stream === "stdout" ? child.stderr : child.stdout;
    const [{ code }, , said] = await Promise.all([
      child.status,
      child[stream].cancel(),
      new Response(other).text(),
    ]);
    assertEquals(code, 0);
    assertMatch(said, stream === "stdout" ? /AWS_ACCESS_KEY_ID / : /^default {2}renewed/);
    assertMatch(await home.read(), /\[default\]/);
  }
});

Deno.test("stdout is data, stderr is talk", async () => {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create({ ...sts.env(), AWS_ACCESS_KEY_ID: "AKIASHADOW" });
  await home.write(".aws/credentials", before);
  const renewed = await home.run(["--json", "--token-code", await sts.code()]);
  assertEquals(renewed.code, 0);
  assertEquals(JSON.parse(renewed.stdout)[0].status, "renewed");
  assertMatch(JSON.parse(renewed.stderr).warning.message, /^AWS_ACCESS_KEY_ID /);

  const failed = await home.run(["nosuch", "--json"]);
  assertEquals([failed.code, failed.stdout], [3, ""]);
  assertEquals(JSON.parse(failed.stderr).error.code, "ProfileNotFound");
  assertEquals(failed.stderr.trim().split("\n").length, 1);

  const refused = await home.run([
    "--force",
    "--non-interactive",
    "--token-code",
    "000000",
  ]);
  assertEquals([refused.code, refused.stdout], [4, ""]);
  assertMatch(refused.stderr, /^stsmfa: error: AWS refused the MFA code/);

  const quiet = await home.run(["--quiet"], { AWS_ACCESS_KEY_ID: "" });
  assertEquals([quiet.code, quiet.stdout, quiet.stderr], [0, "", ""]);
});

testWith(
  proc,
  "no code or secret is in the process list or in file names while a run is at work",
  async () => {
    await using sts = await startLoopbackSts({ delayMs: 300 });
    await using home = await SpawnedHome.create(sts.env());
    await home.write(".aws/credentials", before);
    await home.write("code", await sts.code());
    const mfaProcess = `cat ${home.path("code")}`;
    const { child, ended } = home.start(["--mfa-process", mfaProcess]);
    await until(() => sts.count() === 1, "the request");
    const listed = await Deno.readTextFile(`/proc/${child.pid}/cmdline`);
    const environment = await Deno.readTextFile(`/proc/${child.pid}/environ`);
    const names = home.list().join() + home.list(".local/state/stsmfa/sessions").join();
    for (const secret of [await home.read("code"), alice().secretAccessKey]) {
      assert(!(listed + environment + names).includes(secret));
    }
    assertEquals((await ended).code, 0);
  },
);
