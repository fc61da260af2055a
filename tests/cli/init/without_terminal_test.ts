/**
 * `init` for scripts: the key from the environment or standard input, the code from a flag.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, openHome } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();
const keyInEnv = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };

/** A home without AWS's files, where nobody sits at a terminal. */
function openEmpty(options: HomeOptions = {}): Promise<Home> {
  return openHome({ credentials: null, nobody: true, ...options });
}

async function assertStored(home: Home, profile = "default"): Promise<void> {
  const stored = await home.section(`${profile}-long-term`);
  assertEquals(stored, {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    mfa_serial: ALICE_DEVICE,
  });
  assertMatch((await home.section(profile))["aws_access_key_id"]!, /^ASIA/);
}

Deno.test("nobody there: key from the environment, code from --token-code, region from --region", async () => {
  await using home = await openEmpty({ env: keyInEnv });
  const code = await home.sts.code();
  const args = ["init", "ci", "--token-code", code, "--region", "eu-west-1"];
  assertEquals(await home.run(...args), 0, home.stderr);
  await assertStored(home, "ci");
  assertEquals(await home.test.read(".aws/config"), "[profile ci]\nregion = eu-west-1\n");
  assertStringIncludes(home.stderr, "warning: AWS_ACCESS_KEY_ID is set in this shell");
});

Deno.test("--non-interactive asks nobody, although somebody is there", async () => {
  await using home = await openEmpty({ env: keyInEnv, nobody: false });
  const code = await home.sts.code();
  assertEquals(await home.run("init", "--non-interactive", "--token-code", code), 0, home.stderr);
  await assertStored(home);
  assertEquals(home.test.questions, []);
  assertEquals(await home.test.list(), ["credentials"]);
});

const inputs: [what: string, stdin: string][] = [
  ["two lines", `${accessKeyId}\n${secretAccessKey}\n`],
  ["two lines without a last line end", `${accessKeyId}\r\n${secretAccessKey}`],
  ["one line", `${accessKeyId} ${secretAccessKey}\n`],
  [
    "the console's CSV file",
    `\ufeffAccess key ID,Secret access key\r\n${accessKeyId},${secretAccessKey}\r\n`,
  ],
];
for (const [what, stdin] of inputs) {
  Deno.test(`--keys-from stdin takes ${what}`, async () => {
    await using home = await openEmpty({ stdin });
    const args = ["init", "--keys-from", "stdin", "--token-code", await home.sts.code()];
    assertEquals(await home.run(...args), 0, home.stderr);
    await assertStored(home);
  });
}

Deno.test("with a key on standard input the code may be typed", async () => {
  await using home = await openEmpty({ nobody: false, stdin: inputs[0]![1] });
  home.answer("");
  home.types();
  assertEquals(await home.run("init", "--keys-from", "stdin"), 0, home.stderr);
  await assertStored(home);
  assertEquals(home.test.questions.map((each) => each.split(" ")[0]), ["Region", "MFA"]);
});

Deno.test("with a key in the environment the code may come from standard input", async () => {
  await using home = await openEmpty({ env: keyInEnv, stdin: "123456\n" });
  assertEquals(await home.run("init", "--token-code", "-"), 4);
  assertEquals(home.sts.requests.at(-1)!.params["TokenCode"], "123456");
});

Deno.test("mfa_process gives the code of a first session", async () => {
  const order: { code?: string } = {};
  await using home = await openEmpty({
    env: keyInEnv,
    runCommand: () => Promise.resolve({ exitStatus: 0, stdout: `${order.code}\n` }),
  });
  order.code = await home.sts.code();
  assertEquals(await home.run("init", "--mfa-process", '["otp", "aws"]'), 0, home.stderr);
  await assertStored(home);
});

const session = { ...keyInEnv, AWS_ACCESS_KEY_ID: "ASIAALICEALICEALICE2" };
const code = ["--token-code", "123456"];
const stdin = ["--keys-from", "stdin"];
const refusals: [what: string, options: HomeOptions, args: string[], said: string][] = [
  ["no key", {}, code, "an access key is needed, and stsmfa cannot ask for it here"],
  ["no key, told to ask", { nobody: false }, [...code, "--non-interactive"], "stsmfa cannot ask"],
  ["a terminal that is not there", {}, [...code, "--keys-from", "terminal"], "stsmfa cannot ask"],
  [
    "half a key",
    { env: { AWS_SECRET_ACCESS_KEY: secretAccessKey } },
    [...code, "--keys-from", "env"],
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set",
  ],
  ["a session's key", { env: session }, code, "this key belongs to a session"],
  [
    "a session's token",
    { env: { ...keyInEnv, AWS_SESSION_TOKEN: "token+of/alice" } },
    code,
    "AWS_SESSION_TOKEN is set",
  ],
  [
    "a session's token by its old name",
    { env: { ...keyInEnv, AWS_SECURITY_TOKEN: "token+of/alice" } },
    code,
    "AWS_SECURITY_TOKEN is set",
  ],
  ["an empty standard input", { stdin: "" }, [...code, ...stdin], "0 found"],
  ["an ID alone", { stdin: `${accessKeyId}\n` }, [...code, ...stdin], "1 found"],
  [
    "a file with more in it",
    { stdin: `alice,${accessKeyId},${secretAccessKey}\n` },
    [...code, ...stdin],
    "3 found",
  ],
  [
    "ID and secret the wrong way round",
    { stdin: `${secretAccessKey}\n${accessKeyId}\n` },
    [...code, ...stdin],
    "an access key ID has",
  ],
  [
    "a session's key on standard input",
    { stdin: `ASIAALICEALICEALICE2\n${secretAccessKey}\n` },
    [...code, ...stdin],
    "this key belongs to a session",
  ],
  [
    "a secret with a letter that none has",
    { stdin: `${accessKeyId}\n${secretAccessKey}\u00e4\n` },
    [...code, ...stdin],
    "a secret access key has",
  ],
  [
    "key and code both on standard input",
    { stdin: inputs[0]![1] },
    [...stdin, "--token-code", "-"],
    "cannot both come from",
  ],
  ["no code", { env: keyInEnv }, [], "--token-code"],
  ["no code that could be one", { env: keyInEnv }, ["--token-code", "12345"], "six digits"],
];
for (const [what, options, args, said] of refusals) {
  Deno.test(`${what}: exit 2 before anything is sent or written, and no word of it is repeated`, async () => {
    await using home = await openEmpty(options);
    assertEquals(await home.run("init", ...args), 2, home.stderr);
    assertStringIncludes(home.stderr, said);
    for (const secret of [secretAccessKey, "token+of/alice", "ASIAALICEALICEALICE2"]) {
      assertEquals(home.test.output.includes(secret), false);
    }
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
    assertEquals(await home.test.list().catch(() => []), []);
  });
}

Deno.test("without a session no code is needed", async () => {
  await using home = await openEmpty({ env: keyInEnv });
  assertEquals(await home.run("init", "--no-session"), 0, home.stderr);
  assertEquals(Object.keys(await home.section("default-long-term")).length, 3);
});

Deno.test("several MFA devices and nobody to choose: exit 2, naming --mfa-serial; nothing is written", async () => {
  const devices = ["phone", "tablet"].map((name) => ({
    ...alice().devices[0]!,
    serialNumber: `arn:aws:iam::123456789012:mfa/${name}`,
  }));
  await using home = await openEmpty({ env: keyInEnv, sts: { users: [alice({ devices })] } });
  assertEquals(await home.run("init", ...code), 2);
  assertStringIncludes(home.stderr, "--mfa-serial ARN");
  assertEquals(await home.test.list().catch(() => []), []);
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

Deno.test("a code that AWS refuses: exit 4, the key stays", async () => {
  await using home = await openEmpty({ env: keyInEnv });
  assertEquals(await home.run("init", "--token-code", "000000", "--json"), 4);
  assertEquals(home.json.expiration, null);
  assertEquals(home.sts.count("GetSessionToken"), 1);
  const [, error] = home.stderr.trimEnd().split("\n");
  assertEquals(JSON.parse(error!).error.code, "TokenCodeRefused");
  assertEquals(Object.keys(await home.section("default-long-term")).length, 3);
});

Deno.test("no secret, token or code is in any output of init", async () => {
  await using home = await openEmpty({ env: keyInEnv });
  const code = await home.sts.code();
  let output = "";
  for (const args of [["a"], ["b", "--json"], ["c", "--no-session"]]) {
    await home.run("init", ...args, "--token-code", code);
    output += home.test.output;
  }
  const text = await home.credentials();
  const secrets = [...text.matchAll(/(?:secret_access_key|session_token) = (\S+)/g)];
  assertEquals(secrets.length, 7);
  for (const secret of [code, ...secrets.map((match) => match[1]!)]) {
    assertEquals(output.includes(secret), false, output);
  }
});
