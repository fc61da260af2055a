/**
 * Every prompt at a real (pseudo-)terminal: its modes, whatever ends or stops the program, and what
 * is typed or pasted into it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { shellWord } from "../../lib/hint_words.ts";
import { testOrSkip } from "../support/abilities.ts";
import { forbiddenIn } from "../support/forbidden.ts";
import { hookText } from "../support/hook_home.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { needsShell } from "../support/shells.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { isThorough, seed } from "../support/thorough.ts";

const prompt = `MFA code for ${ALICE_DEVICE}:`;
const enter = { send: "\r" };
const keys = longTermSection("default-long-term", alice());
const python = needsPython("termios");
const bash = needsShell("bash");

interface Order {
  readonly steps: (sts: LoopbackSts) => Promise<readonly Step[]> | readonly Step[];
  readonly args?: readonly string[];
  readonly argv?: readonly [string, ...string[]];
  readonly config?: string;
  readonly hook?: string;
  /** The folder for settings, below the home directory. */
  readonly settings?: string;
  readonly devices?: number;
  readonly credentials?: string;
  readonly streams?: "terminal" | "pipes";
  readonly columns?: number;
  readonly env?: Record<string, string>;
}

type Ended = TerminalRun & { readonly home: string[]; readonly asked: number };

async function run(order: Order): Promise<Ended> {
  const { args = [], argv = cliCommand(...args), devices = 1, streams = "terminal" } = order;
  const serials = Array.from({ length: devices }, (_, n) => `${ALICE_DEVICE}${n === 0 ? "" : n}`);
  const user = alice({
    devices: serials.map((serialNumber) => ({ serialNumber, secret: "JBSWY3DPEHPK3PXP" })),
  });
  await using sts = await startLoopbackSts({ users: [user] });
  await using home = await SpawnedHome.create({
    ...sts.env(),
    TERM: "xterm",
    NO_COLOR: "1",
    ...order.env,
  });
  await home.write(".aws/credentials", order.credentials ?? keys);
  if (order.config !== undefined) await home.write(".aws/config", order.config);
  const settings = order.settings ?? ".config";
  if (order.hook !== undefined) await home.write(`${settings}/stsmfa/hooks/tell.js`, order.hook);
  const watch = setInterval(() => {
    if (sts.count("GetSessionToken") > 0) Deno.writeTextFileSync(home.path("sts was asked"), "");
  }, 10);
  try {
    const ended = await atTerminal({
      argv,
      env: { ...home.env, XDG_CONFIG_HOME: home.path(settings) },
      cwd: home.home,
      streams,
      steps: await order.steps(sts),
      ...(order.columns !== undefined && { columns: order.columns }),
    });
    assertEquals(ended.unmet, null, ended.terminal + ended.stderr);
    assertEquals(ended.restored, true, ended.terminal);
    return { ...ended, home: home.list("."), asked: sts.count("GetSessionToken") };
  } finally {
    clearInterval(watch);
  }
}

function test(name: string, body: () => Promise<void>, shell = { name: "", ignore: false }): void {
  const ignore = python.ignore || shell.ignore;
  testOrSkip({ name: name + (python.name || shell.name), ignore, fn: body });
}

/** The digits that a terminal showed, but for what the program says itself. */
function digitsOf(terminal: string): string {
  return terminal.replaceAll(prompt, "").replaceAll(
    /renewed.*|needs a session.*|waiting for [^\r\n]*/g,
    "",
  )
    .replaceAll(/\D/g, "");
}

const withHook = {
  config: "[default]\nregion = eu-west-1\nstsmfa =\n  hooks = tell\n",
  hook: hookText(`on: "post-refresh"`),
};

/** Types a code that AWS looks at until the program ends. */
async function stepsToUnansweredCode(sts: LoopbackSts): Promise<Step[]> {
  const code = await sts.code();
  sts.failNext({ kind: "hang", action: "GetSessionToken" });
  return [{ expect: prompt }, { send: `${code}\r` }, { until: "sts was asked" }];
}

/** A second run is told that the first one is stopped, and cancelled; the first one goes on. */
async function stepsToFirstAfterSecond(sts: LoopbackSts): Promise<Step[]> {
  return [
    { expect: "is stopped; resume it with fg, " },
    { send: "\x03" },
    { expect: "second 130" },
    ...await stepsToEnd(sts),
  ];
}

/** The question is answered, and the shell says how the run has ended. */
async function stepsToEnd(sts: LoopbackSts): Promise<Step[]> {
  return [
    { expect: prompt },
    { send: await sts.code() },
    { expect: "******" },
    enter,
    { expect: "ended 0" },
  ];
}

/** Each kind of prompt: how one gets to it, and what it says. */
const prompts: Readonly<Record<string, Omit<Order, "steps"> & { readonly asks: string }>> = {
  "a code": { asks: prompt },
  "a secret": { asks: "Access key ID:", args: ["init", "fresh"] },
  "a list": { asks: "MFA device", devices: 3 },
  "an approval": { asks: "Run hook tell until it changes", ...withHook },
  "a line": {
    asks: "Region of default",
    args: ["init", "--adopt"],
    credentials: longTermSection("default", alice()),
  },
};

/** What ends a prompt, and how the program ends then. */
const ends: readonly (readonly [name: string, step: Step, status: number])[] = [
  ["Ctrl-C", { send: "\x03" }, 130],
  ["Ctrl-\\", { send: "\x1c" }, -3],
  ["SIGQUIT", { signal: "SIGQUIT" }, -3],
  ["SIGTERM", { signal: "SIGTERM" }, 143],
  ["SIGHUP", { signal: "SIGHUP" }, 129],
];

for (const [nth, [kind, { asks, ...order }]] of Object.entries(prompts).entries()) {
  // Two for each prompt, in turn; thoroughly, all. `terminal_test.ts` has them for a code.
  const some = ends.filter((_, n) => isThorough || [0, 2].includes((n + nth + seed) % ends.length));
  const what = isThorough ? "whatever" : some.map(([name]) => name).join(" or ");
  test(`${what} ends the prompt for ${kind}, and the terminal is as it was`, async () => {
    const ended = await Promise.all(
      some.map(([, step]) => run({ ...order, steps: () => [{ expect: asks }, step] })),
    );
    assertEquals(ended.map(({ code }) => code), some.map(([, , status]) => status));
    assertEquals(ended.map(({ asked }) => asked), some.map(() => 0));
  });
}

test("Ctrl-Z gives the shell its terminal, and fg goes on with the prompt", async () => {
  const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
  const script =
    `stty -g > before; ${stsmfa}; echo "stopped $?"; stty -g | cmp - before && echo same; fg; echo "ended $?"`;
  const { code, terminal } = await run({
    argv: ["bash", "--norc", "-i", "-c", script],
    steps: async (sts) => {
      const code = await sts.code();
      return [
        { expect: prompt },
        { send: code.slice(0, 2) },
        { expect: "**" },
        { send: "\x1a" },
        { expect: "stopped 14" },
        { expect: "same" },
        { expect: `${prompt}\x1b[K **` },
        { send: code.slice(2) },
        { expect: "******" },
        enter,
        { expect: "renewed" },
        { expect: "ended 0" },
      ];
    },
  });
  assertEquals(code, 0, terminal);
}, bash);

test(
  "who waits for a question that was stopped on the same terminal is told how to get it back",
  async () => {
    const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
    const asking = ".local/state/stsmfa/sessions/*.asking";
    const noted = `(until ls ${asking}; do sleep 0.1; done; touch noted)`;
    const script =
      `(${noted} > /dev/null 2>&1 &); ${stsmfa}; echo "stopped $?"; ${stsmfa}; echo "second $?"; fg; echo "ended $?"`;
    const { code, terminal } = await run({
      argv: ["bash", "--norc", "-i", "-c", script],
      steps: async (sts) => [
        { expect: prompt },
        { until: "noted" },
        { send: "\x1a" },
        { expect: "stopped 14" },
        ...await stepsToFirstAfterSecond(sts),
      ],
    });
    assertEquals(code, 0, terminal);
  },
  bash,
);

test(
  "kill -TSTP gives the terminal back as it was before a question, each time, and fg asks again",
  async () => {
    const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
    const kill = (file: string) =>
      `until [ -e ${file} ]; do sleep 0.1; done; kill -TSTP $(cat pid)`;
    const script = `touch one two; (${kill("first")}; ${kill("second")}) &
sh -c 'echo $$ > pid; exec ${stsmfa}'; echo "stopped $?"; stty -a | grep -o ' -*icanon'
fg; echo "again $?"; fg; echo "ended $?"`;
    const { code, terminal } = await run({
      argv: ["bash", "--norc", "-i", "-c", script],
      steps: async (sts) => [
        { expect: prompt },
        { move: "one", to: "first" },
        { expect: "\x1b[?2004l" },
        { expect: "stopped 14" },
        { expect: " icanon" },
        { expect: prompt },
        { move: "two", to: "second" },
        { expect: "\x1b[?2004l" },
        { expect: "again 14" },
        ...await stepsToEnd(sts),
      ],
    });
    assertEquals(code, 0, terminal);
  },
  bash,
);

for (const how of ["Ctrl-Z", "kill -TSTP"]) {
  for (const when of ["a question", "a wait for AWS"]) {
    test(
      `${how} during ${when} leaves no echo off, where the shell sets nothing itself`,
      async () => {
        const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
        const kill = "(until [ -e go ]; do sleep 0.1; done; kill -TSTP $(cat pid)) &";
        const script = `${how === "Ctrl-Z" ? "" : kill}
touch wait; sh -c 'echo $$ > pid; exec ${stsmfa}'; echo "stopped $?"
stty -a | grep -o '[- ]echo '; touch shown; fg; echo "ended $?"`;
        const isAsked = when === "a question";
        const { code, terminal } = await run({
          argv: ["dash", "-i", "-c", script],
          steps: async (sts) => {
            const code = await sts.code();
            return [
              ...(isAsked ? [{ expect: prompt }] : await stepsToUnansweredCode(sts)),
              { until: "wait" },
              how === "Ctrl-Z" ? { send: "\x1a" } : { move: "wait", to: "go" },
              { expect: "stopped 14" },
              { expect: " echo" },
              ...(isAsked ? [{ expect: prompt }, { send: code }, { expect: "******" }, enter] : []),
              ...(isAsked ? [] : [{ until: "shown" }, { pause: 0.5 }, { send: "\x03" }]),
              { expect: `ended ${isAsked ? 0 : 130}` },
            ];
          },
        });
        assertEquals(code, 0, terminal);
        const own = /stopped \d+|ended \d+|\[\d+\].*|sh -c.*/g;
        assertEquals(digitsOf(terminal.replaceAll(own, "")), "");
      },
      needsShell("dash"),
    );
  }
}

test(
  "a program that runs once a code was typed stops with Ctrl-Z, and goes on with fg",
  async () => {
    const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
    const script = `${stsmfa} exec default -- sh -c 'echo up; read word; echo got $word'
echo "stopped $?"; stty -a | grep -o '[- ]echo '; touch shown; fg; echo "ended $?"`;
    const { code, terminal } = await run({
      argv: ["dash", "-i", "-c", script],
      steps: async (sts) => [
        { expect: prompt },
        { send: await sts.code() },
        { expect: "******" },
        enter,
        { expect: "up" },
        { send: "\x1a" },
        { expect: "stopped 14" },
        { expect: " echo" },
        { until: "shown" },
        { pause: 0.5 },
        { send: "it\r" },
        { expect: "got it" },
        { expect: "ended 0" },
      ],
    });
    assertEquals(code, 0, terminal);
  },
  needsShell("dash"),
);

test("who waits for one that asks in the background is told that this one is stopped", async () => {
  const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
  const stopped = "until grep -q '^State:.T' /proc/$!/status; do sleep 0.1; done";
  const script = `${stsmfa} & ${stopped}; ${stsmfa}; echo "second $?"; fg; echo "ended $?"`;
  const { code, terminal } = await run({
    argv: ["bash", "--norc", "-i", "-c", script],
    steps: async (sts) => [
      ...await stepsToFirstAfterSecond(sts),
    ],
  });
  assertEquals(code, 0, terminal);
}, bash);

test(
  "kill ends who is stopped: by Ctrl-Z at a question, and for asking in the background",
  async () => {
    const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
    const stopped = "until grep -q '^State:.T' /proc/$p/status; do sleep 0.1; done";
    const ended = "kill %1; while [ -e /proc/$p ]; do sleep 0.1; done; jobs; echo ended";
    const script = [
      `${stsmfa} & p=$!; ${stopped}; ${ended}`,
      `${stsmfa}; p=$(jobs -p %1); ${stopped}; ${ended}`,
    ].join("; ");
    const { terminal } = await run({
      argv: ["bash", "--norc", "-i", "-c", script],
      steps: () => [
        { expect: "\nended" },
        { expect: prompt },
        { send: "\x1a" },
        { expect: "\nended" },
      ],
    });
    assertEquals(terminal.match(/Terminated/g)?.length, 2, terminal);
  },
  bash,
);

for (const streams of ["terminal", "pipes"] as const) {
  test(`after kill -STOP and fg the code is not shown either (${streams})`, async () => {
    const ended = await run({
      streams,
      steps: async (sts) => {
        const code = await sts.code();
        return [
          { expect: prompt },
          { signal: "SIGSTOP" },
          { reset: true },
          { signal: "SIGCONT" },
          { expect: prompt },
          { send: code },
          { expect: "******" },
          enter,
        ];
      },
    });
    assertEquals(ended.code, 0, ended.terminal);
    assertEquals(digitsOf(ended.terminal), "");
  });

  test(`stopped while AWS looks at a code, the terminal is given back all the same (${streams})`, async () => {
    const ended = await run({
      streams,
      steps: async (sts) => [
        ...await stepsToUnansweredCode(sts),
        { signal: "SIGSTOP" },
        { signal: "SIGCONT" },
        { pause: 0.3 },
        { signal: "SIGTERM" },
      ],
    });
    assertEquals(ended.code, 143, ended.terminal);
  });

  test(`a code typed while the last one is looked at is not shown (${streams})`, async () => {
    const ended = await run({
      streams,
      steps: async (sts) => [
        ...await stepsToUnansweredCode(sts),
        { send: "97" },
        { send: "\x03" },
      ],
    });
    assertEquals(ended.code, 130, ended.terminal);
    assertEquals(digitsOf(ended.terminal), "");
  });
}

test("what is typed ahead of the next prompt is its answer", async () => {
  const { code, terminal } = await run({
    steps: async (sts) => [
      { expect: prompt },
      { send: "000000\r" },
      { until: "sts was asked" },
      { send: `${await sts.code()}\r` },
      { expect: "renewed" },
    ],
  });
  assertEquals(code, 0, terminal);
});

test("what is typed ahead of the first prompt is its answer", async () => {
  const { code, terminal } = await run({
    steps: async (sts) => [{ send: `${await sts.code()}\r` }, { expect: "renewed" }],
  });
  assertEquals(code, 0, terminal);
});

const pastes: Readonly<Record<string, (code: string) => string>> = {
  "bracketed": (code) => `\x1b[200~${code}\x1b[201~\r`,
  "bracketed, with line ends and spaces inside": (code) =>
    `\x1b[200~ ${code.slice(0, 3)} ${code.slice(3)}\r\n\t\x1b[201~\r`,
  "bracketed, and typed on": (code) => `\x1b[200~${code.slice(0, 4)}\x1b[201~${code.slice(4)}\r`,
  "with a line end": (code) => `${code}\n`,
  "with spaces around and inside": (code) => `  ${code.slice(0, 3)}\u00a0${code.slice(3)} \t\r`,
  "with a zero-width space and a mark of direction": (code) => `\u200e${code}\u200b\r`,
  "behind arrow keys, focus and a terminal's answer": (code) =>
    `\x1b[D\x1bOC\x1b[I\x1b[3~\x1b]11;rgb:0000/0000/0000\x1b\\${code}\r`,
  "behind what was wiped by Ctrl-U and Ctrl-W": (code) => `77\x1588 99\x17\x7f\x7f\x7f${code}\r`,
};

test("a code is taken however it is pasted", async () => {
  await Promise.all(
    Object.entries(pastes).map(async ([name, paste]) => {
      const ended = await run({
        steps: async (sts) => [
          { expect: prompt },
          { send: paste(await sts.code()) },
          { expect: "renewed" },
        ],
      });
      assertEquals(ended.code, 0, name);
      assertEquals(digitsOf(ended.terminal), "", name);
    }),
  );
});

for (const [nth, [kind, { asks, ...order }]] of Object.entries(prompts).entries()) {
  const ways = ["terminal", "pipes"] as const;
  // In turn; thoroughly, each in both ways.
  for (const streams of isThorough || kind === "a code" ? ways : [ways[(nth + seed) % 2]!]) {
    test(`a line end in a paste answers no prompt for ${kind} (${streams})`, async () => {
      const stsmfa = cliCommand(...order.args ?? []).map((word) => shellWord(word)).join(" ");
      const { terminal, home, asked } = await run({
        ...order,
        streams,
        argv: ["bash", "-c", `${stsmfa}; echo "ended $?" > /dev/tty; exec bash -s < /dev/tty`],
        steps: () => [
          { expect: asks },
          { paste: "123456\ntouch pasted\ntouch pasted\nexit\n" },
          { pause: 0.3 },
          { send: "\x03" },
          { expect: "ended 130" },
          { send: "exit\r" },
        ],
      });
      assert(!home.includes("pasted"), terminal);
      assertEquals(asked, 0, terminal);
    }, bash);
  }
}

test("a paste of thousands of characters is refused at once, and the next answer counts", async () => {
  const { code, terminal } = await run({
    steps: async (sts) => [
      { expect: prompt },
      { send: "\x1b[200~" + "7".repeat(20_000) + "\x1b[201~\r" },
      { expect: "too long" },
      { send: await sts.code() },
      { expect: " ******\x1b" },
      enter,
      { expect: "renewed" },
    ],
  });
  assertEquals(code, 0);
  assert(terminal.length < 20_000, `${terminal.length} characters were shown`);
});

test("what is pasted into a visible line steers nothing", async () => {
  const { code, terminal } = await run({
    ...prompts["a line"]!,
    steps: () => [
      { expect: "Region of default" },
      { send: "\x1b[200~eu\u202e\u009b31m\x1b]0;title\x07\u200b\x1b[201~\r" },
      { expect: "write it like" },
      { send: "\x03" },
    ],
  });
  assertEquals(code, 130);
  assertEquals(forbiddenIn(terminal, ["\r", "\x1b[K"]), []);
  assertStringIncludes(terminal, "eu\\u{202e}31m\\u{200b}");
});

for (const streams of ["terminal", "pipes"] as const) {
  test(`what a prompt shows from outside steers nothing (${streams})`, async () => {
    const { terminal } = await run({
      ...withHook,
      settings: "set\x1b[31m\u202e\u2066\u200b\nforged",
      streams,
      steps: () => [{ expect: "Run hook tell" }, { send: "\x03" }],
    });
    assertEquals(forbiddenIn(terminal, ["\r", "\x1b[K"]), []);
    assertStringIncludes(terminal, "/set\\u{1b}[31m\\u{202e}\\u{2066}\\u{200b}\\u{a}forged/");
  });
}

/** The prompt in lines that fit, but for its last word. */
const narrow = prompt.replace(/ (?=\S+$)/, "\r\n  ");

for (const streams of ["terminal", "pipes"] as const) {
  test(`a narrow terminal, which then is widened, shows each key once (${streams})`, async () => {
    const { code, terminal } = await run({
      streams,
      columns: 30,
      steps: async (sts) => {
        const code = await sts.code();
        return [
          { expect: `${narrow}\r\n\r>` },
          { send: code.slice(0, 3) },
          { expect: "***" },
          { resize: 100 },
          { expect: `${prompt}\x1b[K ***` },
          { resize: 20 },
          { expect: "\r>\x1b[K ***" },
          { send: code.slice(3) },
          { expect: "******" },
          enter,
        ];
      },
    });
    assertEquals(code, 0, terminal);
    assertEquals(terminal.split(`${narrow}\r\n`).length, 2);
  });
}

test("rows of a list fit a narrow terminal, and their ends tell them apart", async () => {
  const { terminal } = await run({
    ...prompts["a list"]!,
    columns: 24,
    steps: () => [
      { expect: "❯" },
      { send: "\x1b[B" },
      { expect: "❯ …456789012:mfa/alice1" },
      { send: "\x03" },
    ],
  });
  // deno-lint-ignore no-control-regex -- motion takes no room
  const rows = terminal.split("stsmfa: error")[0]!.replaceAll(/\x1b\[\d*[A-Z]/g, "").split(
    /[\r\n]+/,
  );
  assertEquals(rows.filter((row) => [...row].length >= 24), []);
});

test("the lock is free for the next run, however the prompt ended", async () => {
  const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
  const { code, terminal } = await run({
    argv: ["sh", "-c", `${stsmfa}; echo "ended $?"; ${stsmfa}`],
    steps: async (sts) => [
      { expect: prompt },
      { send: "12\x03" },
      { expect: "ended 130" },
      { expect: prompt },
      { send: `${await sts.code()}\r` },
      { expect: "renewed" },
    ],
  });
  assertEquals(code, 0, terminal);
  assertMatch(terminal, /default {2}renewed/);
});
