/**
 * What a real (pseudo-)terminal shows, byte for byte, while all three standard streams are captured
 * as by kubectl, docker and SDKs.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { isOpenIn } from "../support/open_files.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { brokenToFit, linesForPeople } from "../../lib/screen.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough, seed } from "../support/thorough.ts";

const prompt = `MFA code for ${ALICE_DEVICE}:`;
/** On one line at any width. */
const endOfPrompt = `${ALICE_DEVICE}:`;
const refused = (left: string, columns: number) =>
  onTerminal(
    broken(
      `stsmfa: AWS refused that code: it is wrong or was already used (${left} left)\n`,
      columns,
    ),
  );
const failed = "stsmfa: error: AWS refused the MFA code: it is wrong or was already used\n" +
  "stsmfa: hint: wait for the next code; if it is refused too, check the device's clock\n";
// Elsewhere the name of a script is not told.
const caller = Deno.build.os === "linux" ? "kubectl" : "stsmfa process";
const introduced = (columns: number) =>
  onTerminal(broken(`stsmfa: prod needs a session, for ${caller}\n`, columns));
const needed = needsPython("termios");
const widths = [80, 40];

interface Order {
  readonly steps: readonly Step[];
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly streams?: "pipes" | "stdin" | "terminal" | "none";
  readonly path?: string;
}

/** Runs `stsmfa process prod`, started by a kubectl. */
async function run(home: SpawnedHome, order: Order): Promise<TerminalRun> {
  const { args = [], columns = 80, streams = "pipes", path, steps } = order;
  const ended = await atTerminal({
    argv: [home.path("kubectl"), ...cliCommand("process", "prod", ...args)],
    env: { ...home.env, ...(path !== undefined && { PATH: path }) },
    cwd: home.home,
    streams,
    columns,
    steps,
  });
  assertEquals([ended.unmet, ended.restored], [null, true], ended.terminal + ended.stderr);
  return ended;
}

function test(
  name: string,
  body: (home: SpawnedHome, sts: LoopbackSts) => Promise<void>,
): void {
  testOrSkip({
    name: name + needed.name,
    ignore: needed.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts();
      await using home = await SpawnedHome.create({ ...sts.env(), TERM: "xterm" });
      await home.write(".aws/credentials", longTermSection("prod-long-term", alice()));
      await home.write(".aws/config", `[profile prod]\nmfa_serial = ${ALICE_DEVICE}\n`);
      await home.write("kubectl", `#!/bin/sh\n"$@"\nexit $?\n`);
      await Deno.chmod(home.path("kubectl"), 0o755);
      await body(home, sts);
    },
  });
}

/** Types at the next question. */
function types(text: string): Step[] {
  return [{ expect: endOfPrompt }, { send: text }];
}

/** What a question shows while six digits are typed, with Enter behind them. */
function typed(columns: number): string {
  const isBeside = columns > prompt.length + 12;
  const line = (count: number) => `\r${isBeside ? prompt : ">"}\x1b[K ${"*".repeat(count)}\x1b[K`;
  const lines = [0, 1, 2, 3, 4, 5, 6, 6].map(line).join("");
  return `${isBeside ? "" : onTerminal(broken(prompt, columns))}${lines}\r\r\n`;
}

/** Returns lines as a terminal of so many columns gets them. */
function broken(text: string, columns: number): string {
  return linesForPeople(brokenToFit(text.trimEnd().split("\n"), columns), false);
}

function onTerminal(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

for (const [nth, columns] of widths.entries()) {
  const ways = ["pipes", "stdin"] as const;
  // In turn; thoroughly, each in both ways.
  for (const streams of isThorough ? ways : [ways[(nth + seed) % 2]!]) {
    test(
      `a question says for whom it is, and stdout is data (${columns}, ${streams})`,
      async (home, sts) => {
        const steps = types(`${await sts.code()}\r`);
        const ended = await run(home, { columns, streams, steps });
        assertEquals(ended.terminal, introduced(columns) + typed(columns));
        assertEquals([ended.code, ended.stderr, JSON.parse(ended.stdout).Version], [0, "", 1]);
      },
    );
  }

  test(`a wrong code: the reason is on the terminal alone (${columns})`, async (home, sts) => {
    const steps = [...types("000000\r"), { expect: "left)" }, ...types(`${await sts.code()}\r`)];
    const ended = await run(home, { columns, steps });
    assertEquals(
      ended.terminal,
      `${introduced(columns)}${typed(columns)}${refused("2 tries", columns)}${typed(columns)}`,
    );
    assertEquals([ended.code, ended.stderr], [0, ""]);
  });

  test(`three wrong codes: the terminal is told the end, stderr that alone (${columns})`, async (home) => {
    const wrong = types("000000\r");
    const left = { expect: "left)" };
    const ended = await run(home, { columns, steps: [...wrong, left, ...wrong, left, ...wrong] });
    const question = typed(columns);
    assertEquals(
      ended.terminal,
      `${introduced(columns)}${question}${refused("2 tries", columns)}` +
        `${question}${refused("1 try", columns)}${question}${onTerminal(broken(failed, columns))}`,
    );
    assertEquals([ended.code, ended.stderr, ended.stdout], [4, failed, ""]);
  });

  test(
    `a used code: the terminal counts, and shows nothing that is typed (${columns})`,
    async (home, sts) => {
      const code = await sts.code();
      assertEquals((await home.run(["prod", "--token-code", code])).code, 0);
      const ended = await run(home, {
        columns,
        args: ["--force"],
        // The counting may end meanwhile, and the question come again.
        steps: [
          ...types(`${code}\r`),
          { expect: "waiting for the next code" },
          { send: "97" },
          { pause: 0.3 },
          { send: "\x03" },
        ],
      });
      const begin = introduced(columns) + typed(columns);
      assertEquals(ended.terminal.slice(0, begin.length), begin);
      const rest = ended.terminal.slice(begin.length);
      const tail = columns === 80 ? "that one was already used" : ".*…";
      assertMatch(
        rest,
        new RegExp(`^(\r\x1b\\[Kwaiting for the next code, \\d+ s left: ${tail})+\r\x1b\\[K`),
      );
      assertEquals(
        rest.replaceAll(endOfPrompt, "").replaceAll(/, \d+ s left|waiting for 127[\d.:]+/g, "")
          .match(
            /\d\d/g,
          ),
        null,
      );
      // The key ends kubectl, too.
      assertEquals(ended.stderr, "stsmfa: error: cancelled\n");
      assertEquals(rest.endsWith("stsmfa: error: cancelled\r\n"), true);
    },
  );

  test(`Ctrl-C: exit 130, and both are told (${columns})`, async (home) => {
    const ended = await run(home, { columns, steps: types("\x03") });
    const begun = typed(columns).split("*")[0]!.replace(/\r[^\r]*$/, "");
    assertEquals(
      ended.terminal,
      `${introduced(columns)}${begun}\r\r\nstsmfa: error: cancelled\r\n`,
    );
    assertEquals([ended.code, ended.stderr], [130, "stsmfa: error: cancelled\n"]);
  });
}

test(
  "with a PATH that leads nowhere, what is typed between questions is not shown either",
  async (home, sts) => {
    const code = await sts.code();
    await home.run(["prod", "--token-code", code]);
    const ended = await run(home, {
      args: ["--force"],
      path: "/nowhere",
      steps: [
        ...types(`${code}\r`),
        { expect: "waiting for the next code" },
        { send: "97" },
        { pause: 0.3 },
        { send: "\x03" },
      ],
    });
    const shown = ended.terminal.replaceAll(prompt, "").replaceAll(
      /, \d+ s left|waiting for 127[\d.:]+/g,
      "",
    );
    assertEquals(shown.match(/\d\d/g), null);
  },
);

test("when stderr is the terminal, nothing is said twice", async (home, sts) => {
  const steps = [...types("000000\r"), { expect: "left)" }, ...types(`${await sts.code()}\r`)];
  const { terminal } = await run(home, { streams: "terminal", steps });
  assertEquals(terminal.split("AWS refused that code").length, 2);
  assertEquals(terminal.includes("needs a session"), false);
});

test("a session that is valid: nothing anywhere", async (home, sts) => {
  await home.run(["prod", "--token-code", await sts.code()]);
  const ended = await run(home, { steps: [] });
  assertEquals([ended.code, ended.terminal, ended.stderr], [0, "", ""]);
});

test("no terminal at all: exit 2 at once, and what to type in one", async (home, sts) => {
  const ended = await run(home, { streams: "none", steps: [] });
  assertEquals([ended.code, ended.stdout, ended.terminal], [2, "", ""]);
  assertEquals(
    ended.stderr,
    `stsmfa: error: an MFA code of ${ALICE_DEVICE} is needed, and stsmfa cannot ask for it here\n` +
      "stsmfa: hint: in a terminal: stsmfa prod\n",
  );
  assertEquals(sts.count(), 0);
});

test(
  "a device to touch: what mfa_process says is on the terminal, stdout is data",
  async (home, sts) => {
    await home.write("code", await sts.code());
    const command = `echo 'Touch your YubiKey...' >&2; cat ${home.path("code")}`;
    await home.write(
      ".aws/config",
      `[profile prod]\nmfa_serial = ${ALICE_DEVICE}\nmfa_process = ${command}\n`,
    );
    const ended = await run(home, { steps: [] });
    assertStringIncludes(ended.terminal, "stsmfa: prod: mfa_process: Touch your YubiKey...\r\n");
    assertEquals([ended.code, ended.stderr, JSON.parse(ended.stdout).Version], [0, "", 1]);
  },
);

test(
  "another stsmfa asks at another terminal: one is told where, and it is wiped away",
  async (home, sts) => {
    const sessions = home.path(".local/state/stsmfa/sessions");
    const watch = setInterval(() => {
      if (!Array.from(list(sessions)).some((name) => name.endsWith(".asking"))) return;
      Deno.writeTextFileSync(home.path("asked"), "");
      if (!isOpenIn(2, sessions)) return;
      Deno.writeTextFileSync(home.path("waits"), "");
      clearInterval(watch);
    }, 50);
    const code = await sts.code();
    const [asker, waiter] = await Promise.all([
      run(home, {
        steps: [...types(""), { until: "waits" }, { pause: 1 }, { send: `${code}\r` }],
      }),
      (async () => {
        while (!home.list(".").includes("asked")) await new Promise((go) => setTimeout(go, 10));
        return await run(home, { columns: 40, steps: [{ expect: "type the code on " }] });
      })(),
    ]);
    clearInterval(watch);
    assertEquals([asker.code, waiter.code], [0, 0]);
    assertMatch(
      waiter.terminal,
      // deno-lint-ignore no-control-regex -- what replaces a line begins with one
      /^(\r\x1b\[Kprod: type the code on (pts\/\d+|ttys\d+|the other terminal), [^\r]*)+\r\x1b\[K$/,
    );
    assertEquals([waiter.stderr, waiter.stdout === asker.stdout], ["", true]);
    assertEquals(sts.count("GetSessionToken"), 1);
  },
);

function* list(directory: string): Iterable<string> {
  try {
    for (const { name } of Deno.readDirSync(directory)) yield name;
  } catch { /* not there yet */ }
}
