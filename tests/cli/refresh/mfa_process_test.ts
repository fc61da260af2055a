import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { mfaCommand } from "../../../lib/profile/mfa_command.ts";
import { systemContext } from "../../../lib/system/context.ts";
import { testWith, windows } from "../../support/abilities.ts";
import { type Home, longTerm, openHome, until } from "../../support/homes.ts";
import type { Fault } from "../../support/loopback_sts.ts";

type RunCommand = Context["runCommand"];

/** A home whose profile has this `mfa_process`; `commands` collects what was run. */
async function openWith(
  process: string,
  run: (home: Home, command: Parameters<RunCommand>[0]) => ReturnType<RunCommand>,
) {
  const commands: string[][] = [];
  const home: Home = await openHome({
    nobody: true,
    os: "unix",
    config: `[default]\nstsmfa =\n  mfa_process = ${process}\n`,
    runCommand: (command) => {
      commands.push([...command.argv]);
      return run(home, command);
    },
  });
  return { home, commands, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

const prints = (stdout: string, exitStatus = 0) => Promise.resolve({ exitStatus, stdout });
const code = async (home: Home) => prints(`${await home.sts.code()}\n`);

Deno.test("mfa_process is a line for the shell, as the file has it", async () => {
  const line = "op item get 'AWS Login' --otp # vault; $HOME";
  await using world = await openWith(line, code);
  const { home, commands } = world;
  assertEquals(await home.run(), 0);
  assertEquals(commands, [["/bin/sh", "-c", line]]);
  assertEquals(home.stdout, "default  renewed, expires in 12h, at 17:06\n");
  assertEquals(home.stderr, "");
});

Deno.test("on Windows, cmd gets the line of mfa_process between quotes, and nothing in it is quoted", async () => {
  const line = 'op item get "AWS Login" --otp & rem %USERPROFILE%';
  const ran: Parameters<RunCommand>[0][] = [];
  for (const command of [line, '["op", "a b"]']) {
    await using home: Home = await openHome({
      nobody: true,
      os: "windows",
      config: `[default]\nstsmfa =\n  mfa_process = ${command}\n`,
      runCommand: (command) => {
        ran.push(command);
        return code(home);
      },
    });
    assertEquals(await home.run(), 0, home.stderr);
  }
  const [shell, list] = ran;
  assertEquals([shell!.argv, shell!.isQuoted], [["cmd.exe", "/d", "/s", "/c", `"${line}"`], true]);
  assertEquals([list!.argv, list!.isQuoted ?? false], [["op", "a b"], false]);
});

testWith(windows, "cmd reads the line of mfa_process as it is", async () => {
  const { runCommand } = systemContext([]);
  const line = 'echo "a b" & echo 123456';
  const { stdout } = await runCommand({
    argv: mfaCommand(line, "windows"),
    isQuoted: true,
    signal: new AbortController().signal,
  });
  assertEquals(stdout, '"a b" \r\n123456\r\n');
});

Deno.test("mfa_process as a JSON list is run without a shell", async () => {
  await using world = await openWith('["op", "item", "get", "AWS Login; rm", "--otp"]', code);
  assertEquals(await world.home.run(), 0);
  assertEquals(world.commands, [["op", "item", "get", "AWS Login; rm", "--otp"]]);
});

Deno.test("a broken JSON list in mfa_process is told before anything is sent", async () => {
  await using world = await openWith('["op", 3]', code);
  const { home, commands } = world;
  assertEquals(await home.unchanged(() => home.run()), 3);
  assertStringIncludes(home.stderr, "mfa_process begins like a list, and is not a list of words");
  assertEquals(commands, []);
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

Deno.test({
  name: "a broken mfa_process is told with its file and line, without any request",
  fn: async () => {
    await using world = await openWith('["op", 3]', code);
    assertEquals(await world.home.run(), 3);
    assertStringIncludes(world.home.stderr, ".aws/config:3 mfa_process");
    assertEquals(world.home.sts.count(), 0);
  },
});

Deno.test("--token-code goes before mfa_process", async () => {
  await using world = await openWith("never", code);
  assertEquals(await world.home.run("--token-code", await world.home.sts.code()), 0);
  assertEquals(world.commands, []);
});

for (
  const [flag, name] of [["--mfa-process", "flag"], ["STSMFA_MFA_PROCESS", "variable"]] as const
) {
  Deno.test(`the ${name} ${flag} goes before the file's mfa_process`, async () => {
    await using world = await openWith("from the file", code);
    const args = name === "flag" ? [flag, "mine"] : [];
    if (name === "variable") world.home.test.env[flag] = "mine";
    assertEquals(await world.home.run(...args), 0);
    assertEquals(world.commands, [["/bin/sh", "-c", "mine"]]);
  });
}

Deno.test("an mfa_process that fails: its exit status and how to look, not its output", async () => {
  await using world = await openWith("op otp", () => prints("hunter2 123456", 3));
  const { home } = world;
  assertEquals(await home.unchanged(() => home.run()), 2);
  assertEquals(
    home.stderr,
    "stsmfa: error: mfa_process ended with exit status 3\n" +
      `stsmfa: hint: run the command yourself; it is from ${
        home.test.path(".aws/config")
      }:3 mfa_process\n`,
  );
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

for (
  const output of [
    "",
    "12345\n",
    "1234567\n",
    "Multiple matches: hunter2",
    "975000 976249",
    "\x1b]0;hunter2\x07123456",
    "123456\n654321\n",
  ]
) {
  Deno.test(`an mfa_process that prints ${JSON.stringify(output)}: nothing of it is sent or repeated`, async () => {
    await using world = await openWith("op otp", () => prints(output));
    const { home } = world;
    assertEquals(await home.unchanged(() => home.run("--json")), 2);
    assertEquals(home.jsonError.code, "MfaProcessFailed");
    assertEquals(home.jsonError.message, "mfa_process printed something other than six digits");
    for (const part of output.match(/\w{5,}/g) ?? []) {
      assertEquals(home.test.output.includes(part), false);
    }
    assertEquals(home.sts.count("GetSessionToken"), 0);
  });
}

Deno.test("an mfa_process whose program is missing: which one", async () => {
  await using world = await openWith(
    '["oathtool", "x"]',
    () => Promise.reject(new Deno.errors.NotFound("no such file")),
  );
  assertEquals(await world.home.unchanged(() => world.home.run()), 2);
  assertStringIncludes(
    world.home.stderr,
    "stsmfa: error: mfa_process cannot start: there is no program oathtool\n",
  );
});

Deno.test("an mfa_process that never ends is given up after a minute", async () => {
  let started = false;
  await using world = await openWith("sleep", (_, { signal }) => {
    started = true;
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  const { home } = world;
  const run = home.unchanged(() => home.run());
  await until(() => started);
  assertEquals(home.test.clock.deadlines.map((each) => each.milliseconds), [60_000]);
  home.test.clock.deadlines[0]!.pass();
  assertEquals(await run, 2);
  assertStringIncludes(home.stderr, "mfa_process printed no code within 60 seconds");
  assertEquals(home.test.clock.deadlines, []);
});

for (const [flags, isSaid] of [[[], true], [["--quiet"], false]] as const) {
  Deno.test(`after a second a terminal shows that mfa_process is waited for: ${flags}`, async () => {
    const home: Home = await openHome({
      nobody: true,
      isTerminal: true,
      os: "unix",
      config: "[default]\nstsmfa =\n  mfa_process = op item get aws --otp\n",
      runCommand: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return await code(home);
      },
    });
    await using _ = home;
    assertEquals(await home.run(...flags), 0, home.stderr);
    assertEquals(
      home.stderr.includes("stsmfa: default: waiting for mfa_process, 60 s at most\n"),
      isSaid,
    );
    home.test.clock.advance(86_400);
    assertEquals(await home.run("process", "default"), 0, home.stderr);
    assertEquals(home.stderr, "");
  });
}

Deno.test("Ctrl-C while mfa_process runs: exit 130", async () => {
  let started = false;
  await using world = await openWith("touch", (_, { signal }) => {
    started = true;
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  const run = world.home.unchanged(() => world.home.run());
  await until(() => started);
  world.home.test.interrupt();
  assertEquals(await run, 130);
});

Deno.test("a code that mfa_process got wrong is not tried again", async () => {
  await using world = await openWith("op otp", () => prints("123123\n"));
  assertEquals(await world.home.unchanged(() => world.home.run()), 4);
  assertEquals(world.commands.length, 1);
  assertEquals(world.home.sts.count("GetSessionToken"), 1);
});

Deno.test("a used code that mfa_process prints again is not sent; the next one is waited for", async () => {
  let last = "";
  await using world = await openWith("op otp", async (home) => {
    const now = home.test.clock.now().getTime();
    last = now % 30_000 === 0 || last === "" ? await home.sts.code() : last;
    return prints(last);
  });
  const { home } = world;
  await home.run();
  home.test.clock.advance(1);
  assertEquals(await home.run("--force"), 0);
  assertEquals(world.commands.length, 3);
  assertEquals(home.sts.count("GetSessionToken"), 2);
  assertStringIncludes(home.stderr, "waiting for the next code, 22 s left");
});

/** What a device shows, spent or not: the same code until the next window. */
function device(): (home: Home) => ReturnType<RunCommand> {
  const shown = new Map<number, string>();
  return async (home) => {
    const window = Math.floor(home.test.clock.now().getTime() / 30_000);
    if (!shown.has(window)) shown.set(window, await home.sts.code());
    return prints(`${shown.get(window)}\n`);
  };
}

const lost: Readonly<Record<string, Fault>> = {
  "a cut connection": { kind: "cut", handled: true },
  "a 503": { kind: "status", status: 503 },
  "a proxy's page": { kind: "html" },
};
for (const [what, fault] of Object.entries(lost)) {
  Deno.test(`a code that ${what} may have spent is not sent again, even if mfa_process prints it`, async () => {
    await using world = await openWith("op otp", device());
    const { home } = world;
    home.sts.failNext({ ...fault, action: "GetSessionToken" });
    assertEquals(await home.run(), 5);
    home.test.clock.advance(1);
    assertEquals(await home.run(), 0, home.stderr);
    assertStringIncludes(home.stderr, "waiting for the next code, 22 s left");
    assertEquals(world.commands.length, 3);
    assertEquals(home.sts.count("GetSessionToken"), 2);
  });
}

Deno.test("a code that could not be sent is still good, and the hint says nothing else", async () => {
  await using world = await openWith("op otp", device());
  const { home } = world;
  const url = home.test.env["AWS_ENDPOINT_URL_STS"]!;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  home.test.env["AWS_ENDPOINT_URL_STS"] = `http://127.0.0.1:${listener.addr.port}`;
  assertEquals(await home.run(), 5);
  assertStringIncludes(home.stderr, "check the network and HTTPS_PROXY, then try again\n");
  home.test.env["AWS_ENDPOINT_URL_STS"] = url;
  assertEquals(await home.run(), 0);
  assertEquals(home.stderr, "");
});

Deno.test("one device for two endpoints: each gets a code of its own", async () => {
  const shows = device();
  await using home: Home = await openHome({
    nobody: true,
    os: "unix",
    credentials: longTerm("me"),
    runCommand: () => shows(home),
  });
  const { port } = new URL(home.sts.url);
  const block = (name: string, host: string) =>
    `[profile ${name}]\nendpoint_url = http://${host}:${port}\nstsmfa =\n` +
    "  source_profile = me\n  mfa_process = op otp\n";
  await home.test.write(".aws/config", block("a", "127.0.0.1") + block("b", "localhost"));
  for (const name of Object.keys(home.sts.env())) delete home.test.env[name];
  assertEquals(await home.run("a", "b"), 0, home.stderr);
  assertStringIncludes(home.stderr, "waiting for the next code, 23 s left");
  assertEquals(home.sts.count("GetSessionToken"), 2);
});

Deno.test("a clock that is put back does not prolong the wait for the next code", async () => {
  await using world = await openWith("op otp", device());
  const { home } = world;
  await home.run();
  const { clock } = home.test;
  clock.advance(1);
  const sleep = clock.sleep.bind(clock);
  let isBack = false;
  clock.sleep = async (milliseconds, signal) => {
    await sleep(milliseconds, signal);
    if (milliseconds > 0 && !isBack) clock.advance(-7200);
    isBack ||= milliseconds > 0;
  };
  await home.run("--force");
  assertEquals(clock.sleeps.reduce((sum, each) => sum + each, 0), 22_000);
});
