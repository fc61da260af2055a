/**
 * `init` with a person at a real (pseudo-)terminal.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testOrSkip } from "../support/abilities.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython, type Step, type TerminalRun } from "../support/python.ts";
import { cliCommand, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();
const needed = needsPython("termios");
const enter = "\r";

/** Types an answer, and goes on once the terminal masks its last letter. */
const typeHidden = (question: string, answer: string): Step[] => [
  { expect: question },
  { send: answer },
  { expect: "*".repeat(answer.length) },
  { send: enter },
];

function test(
  name: string,
  body: (sts: LoopbackSts, home: SpawnedHome) => Promise<void>,
): void {
  testOrSkip({
    name: name + needed.name,
    ignore: needed.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts();
      await using home = await SpawnedHome.create({ ...sts.env(), TERM: "xterm" });
      await body(sts, home);
    },
  });
}

async function init(
  home: SpawnedHome,
  streams: "terminal" | "pipes",
  steps: readonly Step[],
): Promise<TerminalRun> {
  const ended = await atTerminal({
    argv: cliCommand("init", "work"),
    env: home.env,
    cwd: home.home,
    streams,
    steps,
  });
  assertEquals([ended.unmet, ended.restored], [null, true], ended.terminal + ended.stderr);
  return ended;
}

for (const streams of ["terminal", "pipes"] as const) {
  test(
    `init asks on the terminal, and shows neither key nor code (${streams})`,
    async (sts, home) => {
      const code = await sts.code();
      const ended = await init(home, streams, [
        ...typeHidden("Access key ID:", accessKeyId),
        ...typeHidden("Secret access key:", secretAccessKey),
        { expect: "Region of work" },
        { send: `eu-west-1${enter}` },
        ...typeHidden(`MFA code for ${ALICE_DEVICE}:`, code),
      ]);
      const shown = ended.terminal + ended.stdout + ended.stderr;
      assertEquals(ended.code, 0, shown);
      for (const secret of [accessKeyId, secretAccessKey, code]) assert(!shown.includes(secret));
      assertMatch(shown, /work {2}.*renewed.*, expires in 12h/);
      assertStringIncludes(await home.read(), `aws_secret_access_key = ${secretAccessKey}\n`);
      assertEquals(await home.read(".aws/config"), "[profile work]\nregion = eu-west-1\n");
    },
  );
}

test("Ctrl-C at the secret key leaves the home as it was: exit 130", async (sts, home) => {
  const ended = await init(home, "terminal", [
    ...typeHidden("Access key ID:", accessKeyId),
    { expect: "Secret access key:" },
    { send: "half\x03" },
  ]);
  assertEquals([ended.code, sts.count()], [130, 0], ended.terminal);
  assertEquals(home.list(".").filter((name) => name === ".aws"), []);
  assert(!ended.terminal.includes("half"));
});

test("a terminal for lines alone shows the region, but neither key nor code", async (sts, home) => {
  home.extraEnv["TERM"] = "dumb";
  const code = await sts.code();
  const ended = await init(home, "terminal", [
    { expect: "Access key ID:" },
    { send: accessKeyId + enter },
    { expect: "Secret access key:" },
    { send: secretAccessKey + enter },
    { expect: "Region of work" },
    { send: "eu-south-2" },
    { expect: "eu-south-2" },
    { send: enter },
    { expect: `MFA code for ${ALICE_DEVICE}:` },
    { send: code + enter },
  ]);
  const shown = ended.terminal + ended.stdout + ended.stderr;
  assertEquals(ended.code, 0, shown);
  for (const secret of [accessKeyId, secretAccessKey, code]) assert(!shown.includes(secret));
  assertEquals(await home.read(".aws/config"), "[profile work]\nregion = eu-south-2\n");
});
