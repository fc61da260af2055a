/**
 * `credential_process`: programs that are real, and some that a test plays.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import type { ProcessSource } from "../../../lib/profile/others_source.ts";
import { systemContext } from "../../../lib/system/context.ts";
import { posix, testWith } from "../../support/abilities.ts";
import { errorOf, passDeadline, SourceWorld } from "../../support/source_world.ts";

const { runCommand, isRunning } = systemContext([], new AbortController().signal);
const isWindows = Deno.build.os === "windows";
const secret = "given/secret+of/forty+letters";
const printed = { Version: 1, AccessKeyId: "AKIAGIVENGIVENGIVEN2", SecretAccessKey: secret };
const given = { accessKeyId: printed.AccessKeyId, secretAccessKey: secret };

const openReal = (config = "[profile give]\n") => SourceWorld.open({ config, runCommand });

function sourceOf(world: SourceWorld, command: string, section = "give"): ProcessSource {
  return { kind: "process", section, command, origin: world.origin("credential_process") };
}

/** Writes a program for Deno, which is on every system, and returns the command that runs it. */
async function program(world: SourceWorld, script: string): Promise<string> {
  await world.test.write("give.js", script);
  const words = [Deno.execPath(), "run", "-A", "--no-config", world.test.path("give.js")];
  return words.map((word) => `"${word}"`).join(" ");
}

const gives = `console.log('${JSON.stringify(printed)}');`;

/** A world in which a test plays the program. */
async function openPlayed(
  play: (command: Parameters<Context["runCommand"]>[0]) => ReturnType<Context["runCommand"]>,
  config = "[profile give]\n",
  os?: Context["os"],
) {
  const run: Parameters<Context["runCommand"]>[0][] = [];
  const world = await SourceWorld.open({
    config,
    ...(os && { os }),
    runCommand: (command) => {
      run.push(command);
      return play(command);
    },
  });
  await world.test.write("give", "", 0o700);
  return { world, run, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const prints = (stdout: string, exitStatus = 0) => Promise.resolve({ exitStatus, stdout });

/** Words of a command, and what a program gets for them. */
const [words, got] = isWindows
  ? [String.raw`"a b" "" 'c' %USERNAME% $HOME ~ * "|" d\;e`, [
    "a b",
    "",
    "'c'",
    "%USERNAME%",
    "$HOME",
    "~",
    "*",
    "|",
    "d\\;e",
  ]]
  : [String.raw`'a b' "" $HOME ~ * '|' c\;d`, ["a b", "", "$HOME", "~", "*", "|", "c;d"]];

Deno.test("a program gives static keys: it gets its words as they are, and runs once", async () => {
  await using world = await openReal();
  const command = await program(
    world,
    `const at = (name) => import.meta.dirname + "/" + name;
    Deno.writeTextFileSync(at("words"), JSON.stringify(Deno.args));
    Deno.writeTextFileSync(at("runs"), "\\n", { append: true });
    ${gives}`,
  );
  assertEquals(await world.provide(sourceOf(world, `${command} ${words}`)), given);
  assertEquals(JSON.parse(await world.test.read("words")), got);
  assertEquals(await world.test.read("runs"), "\n");
  assertEquals([world.test.output, world.notes, world.warnings], ["", [], []]);
});

Deno.test({
  name: "a program that is aws-vault runs in a shell of use: AWS_VAULT is its own or empty",
  fn: async () => {
    const cases: [Record<string, string>, string | undefined][] = [
      [{ AWS_VAULT: "prod", STSMFA_PROFILE: "prod", STSMFA_SET_KEY: "ASIAPROD" }, ""],
      [{ AWS_VAULT: "mine", STSMFA_PROFILE: "prod", STSMFA_SET_KEY: "ASIAPROD" }, undefined],
      [{ AWS_VAULT: "prod", STSMFA_PROFILE: "prod" }, undefined],
    ];
    for (const [env, expected] of cases) {
      await using played = await openPlayed(() => prints(JSON.stringify(printed)));
      const { world, run } = played;
      Object.assign(world.test.env, env);
      await world.provide(sourceOf(world, world.test.path("give")));
      assertEquals(run[0]!.env?.["AWS_VAULT"], expected);
    }
  },
});

Deno.test("a program has our variables, and our folder", async () => {
  await using world = await openReal();
  const command = await program(
    world,
    `const found = { folder: Deno.cwd(), names: Object.keys(Deno.env.toObject()) };
    Deno.writeTextFileSync(import.meta.dirname + "/found", JSON.stringify(found));
    ${gives}`,
  );
  await world.provide(sourceOf(world, command));
  const { folder, names } = JSON.parse(await Deno.readTextFile(world.test.path("found")));
  const own = Object.keys(Deno.env.toObject()).filter((name) => /^[A-Z_]+$/.test(name));
  assertEquals(own.filter((name) => !names.includes(name)), []);
  assertEquals(folder, Deno.cwd());
});

Deno.test("a session, its end and its account are as the program says", async () => {
  const session = {
    SessionToken: "token+of/it==",
    Expiration: "2026-03-04T05:16:07+00:00",
    AccountId: "222222222222",
  };
  await using played = await openPlayed(() => prints(JSON.stringify({ ...printed, ...session })));
  const { world } = played;
  assertEquals(await world.provide(sourceOf(world, world.test.path("give"))), {
    ...given,
    sessionToken: "token+of/it==",
    expiration: "2026-03-04T05:16:07.000Z",
    accountId: "222222222222",
  });
});

Deno.test("an account that the program does not say is the profile's", async () => {
  const config = "[profile give]\naws_account_id = 333333333333\n";
  await using played = await openPlayed(() => prints(JSON.stringify(printed)), config);
  const { world } = played;
  const { accountId } = await world.provide(sourceOf(world, world.test.path("give")));
  assertEquals(accountId, "333333333333");
});

for (
  const [command, problem, hint] of [
    ["", "it names no program", "no shell reads it"],
    ["  ", "it names no program", "no shell reads it"],
    ['"" x', "it names no program", "no shell reads it"],
    ...isWindows ? [['give "hunter2', 'a " in it is not closed', "no shell reads it"] as const] : [
      [
        "give 'hunter2",
        "a quote in it is not closed, or nothing follows its last backslash",
        "no shell reads it",
      ],
      [
        "give \\",
        "a quote in it is not closed, or nothing follows its last backslash",
        "no shell reads it",
      ],
    ] as const,
    ["/nowhere/give hunter2", "there is no program /nowhere/give", undefined],
    ["no-such-program-at-all hunter2", "there is no program no-such-program-at-all", undefined],
    ["~/give hunter2", "there is no program ~/give", "no shell reads it: write the whole path"],
    ["$HOME/give x", "there is no program $HOME/give", "no shell reads it: write the whole path"],
  ] as const
) {
  Deno.test({
    name: `the command ${JSON.stringify(command)} is refused before anything runs`,
    fn: async () => {
      await using played = await openPlayed(() => prints(""));
      const { world, run } = played;
      world.test.env["PATH"] = isWindows ? "C:\\Windows" : "/usr/bin:/bin";
      const source = sourceOf(world, command);
      for (const act of [() => world.check(source), () => world.provide(source)]) {
        const error = await errorOf(act);
        assertEquals(error.exitStatus, 3);
        const where = `${world.test.path(".aws/config")}:2 credential_process of [give]: `;
        assertEquals(error.message, where + problem);
        if (hint !== undefined) assertStringIncludes(error.hint ?? "", hint);
        assert(!`${error.message}${error.hint}`.includes("hunter2"));
      }
      assertEquals(run, []);
    },
  });
}

Deno.test("a program that may not be run is refused before it is tried", async () => {
  await using world = await SourceWorld.open({ config: "[profile give]\n", os: "unix" });
  await world.test.write("give", "", 0o600);
  const error = await errorOf(() => world.check(sourceOf(world, world.test.path("give"))));
  assertEquals([error.exitStatus, error.code], [3, "InvalidSetting"]);
  assertStringIncludes(error.message, "it is not executable");
});

testWith(
  posix,
  "a program whose interpreter is missing: which file, exit 3",
  async () => {
    await using world = await openReal();
    await world.test.write("give", "#!/nowhere/sh\n", 0o700);
    const path = world.test.path("give");
    const error = await world.refused(sourceOf(world, path));
    assertEquals([error.exitStatus, error.code], [3, "CredentialProcessFailed"]);
    assertStringIncludes(
      error.message,
      `credential_process of [give] cannot start: there is no program ${path}`,
    );
  },
);

Deno.test({
  name: "a program in a config file that others can write is not run",
  fn: async () => {
    await using played = await openPlayed(() => prints(JSON.stringify(printed)), undefined, "unix");
    const { world, run } = played;
    await world.test.chmod(".aws/config", 0o666);
    const source = sourceOf(world, world.test.path("give"));
    assertEquals((await errorOf(() => world.check(source))).code, "UntrustedFile");
    assertEquals((await world.refused(source)).code, "UntrustedFile");
    assertEquals(run, []);
  },
});

Deno.test({
  name: "a program that fails: its exit status, and nothing of what it printed",
  fn: async () => {
    await using world = await openReal();
    for (const status of [1, 3, 255]) {
      const command = await program(world, `${gives} Deno.exit(${status});`);
      const error = await world.refused(sourceOf(world, command), [secret, printed.AccessKeyId]);
      assertEquals(error.exitStatus, 3);
      assertEquals(
        error.message,
        `${
          world.test.path(".aws/config")
        }:2 credential_process of [give] ended with exit status ${status}`,
      );
      assertEquals(error.hint, "run the command by hand to see why");
    }
  },
});

Deno.test("a program that is killed is no program that gave something", async () => {
  await using world = await openReal();
  const command = await program(world, `${gives} Deno.kill(Deno.pid, "SIGKILL");`);
  const error = await world.refused(sourceOf(world, command), [secret]);
  // Windows has no signals; its runtime ends a process with 1.
  assertStringIncludes(error.message, `ended with exit status ${isWindows ? 1 : 137}`);
});

Deno.test({
  name: "10 MB of output: the program is ended, and nothing of it is kept or told",
  fn: async () => {
    await using world = await openReal();
    const command = await program(world, `${gives} console.log("x".repeat(10_000_000));`);
    const error = await world.refused(sourceOf(world, command), [secret, "xxx"]);
    assertStringIncludes(error.message, "credential_process of [give] printed more than 64 KiB");
    assertEquals(error.exitStatus, 3);
  },
});

Deno.test({
  name: "a program that prints for ever is ended",
  fn: async () => {
    await using world = await openReal();
    const command = await program(world, "for (;;) console.log(Deno.args[0]);");
    const error = await world.refused(sourceOf(world, `${command} hunter2`), ["hunter2"]);
    assertStringIncludes(error.message, "printed more than 64 KiB");
  },
});

Deno.test({
  name: "a program that takes longer than a minute is killed",
  fn: async () => {
    await using world = await openReal();
    const command = await program(
      world,
      `Deno.writeTextFileSync(import.meta.dirname + "/pid", Deno.pid + "\\n");
      setTimeout(() => {}, 300_000);`,
    );
    const refused = world.refused(sourceOf(world, command));
    let pid = "";
    while (!pid.endsWith("\n")) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      pid = await world.test.read("pid").catch(() => "");
    }
    assertEquals(await passDeadline(world), 60_000);
    const error = await refused;
    assertMatch(error.message, /of \[give\] printed no credentials within 60 seconds$/);
    assertEquals(world.test.clock.deadlines, []);
    // It may take a moment until the kernel has taken it away.
    while (await isThere(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 1));
  },
});

/** Reports whether a process is there, and is more than an entry that nobody has read yet. */
async function isThere(pid: number): Promise<boolean> {
  if (Deno.build.os !== "linux") return await isRunning(pid);
  try {
    return !/^State:\s*Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

Deno.test("Ctrl-C while a program runs ends it", async () => {
  await using played = await openPlayed(({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })
  );
  const { world, run } = played;
  const refused = world.refused(sourceOf(world, world.test.path("give")));
  while (run.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  world.test.interrupt();
  assertEquals((await refused).exitStatus, 130);
});

Deno.test({
  name: "what a program says on stderr is told line by line; its colours are taken off",
  fn: async () => {
    await using world = await openReal();
    const said = "Touch your key\n\x1b[31mNow\x1b[0m\r\n\n\x1b]0;x\x07 half";
    const command = await program(
      world,
      `Deno.stderr.writeSync(new TextEncoder().encode(${JSON.stringify(said)})); ${gives}`,
    );
    assertEquals(await world.provide(sourceOf(world, command)), given);
    assertEquals(world.notes, [
      "credential_process of [give]: Touch your key",
      "credential_process of [give]: Now",
      // What is not a colour is made visible where notes are shown.
      "credential_process of [give]: \x1b]0;x\x07 half",
    ]);
    assertEquals(world.test.output, "");
  },
});

Deno.test("a question on stderr is told before its answer, though it has no line end", async () => {
  const notes: string[][] = [];
  await using played = await openPlayed(({ onStderr }) => {
    onStderr!("PIN ");
    onStderr!("of your key: ");
    notes.push([...world.notes]);
    onStderr!("\nthanks\n");
    return prints(JSON.stringify(printed));
  });
  const { world } = played;
  await world.provide(sourceOf(world, world.test.path("give")));
  assertEquals(notes, [["credential_process of [give]: PIN of your key:"]]);
  assertEquals(world.notes.slice(1), ["credential_process of [give]: thanks"]);
});

Deno.test({
  name: "10 MB on stderr do not stop a program, and are not told to their end",
  fn: async () => {
    await using world = await openReal();
    const command = await program(world, `console.error("hi\\n".repeat(3_333_333)); ${gives}`);
    assertEquals(await world.provide(sourceOf(world, command)), given);
    assert(world.notes.length <= 65_536 / 3 + 1, `${world.notes.length}`);
  },
});

/** A world whose programs are stsmfa in turn: `stsmfa NAME` gets the credentials of that profile. */
async function openCircle(commands: Record<string, string>) {
  const errors: string[] = [];
  let runs = 0;
  const sources = (world: SourceWorld) =>
    Object.fromEntries(
      Object.entries(commands).map(([name, command]) => [
        name,
        sourceOf(world, command.replace("stsmfa", world.test.path("give")), name),
      ]),
    );
  const played = await openPlayed(async ({ argv: [, name], env }) => {
    runs++;
    const { world } = played;
    if (name === undefined) return { exitStatus: 0, stdout: JSON.stringify(printed) };
    const outside = { ...world.test.env };
    Object.assign(world.test.env, env);
    try {
      const { accessKeyId, secretAccessKey } = await world.provide(sources(world)[name]!);
      const output = {
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
      };
      return { exitStatus: 0, stdout: JSON.stringify(output) };
    } catch (error) {
      errors.push((error as Error).message);
      return { exitStatus: (error as { exitStatus: number }).exitStatus, stdout: "" };
    } finally {
      for (const key of Object.keys(env ?? {})) delete world.test.env[key];
      Object.assign(world.test.env, outside);
    }
  });
  return {
    world: played.world,
    errors,
    get runs() {
      return runs;
    },
    source: (name: string) => sources(played.world)[name]!,
    [Symbol.asyncDispose]: () => played.world[Symbol.asyncDispose](),
  };
}

for (
  const [what, commands, way, runs] of [
    ["itself", { a: "stsmfa a" }, "a -> a", 1],
    ["another that asks for it", { a: "stsmfa b", b: "stsmfa a" }, "a -> b -> a", 2],
    [
      "others that never come back to it",
      { a: "stsmfa b c", "b": "stsmfa c", c: "stsmfa b" },
      "a -> b -> c -> b",
      3,
    ],
  ] as const
) {
  Deno.test(`a program that asks stsmfa for ${what}: exit 3, with the whole way`, async () => {
    await using circle = await openCircle(commands);
    const error = await circle.world.refused(circle.source("a"));
    assertEquals([error.exitStatus, error.code], [3, "CredentialProcessFailed"]);
    assertStringIncludes(error.message, "ended with exit status 3");
    assertEquals(
      circle.errors[0]!.replace(/^.*?of /, ""),
      `[${way.split(" ").at(-1)}] asks for credentials that come from itself: ${way}`,
    );
    assertEquals(circle.runs, runs);
  });
}

Deno.test("a program may ask stsmfa for another profile's credentials, and that for a third's", async () => {
  await using circle = await openCircle({ a: "stsmfa b", b: "stsmfa c", c: "stsmfa" });
  assertEquals(await circle.world.provide(circle.source("a")), given);
  assertEquals(circle.runs, 3);
});

Deno.test("the same name in another file is another profile; more than 16 in a row are too many", async () => {
  await using world = await openReal();
  const path = world.test.path("give");
  await world.test.write("give", "", 0o700);
  const variable = "STSMFA_WAITING_PROCESSES";
  world.test.env[variable] = JSON.stringify([["/elsewhere", "give"]]);
  await world.check(sourceOf(world, path));
  world.test.env[variable] = JSON.stringify(Array.from({ length: 16 }, (_, n) => ["/x", `p${n}`]));
  const error = await errorOf(() => world.check(sourceOf(world, path)));
  assertEquals(error.code, "Recursion");
  assertStringIncludes(error.message, "p14 -> p15 -> give");
});

for (const value of ["no JSON", "{}", "[1, [2], null]", '[["x"]]', "null"]) {
  Deno.test(`a mark of waiting programs that is ${value} is none`, async () => {
    await using world = await openReal();
    world.test.env["STSMFA_WAITING_PROCESSES"] = value;
    await world.test.write("give", "", 0o700);
    await world.check(sourceOf(world, world.test.path("give")));
  });
}
