/**
 * Prompts on a console of Windows, as `prompt_test.ts` has them on terminals.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ability, testWith, windows } from "../support/abilities.ts";
import { needsCompiled } from "../support/compiled.ts";
import { session } from "../support/homes.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { runInGitBash } from "../support/msys_pipe.ts";
import { useManager } from "../support/real_stores.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { type OnConsole, startOnConsole } from "../support/windows_console.ts";

const prompt = `MFA code for ${ALICE_DEVICE}:`;
const before = longTermSection("default-long-term", alice());

/** Runs the program on a console, in a home with alice's keys. */
function test(
  name: string,
  body: (world: {
    readonly sts: LoopbackSts;
    readonly home: SpawnedHome;
    readonly start: (...args: string[]) => OnConsole;
  }) => Promise<void>,
  needs: Ability = windows,
): void {
  testWith(needs, name, async () => {
    await using sts = await startLoopbackSts();
    await using home = await SpawnedHome.create(sts.env());
    await home.write(".aws/credentials", before);
    await home.write(".aws/config", `[default]\nmfa_serial = ${ALICE_DEVICE}\n`);
    await body({ sts, home, start: (...args) => onConsole(home, "pipes", args) });
  });
}

function onConsole(
  home: SpawnedHome,
  streams: "console" | "pipes",
  args: readonly string[],
): OnConsole {
  return startOnConsole(cliCommand(...args), { cwd: home.home, env: home.env, streams });
}

test("a code is asked for on the console while the streams are pipes, and hidden", async ({ sts, home, start }) => {
  const running = start();
  const code = await sts.code();
  await running.expect(prompt);
  await running.type(code);
  await running.expect("******");
  await running.type("\r");
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 0], ended.stderr + ended.screen);
  assert(!ended.screen.includes(code), ended.screen);
  assertMatch(ended.stdout, /^default {2}renewed/);
  assertMatch(await home.read(), /\[default\]/);
});

test("a code is asked for on the console, and hidden; the program under exec has the next keys", async ({ sts, home }) => {
  // On lines of their own, since wine shows escape sequences as text.
  const program = `console.log("\\nname?", Deno.stdin.isTerminal());
const bytes = new Uint8Array(100);
const text = new TextDecoder().decode(bytes.subarray(0, await Deno.stdin.read(bytes)));
console.log("\\nhello", JSON.stringify(text), Deno.env.get("AWS_ACCESS_KEY_ID").slice(0, 4));
Deno.exit(7);`;
  await home.write("program.js", program);
  const words = ["exec", "--", Deno.execPath(), "run", "-A", "--no-config", "program.js"];
  const running = onConsole(home, "console", words);
  const code = await sts.code();
  await running.expect(prompt);
  await running.type(`${code}\r`);
  await running.expect("name?");
  await running.type("ann\r");
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 7], ended.screen);
  assert(!ended.screen.includes(code), ended.screen);
  assertMatch(ended.screen, /name\? .*true/);
  assertMatch(ended.screen, /^ann$/m, "it is shown");
  assertStringIncludes(ended.screen, String.raw`hello "ann\r\n" ASIA`);
});

test("a refused code is asked for again on the console", async ({ sts, start }) => {
  const running = start();
  await running.expect(prompt);
  await running.type("000000\r");
  await running.expect("refused");
  await running.type(`${await sts.code()}\r`);
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 0], ended.stderr + ended.screen);
  assertEquals(sts.count("GetSessionToken"), 2);
});

test("process asks on the console while its streams are pipes, and prints JSON alone", async ({ sts, start }) => {
  const running = start("process", "default");
  await running.expect(prompt);
  await running.type(`${await sts.code()}\r`);
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code, ended.stderr], [null, 0, ""], ended.screen);
  const { AccessKeyId, SecretAccessKey } = JSON.parse(ended.stdout);
  assertMatch(AccessKeyId, /^ASIA/);
  for (const each of [AccessKeyId, SecretAccessKey]) assert(!ended.screen.includes(each));
});

test("Ctrl-C at a prompt on the console: exit 130, nothing changed", async ({ sts, home, start }) => {
  const running = start();
  await running.expect(prompt);
  await running.type("12");
  await running.expect("**");
  await running.press("Ctrl-C");
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 130], ended.stderr + ended.screen);
  assertStringIncludes(ended.stderr + ended.screen, "cancelled");
  assertEquals([await home.read(), sts.count()], [before, 0]);
});

for (const streams of ["console", "pipes"] as const) {
  test(`init asks on the console, and shows neither key nor code (${streams})`, async ({ sts, home }) => {
    const { accessKeyId, secretAccessKey } = alice();
    for (const name of ["credentials", "config"]) await Deno.remove(home.path(`.aws/${name}`));
    const isKept = streams === "console";
    await using _ = await useManager(accessKeyId);
    const store = isKept ? [] : ["--store", "file"];
    const running = onConsole(home, streams, ["init", "work", ...store]);
    const code = await sts.code();
    const answers = {
      // The first one of those that there are.
      ...(isKept && { "Windows Credential Manager": "" }),
      "Access key ID:": accessKeyId,
      "Secret access key:": secretAccessKey,
      "Region of work": "eu-west-1",
      [prompt]: code,
    };
    for (const [question, answer] of Object.entries(answers)) {
      await running.expect(question);
      await running.type(`${answer}\r`);
    }
    const { unmet, code: exitStatus, screen, stdout, stderr } = await running.ended;
    const shown = screen + stdout + stderr;
    assertEquals([unmet, exitStatus], [null, 0], shown);
    for (const secret of [accessKeyId, secretAccessKey, code]) assert(!shown.includes(secret));
    const written = isKept
      ? `stsmfa_key = keychain:${accessKeyId}\n`
      : `aws_secret_access_key = ${secretAccessKey}\n`;
    assertStringIncludes(await home.read(), written);
    assertEquals(await home.read(".aws/config"), "[profile work]\nregion = eu-west-1\n");
  });
}

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

test("a profile is picked by typing on the console", async ({ home }) => {
  await home.write(
    ".aws/credentials",
    ["alpha", "beta", "gamma"].map((name) => session(name, inAnHour)).join("\n"),
  );
  const words = ["exec", "--pick", "--", Deno.execPath(), "eval"];
  const program = `console.log("\\npicked:" + Deno.env.get("STSMFA_PROFILE"))`;
  const running = onConsole(home, "console", [...words, program.replaceAll('"', "'")]);
  await running.expect("gamma");
  await running.type("bet");
  await running.type("\r");
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 0], ended.screen);
  assertMatch(ended.screen, /^picked:beta$/m);
});

test("exec without a command is a shell of Windows, whose exit status it has", async ({ home }) => {
  await home.write(".aws/credentials", session("alpha", inAnHour));
  const running = onConsole(home, "console", ["exec", "alpha"]);
  await running.expect(">");
  await running.type("echo got:%STSMFA_PROFILE%:%AWS_ACCESS_KEY_ID:~0,4%\r");
  await running.expect("got:alpha:ASIA");
  await running.type("exit 5\r");
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 5], ended.screen);
});

test("status is watched on the console until somebody types q", async ({ home }) => {
  await home.write(".aws/credentials", session("alpha", inAnHour));
  const running = onConsole(home, "console", ["status", "--watch"]);
  await running.expect("alpha");
  await running.type("q");
  const ended = await running.ended;
  assertEquals([ended.unmet, ended.code], [null, 0], ended.screen);
});

/** https://github.com/denoland/deno/issues/33131 */
const gitBash = needsCompiled.ignore
  ? windows
  : { isHere: false, reason: "the Deno that is compiled in does not start in Git Bash's window" };

test(
  "what Git Bash's window gives is no terminal: what needs one says so",
  async ({ sts, home }) => {
    const run = (...args: string[]) =>
      runInGitBash(cliCommand(...args), { cwd: home.home, env: home.env });
    const watched = await run("status", "--watch");
    assertEquals(watched.code, 2, watched.output);
    assertStringIncludes(watched.output, "--watch needs a terminal");
    const asked = await run("--prompt", "terminal");
    assertEquals([asked.code, sts.count()], [2, 0], asked.output);
    assertStringIncludes(asked.output, "stsmfa cannot ask for it here");
  },
  gitBash,
);
