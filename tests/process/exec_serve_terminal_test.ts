/**
 * `exec --serve` at a real (pseudo-)terminal, which is the program's own while sessions are renewed.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython } from "../support/python.ts";
import { needsShell } from "../support/shells.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const python = needsPython("termios");
const bash = needsShell("bash");
const ask =
  `curl -s -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" $AWS_CONTAINER_CREDENTIALS_FULL_URI`;

/** Runs a program with a session that ends in a few seconds. */
async function run(
  script: string,
  steps: Parameters<typeof atTerminal>[0]["steps"],
  mfaProcess: (code: string) => string | undefined,
  command: readonly string[] = ["--", "sh", "program"],
): Promise<string> {
  await using sts = await startLoopbackSts();
  await using home = await SpawnedHome.create({
    ...sts.env(),
    TERM: "dumb",
    SHELL: "/bin/bash",
  });
  const end = new Date(Date.now() + 8000).toISOString();
  await home.write(
    ".aws/credentials",
    `${longTermSection("prod-long-term", alice())}\n${session("prod", end)}`,
  );
  const process = mfaProcess(await sts.code());
  const line = process === undefined ? "" : `mfa_process = ${home.path("codes")}\n`;
  await home.write("codes", process ?? "");
  await Deno.chmod(home.path("codes"), 0o700);
  await home.write(".aws/config", `[profile prod]\nmfa_serial = ${ALICE_DEVICE}\n${line}`);
  await home.write("program", script);
  await home.write(".bashrc", "PS1='$ '\n");
  const { terminal, unmet, restored } = await atTerminal({
    argv: cliCommand("exec", "prod", "--serve", "--min-left", "1s", ...command),
    env: home.env,
    cwd: home.home,
    streams: "terminal",
    steps,
    seconds: 30,
  });
  assertEquals([unmet, restored], [null, true], `${script}${process}${terminal}`);
  return terminal;
}

testOrSkip({
  name: `what gives codes in the background neither reads nor writes the terminal${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const terminal = await run(
      `echo ready; read line; echo "got $line"; until ${ask} | grep -v OLDOLD; do sleep 0.2; done`,
      [
        { expect: "ready\r\n" },
        { until: "asked" },
        { pause: 0.2 },
        { send: "hello\r" },
        { expect: "got hello" },
        { expect: `"AccessKeyId":"ASIA` },
      ],
      (code) => `#!/bin/sh\necho "touch the device" >&2; cat >&2; echo > asked; echo ${code}\n`,
    );
    assert(!terminal.includes("touch") && !terminal.includes("stsmfa"), terminal);
  },
});

testOrSkip({
  name:
    `nobody is asked at the terminal, and whoever wants a session is told at once${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const terminal = await run(
      `echo ready; while ${ask} | grep OLDOLD > /dev/null; do sleep 0.2; done; ${ask}; echo .`,
      [
        { expect: "ready\r\n" },
        { expect: `"code":"TokenCodeNeeded"` },
        { expect: "in another terminal: stsmfa refresh prod" },
        { expect: "the session of prod has expired and could not be renewed" },
      ],
      () => undefined,
    );
    assert(!terminal.includes("MFA code for"), terminal);
    assertStringIncludes(terminal, `"Message":"stsmfa: no session of prod: an MFA code of`);
  },
});

/** Programs that ask at the terminal themselves, however their standard streams are. */
const askers: Readonly<Record<string, string>> = {
  "that writes to it": "echo Password: > /dev/tty",
  "that is made for passwords": "python3 -c 'import getpass; getpass.getpass()' < /dev/null",
  "whose own program does": "sh -c 'echo Password: > /dev/tty; read line < /dev/tty'",
};

testOrSkip({
  name: `a shell goes on beside a program ${
    Object.keys(askers).join(", or ")
  }, while it gives a code${python.name}`,
  ignore: python.ignore || bash.ignore,
  fn: async () => {
    // All at once: each waits until a session ends.
    await Promise.all(
      Object.entries(askers).map(async ([what, act]) => {
        const terminal = await run(
          "",
          [
            { expect: "$ " },
            { until: "asked" },
            { send: `for n in $(seq 20); do ${ask} | grep -v OLDOLD && break; sleep 0.2; done\r` },
            { expect: `"AccessKeyId":"ASIA` },
            { send: "exit 0\r" },
          ],
          (code) => `#!/bin/sh\n( ${act} ) 2> /dev/null\necho > asked; echo ${code}\n`,
          [],
        );
        assert(!terminal.includes("Password"), `${what}: ${terminal}`);
      }),
    );
  },
});
