/**
 * The list of profiles to choose from, at a real (pseudo-)terminal: through the shell's function,
 * with captured streams, and whatever ends it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { quoted, shellWord } from "../../lib/hint_words.ts";
import { shellFunction } from "../../lib/shell/function.ts";
import { testOrSkip } from "../support/abilities.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { reporting, ShellHome, userShells } from "../support/shell_home.ts";
import { needsShell } from "../support/shells.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";

const python = needsPython("termios");
const isShown = { expect: "Esc cancels" };
const enter = { send: "\r" };
const soon = () => new Date(Date.now() + 3_600_000).toISOString().slice(0, 19) + "Z";

/** A session in the file, which nothing has to be asked for. */
function session(name: string, keyId: string, role?: string): string {
  return [
    `[${name}]`,
    `aws_access_key_id = ${keyId}`,
    "aws_secret_access_key = old+secret/of+the+session",
    "aws_session_token = old/token",
    `expiration = ${soon()}`,
    ...(role === undefined ? [] : [`assumed_role_arn = ${role}`]),
    "",
  ].join("\n");
}

const administrator = "arn:aws:iam::222222222222:role/Administrator";
const names = ["prod", "prod-eu", "staging"] as const;
const keyIds = {
  prod: "ASIAPRODPRODPRODPROD",
  "prod-eu": "ASIAPRODEUPRODEUPROD",
  staging: "ASIASTAGINGSTAGING22",
};
const config = names.map((name) =>
  `[profile ${name}]\nregion = eu-west-1\nstsmfa =\n  source_profile = me\n` +
  `  role_arn = ${administrator}\n`
).join("");

function credentials(): string {
  return "[me]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret/of/me\n" +
    names.map((name) => session(name, keyIds[name], administrator)).join("");
}

async function homeWith(env: Record<string, string> = {}): Promise<SpawnedHome> {
  const home = await SpawnedHome.create({ TERM: "xterm", NO_COLOR: "1", ...env });
  await home.write(".aws/credentials", credentials());
  await home.write(".aws/config", config);
  return home;
}

interface Order {
  readonly steps: readonly Step[];
  readonly args?: readonly string[];
  readonly argv?: readonly [string, ...string[]];
  readonly columns?: number;
  readonly streams?: "terminal" | "pipes" | "none";
  readonly env?: Record<string, string>;
}

const shownKey = `printf 'key %s\\n' "$AWS_ACCESS_KEY_ID"`;

async function run(order: Order): Promise<TerminalRun & { readonly used: string }> {
  await using home = await homeWith(order.env);
  const { args = ["exec", "--pick", "--", "sh", "-c", shownKey], streams = "terminal" } = order;
  const ended = await atTerminal({
    argv: order.argv ?? cliCommand(...args),
    env: home.env,
    cwd: home.home,
    streams,
    steps: order.steps,
    ...(order.columns !== undefined && { columns: order.columns }),
    seconds: 20,
  });
  assertEquals([ended.unmet, ended.restored], [null, true], ended.terminal + ended.stderr);
  const used = await home.read(".local/state/stsmfa/used/profiles").catch(() => "");
  return { ...ended, used };
}

function test(name: string, body: () => Promise<void>, shell = { name: "", ignore: false }): void {
  const ignore = python.ignore || shell.ignore;
  testOrSkip({ name: name + (python.name || shell.name), ignore, fn: body });
}

/** What is left on the terminal: all that was drawn on the whole of it is gone. */
function leftOn(terminal: string): string {
  assertEquals(terminal.split("\x1b[?1049h").length, terminal.split("\x1b[?1049l").length);
  // deno-lint-ignore no-control-regex -- that is what terminals are told
  return terminal.replaceAll(/\x1b\[\?1049h.*?\x1b\[\?1049l/gs, "");
}

for (const { shell, program, options, startup, before = "" } of userShells) {
  test(
    `${program}: use alone, where nothing is set, sets what is chosen from a list`,
    async () => {
      const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
      await using home = await ShellHome.create(stsmfa, { TERM: "xterm", NO_COLOR: "1" });
      await home.spawned.write(".aws/credentials", credentials());
      await home.spawned.write(".aws/config", config);
      await home.spawned.write(startup!, `${before}${shellFunction(shell).line}\n`);
      const story = reporting(shell, {
        chosen: "stsmfa use",
        question: "stsmfa use",
        captured: "stsmfa use | cat > captured",
        picked: "stsmfa use --pick",
        cancelled: "stsmfa use --pick",
      });
      const { terminal, code, unmet, restored } = await atTerminal({
        argv: [program, ...options, story],
        env: home.env,
        cwd: home.spawned.home,
        streams: "terminal",
        steps: [
          isShown,
          { send: "stag\r" },
          { expect: "staging is set" },
          { expect: "staging  valid, expires in" },
          isShown,
          { send: "222 eu\r" },
          { expect: "prod-eu is set" },
          isShown,
          { send: "\x1b" },
          { expect: "cancelled" },
        ],
        seconds: 30,
      });
      assertEquals([code === null, unmet, restored], [false, null, true], terminal);
      const reports = ["chosen", "question", "picked", "cancelled"].map((label) =>
        home.report(label)
      );
      const found = (await Promise.all(reports)).map((each) => [
        each?.status,
        each?.env["STSMFA_PROFILE"],
        each?.env["AWS_ACCESS_KEY_ID"],
      ]);
      assertEquals(found, [
        ["0", "staging", keyIds.staging],
        ["0", "staging", keyIds.staging],
        ["0", "prod-eu", keyIds["prod-eu"]],
        ["130", "prod-eu", keyIds["prod-eu"]],
      ]);
      assertStringIncludes(await home.spawned.read("captured"), "staging  valid");
      assert(!terminal.includes("old+secret"));
    },
    needsShell(program),
  );
}

test("captured by a program, use alone is the question that it is", async () => {
  const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
  const shell = `command() { shift; ${stsmfa} "$@"; }\n${shellFunction("bash").text}`;
  const { code, stdout, terminal } = await run({
    argv: ["bash", "-c", `${shell}\ntext=$(stsmfa use); echo "$? $text"`],
    steps: [],
  });
  assertEquals([code, stdout], [0, ""], terminal);
  assertStringIncludes(terminal, "8 no session is set in this shell");
}, needsShell("bash"));

test("exec --pick: a pasted name, even where longer ones were used last", async () => {
  const { code, terminal, used } = await run({ steps: [isShown, { send: "prod\r" }] });
  assertEquals(code, 0, terminal);
  assertEquals(leftOn(terminal), `Profile: prod\r\nkey ${keyIds.prod}\r\n`);
  assertMatch(used, /^\S+Z prod\n$/);
});

test("a line end in a paste chooses nothing, and the rest of it is not for the shell", async () => {
  const stsmfa = cliCommand("exec", "--pick", "--", "true").map((word) => shellWord(word));
  const { terminal } = await run({
    argv: ["bash", "-c", `${stsmfa.join(" ")}; echo "ended $?"; exec bash`],
    steps: [
      isShown,
      { paste: "eu\necho pas''ted\n" },
      { expect: "no profile has that" },
      { send: "\x15stag" },
      { expect: "1 of 3" },
      { send: "\x1b" },
      { expect: "ended 130" },
      { send: "exit\r" },
    ],
  });
  assert(!terminal.includes("pasted"), terminal);
}, needsShell("bash"));

test("a line end in a paste after fg chooses nothing either", async () => {
  const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
  const { code, terminal } = await run({
    argv: ["bash", "--norc", "-i", "-c", `${stsmfa} exec --pick -- true; echo "stopped $?"; fg`],
    steps: [
      isShown,
      { send: "\x1a" },
      { expect: "stopped 14" },
      isShown,
      { paste: "stag\neu\n" },
      { expect: "no profile has that" },
      { send: "\x15eu\r" },
    ],
  });
  assertEquals(code, 0, terminal);
}, needsShell("bash"));

test("what is typed before the list is shown counts, and what is typed behind it does not", async () => {
  const { code, terminal } = await run({
    args: ["exec", "--pick", "--", "sh", "-c", `${shownKey}; read line; echo "read $line"`],
    steps: [{ send: "stag\rfor the program\r" }, { expect: "read for the program" }],
  });
  assertEquals(code, 0, terminal);
  assertStringIncludes(terminal, keyIds.staging);
});

test("keys: down, up, the end, a correction, and Enter where nothing is found", async () => {
  const { code, terminal } = await run({
    steps: [
      isShown,
      { send: "\x1b[B\x1b[B\x1b[A\x1b[F" },
      { expect: "❯ staging" },
      { send: "nosuch\r" },
      { expect: "no profile has that" },
      { send: "\x15prod-ex\x7f\x7f" },
      { expect: "1 of 3" },
      { send: "\x1b[Heu" },
      { expect: "Profile: prod-eu" },
      enter,
    ],
  });
  assertEquals(code, 0, terminal);
  assertStringIncludes(terminal, keyIds["prod-eu"]);
});

const ends: readonly (readonly [name: string, step: Step, status: number])[] = [
  ["Esc", { send: "\x1b" }, 130],
  ["Ctrl-C", { send: "\x03" }, 130],
  ["Ctrl-D", { send: "\x04" }, 130],
  ["Ctrl-Z where nobody could resume it", { send: "\x1a" }, 130],
  ["Ctrl-\\", { send: "\x1c" }, -3],
  ["SIGTERM", { signal: "SIGTERM" }, 143],
  ["SIGHUP", { signal: "SIGHUP" }, 129],
];

for (const [name, step, status] of ends) {
  test(`${name} ends the list: nothing has changed, and the terminal is as it was`, async () => {
    const { code, terminal, used } = await run({ steps: [isShown, step] });
    assertEquals([code, used], [status, ""], terminal);
    const left = leftOn(terminal);
    assertEquals(left, status < 0 ? "" : "stsmfa: error: cancelled\r\n");
  });
}

test("Ctrl-Z gives the terminal back as it was, and fg shows the list again", async () => {
  const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
  const { code, terminal } = await run({
    argv: ["bash", "--norc", "-i", "-c", `${stsmfa} exec --pick -- true; echo "stopped $?"; fg`],
    steps: [
      isShown,
      { send: "prod-" },
      { expect: "1 of 3" },
      { send: "\x1a" },
      { expect: "\x1b[?1049l" },
      { expect: "stopped 14" },
      { expect: "Profile: prod-" },
      enter,
      { expect: "Profile: prod-eu" },
    ],
  });
  assertEquals(code, 0, terminal);
  leftOn(terminal);
}, needsShell("bash"));

test(
  "kill -TSTP gives the terminal back as it was, too, each time, and fg shows the list again",
  async () => {
    const stsmfa = cliCommand().map((word) => shellWord(word)).join(" ");
    const kill = (file: string) =>
      `until [ -e ${file} ]; do sleep 0.1; done; kill -TSTP $(cat pid)`;
    const script = `touch one two; (${kill("first")}; ${kill("second")}) &
sh -c 'echo $$ > pid; exec ${stsmfa} exec --pick -- true'; echo "stopped $?"; stty -a | grep -o ' -*icanon'
fg; echo "again $?"; fg`;
    const { code, terminal } = await run({
      argv: ["bash", "--norc", "-i", "-c", script],
      steps: [
        isShown,
        { send: "prod-" },
        { expect: "1 of 3" },
        { move: "one", to: "first" },
        { expect: "\x1b[?1049l" },
        { expect: "stopped 14" },
        { expect: " icanon" },
        { expect: "Profile: prod-" },
        { move: "two", to: "second" },
        { expect: "\x1b[?1049l" },
        { expect: "again 14" },
        { expect: "Profile: prod-" },
        enter,
        { expect: "Profile: prod-eu" },
      ],
    });
    assertEquals(code, 0, terminal);
    leftOn(terminal);
  },
  needsShell("bash"),
);

test("with captured streams the list is on the terminal, and stdout is the program's", async () => {
  const { code, stdout, stderr, terminal } = await run({
    streams: "pipes",
    steps: [isShown, { send: "stag" }, enter],
  });
  assertEquals([code, stdout, stderr], [0, `key ${keyIds.staging}\n`, ""]);
  assertEquals(leftOn(terminal), "Profile: staging\r\n");
});

test("40 columns: what has no column is told below, and another width is drawn at once", async () => {
  const { code, terminal } = await run({
    columns: 40,
    steps: [
      { expect: "PROFILE  ACCOUNT       LEFT" },
      { expect: "222222222222 Administrator" },
      isShown,
      { resize: 100 },
      { expect: "ROLE" },
      { resize: 20 },
      { expect: "❯ prod" },
      { expect: "\x1b[2K3 of 3\x1b[?7h" },
      enter,
    ],
  });
  assertEquals(code, 0, terminal);
});

test("a terminal for lines alone gets a plain list with numbers", async () => {
  const { code, terminal } = await run({
    env: { TERM: "dumb" },
    steps: [
      { expect: "its number, or part of its name" },
      { send: "nosuch\n" },
      { expect: "type a number from the list, or part of a name" },
      { send: "eu\x7f\x7fprod-e\n" },
    ],
  });
  assertEquals(code, 0, terminal);
  assertStringIncludes(
    terminal,
    "1 prod, account 222222222222, role Administrator, ",
  );
  assertEquals(terminal.includes("\x1b"), false, terminal);
  assertStringIncludes(terminal, `key ${keyIds["prod-eu"]}`);
});

test("without a terminal: exit 2, and what to do instead", async () => {
  const { code, stderr } = await run({ streams: "none", steps: [] });
  assertEquals(
    [code, stderr],
    [
      2,
      "stsmfa: error: --pick needs a terminal\n" +
      "stsmfa: hint: name the profile: stsmfa exec PROFILE -- COMMAND; for all of them: stsmfa status\n",
    ],
  );
});

test("NO_COLOR: no colour; without it, there is some", async () => {
  // deno-lint-ignore no-control-regex -- that is what terminals are told
  const colour = /\x1b\[\d+m/;
  const steps = [isShown, { send: "\x1b" }];
  assertEquals(colour.test((await run({ steps })).terminal), false);
  assertEquals(colour.test((await run({ steps, env: { NO_COLOR: "" } })).terminal), true);
});

test("status --watch: shows changes, takes another width, q ends it with 0 and Ctrl-C with 130", async () => {
  for (const [key, status] of [["q", 0], ["\x03", 130]] as const) {
    await using home = await homeWith();
    await home.write("changed", credentials().replaceAll("staging", "changed"));
    const { code, terminal, unmet, restored } = await atTerminal({
      argv: cliCommand("status", "--watch"),
      env: home.env,
      cwd: home.home,
      streams: "terminal",
      columns: 40,
      steps: [
        { expect: "3 profiles, q ends" },
        { move: "changed", to: ".aws/credentials" },
        { expect: "changed" },
        { resize: 120 },
        { expect: "Administrator" },
        { send: key },
      ],
      seconds: 20,
    });
    assertEquals([code, unmet, restored], [status, null, true], terminal);
    const left = leftOn(terminal.slice(terminal.indexOf("\x1b[?1049h")));
    assertEquals(left, status === 0 ? "" : "stsmfa: error: cancelled\r\n");
  }
});

test("status --watch goes on while a file is torn, and pages where there are more than rows", async () => {
  await using home = await homeWith();
  const many = Array.from({ length: 60 }, (_, at) => session(`p${at}`, keyIds.prod)).join("");
  await home.write(".aws/credentials", many);
  await home.write("torn", "[profile torn\n");
  await home.write("whole", config);
  const { code, terminal, unmet } = await atTerminal({
    argv: cliCommand("status", "--watch"),
    env: home.env,
    cwd: home.home,
    streams: "terminal",
    steps: [
      { expect: "lines 1-22 of 67" },
      { send: "\x1b[6~" },
      { expect: "lines 23-44 of 67" },
      { send: "\x1b[F" },
      { expect: "lines 46-67 of 67" },
      { move: "torn", to: ".aws/config" },
      { expect: "line 1" },
      { move: "whole", to: ".aws/config" },
      { expect: "lines 46-67 of 67" },
      { send: "q" },
    ],
    seconds: 20,
  });
  assertEquals([code, unmet], [0, null], terminal.slice(-3000));
});
