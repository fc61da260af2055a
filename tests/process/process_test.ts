/**
 * `stsmfa process` as SDKs run it: with pipes for stdout and stderr, many at once.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { manyProcesses, posix, testOrSkip } from "../support/abilities.ts";
import { session } from "../support/homes.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { isOpenIn } from "../support/open_files.ts";
import { atTerminal, needsPython, type Step } from "../support/python.ts";
import { cliCommand, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";

const prompt = `MFA code for ${ALICE_DEVICE}:`;
const needed = needsPython("termios");
const ten = Array.from({ length: manyProcesses.isHere ? 10 : 2 }, (_, n) => String(n));

/** A home with a profile whose session SDKs ask stsmfa for, and can't find in the credentials file. */
async function createHome(sts: LoopbackSts, config = ""): Promise<SpawnedHome> {
  const home = await SpawnedHome.create({ ...sts.env(), TERM: "xterm" });
  await home.write(
    ".aws/config",
    `[profile prod]\ncredential_process = stsmfa process prod\nmfa_serial = ${ALICE_DEVICE}\n${config}`,
  );
  await home.write(".aws/credentials", longTermSection("prod-long-term", alice()));
  return home;
}

/** The command line as a shell has it. */
function shellLine(...args: string[]): string {
  const quoted = (word: string) =>
    posix.isHere ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
  return cliCommand(...args).map(quoted).join(" ");
}

function assertCredentials(stdout: string): string {
  const { AccessKeyId, ...rest } = JSON.parse(stdout);
  assertEquals(Object.keys(rest).sort(), [
    "AccountId",
    "Expiration",
    "SecretAccessKey",
    "SessionToken",
    "Version",
  ]);
  assertMatch(AccessKeyId, /^ASIA/);
  return AccessKeyId;
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

async function typed(sts: LoopbackSts): Promise<Step[]> {
  return [{ expect: prompt }, { send: await sts.code() }, { expect: "******" }, { send: "\r" }];
}

test("process asks on the terminal while stdout and stderr are pipes, and prints JSON alone", async (sts) => {
  await using home = await createHome(sts);
  const ended = await atTerminal({
    argv: cliCommand("process", "prod"),
    env: home.env,
    cwd: home.home,
    streams: "pipes",
    steps: await typed(sts),
  });
  assertEquals([ended.unmet, ended.code, ended.stderr], [null, 0, ""], ended.terminal);
  assertEquals(ended.terminal.includes(assertCredentials(ended.stdout)), false);
});

test("process without a terminal ends at once, and says what would help", async (sts) => {
  await using home = await createHome(sts);
  const ended = await atTerminal({
    argv: cliCommand("process", "prod"),
    env: home.env,
    cwd: home.home,
    streams: "none",
    steps: [],
  });
  assertEquals([ended.code, ended.stdout], [2, ""]);
  assertMatch(
    ended.stderr,
    /cannot ask for it here\nstsmfa: hint: in a terminal: stsmfa whoami prod\n$/,
  );
  assertEquals(sts.count(), 0);
});

test("ten callers at one terminal: one question, one request, the same session for all", async (sts) => {
  await using home = await createHome(sts);
  const call = `${shellLine("process", "prod")} > out.$n 2> err.$n; echo $? > code.$n`;
  const watch = setInterval(() => {
    if (!isOpenIn(ten.length, home.path(".local/state/stsmfa/sessions/"))) return;
    Deno.writeTextFileSync(home.path("nine wait"), "");
    clearInterval(watch);
  }, 50);
  const ended = await atTerminal({
    argv: ["/bin/sh", "-c", `for n in ${ten.join(" ")}; do (${call}) & done; wait`],
    env: home.env,
    cwd: home.home,
    streams: "pipes",
    steps: [{ until: "nine wait" }, ...await typed(sts)],
    seconds: 30,
  });
  clearInterval(watch);
  assertEquals([ended.unmet, ended.code], [null, 0], ended.terminal);
  const contents = (name: string) => Promise.all(ten.map((n) => home.read(`${name}.${n}`)));
  assertEquals(new Set(await contents("code")), new Set(["0\n"]));
  assertEquals(new Set((await contents("out")).map(assertCredentials)).size, 1);
  assertEquals(new Set(await contents("err")), new Set([""]));
  // Who waits does not write over the question.
  const [before, question] = ended.terminal.split(/(?<=session, for .*\r\n)/);
  assertEquals(before, "stsmfa: prod needs a session, for stsmfa process\r\n");
  // deno-lint-ignore no-control-regex -- what replaces a line has one
  assertMatch(question!, /^(\rMFA code for [^\r]*\x1b\[K \**\x1b\[K)+\r\r\n$/);
  assertEquals(sts.requests.map(({ action }) => action), ["GetSessionToken"]);
});

/** Notes each run, and gives what is in a file. */
const givingCode = posix.isHere
  ? "mfa_process = echo run >> runs; cat code"
  : "mfa_process = echo run>> runs& type code";

Deno.test(`${ten.length} callers with an mfa_process: one run of it, one request of each kind, the same session for all`, async () => {
  const roleArn = "arn:aws:iam::222222222222:role/Administrator";
  await using sts = await startLoopbackSts({ delayMs: 200, roles: [{ roleArn }] });
  await using home = await createHome(sts, `${givingCode}\nstsmfa =\n  role_arn = ${roleArn}\n`);
  await home.write("code", await sts.code());
  const ended = await Promise.all(ten.map(() => home.run(["process", "prod"])));
  assertEquals(ended.filter(({ code }) => code !== 0), []);
  assertEquals(new Set(ended.map(({ stdout }) => assertCredentials(stdout))).size, 1);
  assertMatch(await home.read("runs"), /^run\r?\n$/);
  assertEquals(sts.requests.map(({ action }) => action), ["GetSessionToken", "AssumeRole"]);
});

Deno.test("thirty callers whose session in the file has expired: one code, one request, the same session for all", async () => {
  await using sts = await startLoopbackSts({ delayMs: 200 });
  await using home = await SpawnedHome.create(sts.env());
  await home.write(
    ".aws/config",
    `[profile prod]\nmfa_serial = ${ALICE_DEVICE}\n${givingCode}\n`,
  );
  const expired = session("prod", "2020-01-01T00:00:00Z");
  await home.write(".aws/credentials", `${expired}\n${longTermSection("prod-long-term", alice())}`);
  await home.write("code", await sts.code());
  const ended = await Promise.all(
    [...ten, ...ten, ...ten].map(() => home.run(["process", "prod"])),
  );
  assertEquals(ended.filter(({ code }) => code !== 0), []);
  assertEquals(new Set(ended.map(({ stdout }) => assertCredentials(stdout))).size, 1);
  assertMatch(await home.read("runs"), /^run\r?\n$/);
  assertEquals(sts.requests.map(({ action }) => action), ["GetSessionToken"]);
});

Deno.test("an mfa_process that runs stsmfa for the same keys is refused at once, as a process of its own", async () => {
  await using sts = await startLoopbackSts();
  await using home = await createHome(sts, `mfa_process = ${shellLine("process", "prod")}\n`);
  const { code, stdout, stderr } = await home.run(["process", "prod", "--non-interactive"]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(
    stderr,
    "the mfa_process of [prod-long-term] asks for a session of profile prod",
  );
  assertStringIncludes(stderr, "mfa_process ended with exit status 3");
  assertEquals(sts.count("GetSessionToken"), 0);
});
