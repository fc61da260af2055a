/**
 * A person at a real (pseudo-)terminal.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough, seed } from "../support/thorough.ts";

const before = `# mine\n${longTermSection("default-long-term", alice())}`;
const prompt = `MFA code for ${ALICE_DEVICE}:`;
const enter = "\r";
const up = "\x1b[A";
const down = "\x1b[B";
const needed = needsPython("termios");

/** Runs the program at a terminal, in a home with alice's keys. */
async function run(
  sts: LoopbackSts,
  steps: readonly Step[],
  options: {
    streams?: "terminal" | "pipes" | "none";
    args?: string[];
    seconds?: number;
    term?: string;
  } = {},
): Promise<TerminalRun & { after: string; files: string[] }> {
  await using home = await SpawnedHome.create({ ...sts.env(), TERM: options.term ?? "xterm" });
  await home.write(".aws/credentials", before);
  const asked = home.path("sts was asked");
  const watch = setInterval(() => {
    if (sts.count("GetSessionToken") > 0) Deno.writeTextFileSync(asked, "");
  }, 10);
  const ended = await atTerminal({
    argv: cliCommand(...options.args ?? []),
    env: home.env,
    cwd: home.home,
    streams: options.streams ?? "terminal",
    steps,
  });
  clearInterval(watch);
  assertEquals(ended.unmet, null, ended.terminal);
  return { ...ended, after: await home.read(), files: home.list() };
}

function test(name: string, body: (sts: LoopbackSts) => Promise<void>): void {
  testOrSkip({
    name: name + needed.name,
    ignore: needed.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts();
      await body(sts);
    },
  });
}

function assertUntouched(ended: Awaited<ReturnType<typeof run>>): void {
  assertEquals(ended.after, before);
  assertEquals(ended.files, ["credentials"]);
}

test("the prompt asks for the code, masks it, and leaves the terminal as it was", async (sts) => {
  const code = await sts.code();
  const ended = await run(sts, [{ expect: prompt }, { send: code }, { expect: "******" }, {
    send: enter,
  }, { expect: "renewed" }]);
  assertEquals([ended.code, ended.restored], [0, true], ended.terminal);
  assert(!ended.terminal.includes(code));
  assertMatch(ended.terminal, /default {2}.*renewed.*, expires in 12h/);
  assertStringIncludes(ended.after, "[default]");
});

test("a terminal for lines alone: the question once, nothing that moves the cursor, no stars", async (sts) => {
  const code = await sts.code();
  const ended = await run(sts, [
    { expect: prompt },
    { send: `12345${enter}` },
    { expect: "six digits" },
    { expect: prompt },
    { send: code },
    { send: enter },
    { expect: "renewed" },
  ], { term: "dumb" });
  assertEquals([ended.code, ended.restored], [0, true], ended.terminal);
  assertEquals(ended.terminal.includes("\x1b"), false, ended.terminal);
  assertEquals([ended.terminal.includes("*"), ended.terminal.includes(code)], [false, false]);
  assertEquals(ended.terminal.split(prompt).length - 1, 2);
});

test("what is no code is refused on the spot, without a request that could lock the device", async (sts) => {
  const ended = await run(sts, [
    { expect: prompt },
    { send: `12345${enter}` },
    { expect: "six digits" },
    { send: "\x03" },
  ]);
  assertEquals([ended.code, sts.count("GetSessionToken")], [130, 0]);
});

test("behind a refused code one types the code anew, without removing the other first", async (sts) => {
  const ended = await run(sts, [
    { expect: prompt },
    { send: `12345${enter}` },
    { expect: "six digits, not 5" },
    { send: enter },
    { expect: "six digits" },
    { send: `${await sts.code()}${enter}` },
    { expect: "renewed" },
  ]);
  assertEquals([ended.code, ended.restored], [0, true], ended.terminal);
});

test("three wrong codes are enough: exit 4 and the file as it was", async (sts) => {
  const wrong = (said: string): Step[] => [
    { expect: said },
    { expect: prompt },
    { send: `000000${enter}` },
  ];
  const ended = await run(sts, [
    ...wrong(""),
    ...wrong("(2 tries left)"),
    ...wrong("(1 try left)"),
  ]);
  assertEquals([ended.code, ended.restored], [4, true], ended.terminal);
  assertEquals(sts.count("GetSessionToken"), 3);
  assertUntouched(ended);
});

/** One half for each kind of streams, in turn; thoroughly, all for both. */
function some<T>(all: readonly T[], streams: "terminal" | "pipes"): readonly T[] {
  const first = seed + Number(streams === "pipes");
  return all.filter((_, n) => isThorough || (n + first) % 2 === 0);
}

for (const streams of ["terminal", "pipes"] as const) {
  test(`Ctrl-C at the prompt (${streams}): exit 130, file and terminal as they were`, async (sts) => {
    const ended = await run(sts, [{ expect: prompt }, { send: "12\x03" }], { streams });
    assertEquals([ended.code, ended.restored], [130, true], ended.terminal + ended.stderr);
    assertUntouched(ended);
    assertStringIncludes(ended.terminal + ended.stderr, "cancelled");
  });

  const signals = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const;
  for (const [signal, status] of some(signals, streams)) {
    test(`${signal} at the prompt (${streams}): exit ${status}, all as it was`, async (sts) => {
      const ended = await run(sts, [{ expect: prompt }, { signal }], { streams });
      assertEquals([ended.code, ended.restored], [status, true], ended.terminal + ended.stderr);
      assertUntouched(ended);
      assertStringIncludes(ended.terminal + ended.stderr, "cancelled");
    });
  }

  const keys = [
    ["Ctrl-D", "\x04"],
    ["Ctrl-Z", "\x1a"],
    ["Esc and Ctrl-C", "\x1b\x03"],
    ["Enter within an arrow key, and Ctrl-C", "\x1b[\r\x03"],
  ] as const;
  for (const [key, character] of some(keys, streams)) {
    test(`${key} at the prompt does not hang (${streams})`, async (sts) => {
      const ended = await run(sts, [{ expect: prompt }, { send: character }], { streams });
      assertEquals([ended.code, ended.restored], [130, true], ended.terminal + ended.stderr);
      assertUntouched(ended);
    });
  }
}

test("with pipes for all standard streams the prompt is on the terminal, and stdout is data", async (sts) => {
  const code = await sts.code();
  const ended = await run(sts, [{ expect: prompt }, { send: code }, { expect: "******" }, {
    send: enter,
  }], { streams: "pipes", args: ["--json"] });
  assertEquals([ended.code, ended.restored, ended.stderr], [0, true, ""], ended.terminal);
  assertEquals(JSON.parse(ended.stdout)[0].status, "renewed");
  assert(!ended.terminal.includes(code) && !ended.terminal.includes("renewed"));
});

for (const args of [[], ["--non-interactive"]]) {
  test(`${args[0] ?? "no terminal"}: exit 2 at once, and --token-code is named`, async (sts) => {
    const streams = args.length === 0 ? "none" : "pipes";
    const ended = await run(sts, [], { streams, args });
    assertEquals([ended.code, ended.stdout, ended.terminal], [2, "", ""]);
    assertStringIncludes(ended.stderr, "--token-code");
    assertStringIncludes(ended.stderr, "mfa_process");
    assertEquals(sts.count("GetSessionToken"), 0);
    assertUntouched(ended);
  });
}

for (const streams of ["terminal", "pipes"] as const) {
  const { ignore } = needed;

  testOrSkip({
    name: `of several MFA devices one is chosen with the arrow keys (${streams})${needed.name}`,
    ignore,
    fn: async () => {
      const secrets = ["JBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLU", "ONSWG4TFOQQGC3TE"];
      const devices = secrets.map((secret, n) => ({
        serialNumber: `${ALICE_DEVICE}-${n}`,
        secret,
      }));
      await using sts = await startLoopbackSts({ users: [alice({ devices })] });
      const serial = `${ALICE_DEVICE}-1`;
      const ended = await run(sts, [
        { expect: `${ALICE_DEVICE}-2` },
        { send: down },
        { expect: `❯ ${ALICE_DEVICE}-1` },
        { send: down },
        { expect: `❯ ${ALICE_DEVICE}-2` },
        { send: up },
        { expect: `❯ ${ALICE_DEVICE}-1` },
        { send: enter },
        { expect: `MFA code for ${serial}:` },
        { send: `${await sts.code(serial)}${enter}` },
      ], { streams });
      assertEquals([ended.code, ended.restored], [0, true], ended.terminal + ended.stderr);
      assertEquals(sts.requests.at(-1)!.params["SerialNumber"], serial);
    },
  });

  testOrSkip({
    name: `a wrong code is asked for again, and the right one works (${streams})${needed.name}`,
    ignore,
    fn: async () => {
      await using sts = await startLoopbackSts();
      const code = await sts.code();
      const ended = await run(sts, [
        { expect: prompt },
        { send: `000000${enter}` },
        { expect: `******\x1b` },
        { until: "sts was asked" },
        { expect: `${prompt}\x1b` },
        { send: `${code.slice(0, 3)} ${code.slice(3)}${enter}` },
      ], { streams });
      assertEquals([ended.code, ended.restored], [0, true], ended.terminal + ended.stderr);
      assert(!ended.terminal.includes(code) && !ended.terminal.includes("000000"));
      assertStringIncludes(ended.terminal + ended.stderr, "(2 tries left)");
    },
  });
}

test("Ctrl-C while AWS does not answer, after the prompt: exit 130 at once", async (sts) => {
  sts.failNext({ kind: "hang", action: "GetSessionToken" });
  const steps: Step[] = [
    { expect: prompt },
    { send: `${await sts.code()}${enter}` },
    { until: "sts was asked" },
    { send: "\x03" },
  ];
  const ended = await run(sts, steps);
  assertEquals([ended.code, ended.restored], [130, true], ended.terminal);
  assertUntouched(ended);
});
