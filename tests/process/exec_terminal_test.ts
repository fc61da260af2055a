/**
 * `exec` at a real (pseudo-)terminal: keys, job control, and questions before the program runs.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { quoted } from "../../lib/hint_words.ts";
import { testOrSkip } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { ShellHome } from "../support/shell_home.ts";
import { needsShell } from "../support/shells.ts";
import { cliCommand, longTermSection } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const keys = `${longTermSection("default-long-term", alice())}\n`;
const valid = keys + session("default", new Date(Date.now() + 3_600_000).toISOString());
const stsmfa = `#!/bin/sh\nexec ${cliCommand().map(quoted).join(" ")} "$@"\n`;
const prompt = `MFA code for ${ALICE_DEVICE}:`;
const ctrlC = { send: "\x03" };
const python = needsPython("termios");
const bash = needsShell("bash");

interface Order {
  readonly argv: readonly string[];
  readonly steps: readonly Step[];
  readonly sts?: LoopbackSts;
  readonly streams?: "terminal" | "pipes";
  readonly term?: string;
}

async function run(
  { argv, steps, sts, streams = "terminal", term = "dumb" }: Order,
): Promise<TerminalRun> {
  const env = { ...sts?.env(), TERM: term, PS1: "$ " };
  await using home = await ShellHome.create(stsmfa, env);
  await home.spawned.write(".aws/credentials", sts === undefined ? valid : keys);
  const cwd = home.spawned.home;
  const ended = await atTerminal({ argv, env: home.env, cwd, streams, steps });
  assertEquals([ended.unmet, ended.restored], [null, true], ended.terminal + ended.stderr);
  return ended;
}

function test(name: string, body: () => Promise<void>, shell = { name: "", ignore: false }): void {
  const ignore = python.ignore || shell.ignore;
  testOrSkip({ name: name + (python.name || shell.name), ignore, fn: body });
}

for (const when of ["a valid session", "the prompt for a code"]) {
  test(`Ctrl-C reaches the program once, which may take it twice: behind ${when}`, async () => {
    // Each time it asks us for SIGUSR2, behind which no Ctrl-C can still be under way.
    // What it waits for ignores Ctrl-C from its first moment on.
    const script = `n=0
trap '' INT
sleep 20 &
trap 'n=$((n+1)); kill -USR2 $PPID' INT
trap 'm=$n; echo "interrupted $m"; if [ $m = 2 ]; then kill $!; exit 9; fi' USR2
echo ready
while kill -0 $!; do wait $!; done`;
    await using sts = await startLoopbackSts();
    const isValid = when === "a valid session";
    const { code, terminal } = await run({
      argv: cliCommand("exec", "--", "sh", "-c", script),
      ...(!isValid && { sts }),
      steps: [
        ...(isValid ? [] : [{ expect: prompt }, { send: `${await sts.code()}\r` }]),
        { expect: "ready\r\n" },
        ctrlC,
        { expect: "interrupted 1\r\n" },
        ctrlC,
        { expect: "interrupted 2\r\n" },
      ],
    });
    assertEquals(code, 9, terminal);
    const seen = "ready\r\n^Cinterrupted 1\r\n^Cinterrupted 2\r\n";
    assertEquals(terminal.slice(terminal.indexOf("ready")), seen);
  });
}

test("Ctrl-C ends a script that runs exec, as it does without exec", async () => {
  const script = "for each in 1 2; do stsmfa exec -- sh -c 'echo at $0; exec sleep 20' $each; done";
  const { code, terminal } = await run({
    argv: ["bash", "-c", `${script}; echo went on`],
    steps: [{ expect: "at 1" }, ctrlC],
  });
  assertEquals([code, terminal], [-2, "at 1\r\n^C"]);
}, bash);

test("Ctrl-Z stops program and exec, and fg brings both back to the terminal", async () => {
  // Changing the terminal's settings would stop a program that is not in the foreground.
  const program = "trap 'stty -echo; stty echo; kill $!; exit 5' CONT; sleep 20 & echo up; wait";
  const script = `stsmfa exec -- sh -c "$1"; echo "stopped $?"; fg; echo "ended $?"`;
  const { code, terminal } = await run({
    argv: ["bash", "--norc", "-i", "-c", script, "bash", program],
    steps: [{ expect: "up\r\n" }, { send: "\x1a" }, { expect: "stopped 148" }, {
      expect: "ended 5",
    }],
  });
  assertEquals(code, 0, terminal);
}, bash);

for (
  const [streams, term] of [
    ["terminal", "xterm"],
    ["pipes", "xterm"],
    ["terminal", "dumb"],
    ["pipes", "dumb"],
  ] as const
) {
  test(`behind the prompt for the code the program has the terminal to itself (${streams}, ${term})`, async () => {
    await using sts = await startLoopbackSts();
    const script = "exec < /dev/tty > /dev/tty; stty -a | grep -o ' icanon\\| echo '; " +
      'echo name; read -r a; echo word; read -r b; echo "<$a> <$b>"; exit 3';
    const { code, terminal } = await run({
      argv: cliCommand("exec", "--", "sh", "-c", script),
      sts,
      streams,
      term,
      steps: [
        { expect: prompt },
        { send: await sts.code() },
        ...(term === "dumb" ? [] : [{ expect: "******" }]),
        // Typed ahead of the program, it is for the program.
        { send: "\rali" },
        { expect: "name" },
        { send: "ce\r" },
        { expect: "word" },
        { send: "two words\r" },
      ],
    });
    assertEquals(code, 3, terminal);
    assertStringIncludes(terminal, " icanon");
    assertStringIncludes(terminal, " echo ");
    assertStringIncludes(terminal, "<alice> <two words>");
  });
}
