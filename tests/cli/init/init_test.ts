import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertMode } from "../../support/file_mode.ts";
import { type Home, type HomeOptions, openHome } from "../../support/homes.ts";
import type { Fault } from "../../support/loopback_sts.ts";
import { alice, ALICE_DEVICE, type LoopbackUser } from "../../support/sts_people.ts";
import { type Answer, ctrlC } from "../../support/test_context.ts";

const { accessKeyId, secretAccessKey } = alice();
const noRegion = "";
const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const device = (name: string) => ({ serialNumber: `arn:aws:iam::123456789012:${name}`, secret });

const keyQuestions = [
  "Access key ID:",
  "Secret access key:",
  "Region of default, such as eu-west-1 (Enter for none):",
];

/** A home without AWS's files, and alice in front of it. */
async function openNew(options: HomeOptions = {}, user: Partial<LoopbackUser> = {}): Promise<Home> {
  const home = await openHome({ credentials: null, sts: { users: [alice(user)] }, ...options });
  home.answer(accessKeyId, secretAccessKey, noRegion);
  return home;
}

/** Runs what must leave no file of AWS's behind. */
async function leavesNothing(home: Home, ...args: string[]): Promise<number> {
  const status = await home.run("init", ...args);
  assertEquals(await home.test.list().catch(() => []), []);
  return status;
}

const stored = `[default-long-term]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
mfa_serial = ${ALICE_DEVICE}
`;

Deno.test("init on a new machine: key and device are stored, and the profile has a session", async () => {
  await using home = await openNew();
  home.types();
  assertEquals(await home.run("init"), 0, home.stderr);
  assertEquals(home.test.questions, [...keyQuestions, `MFA code for ${ALICE_DEVICE}:`]);
  assertEquals(
    home.stdout,
    `default  key stored in [default-long-term], MFA device ${ALICE_DEVICE}\n` +
      "default  renewed, expires in 12h\n",
  );
  assertEquals(
    home.stderr,
    "stsmfa: the key is arn:aws:iam::123456789012:user/alice's\n",
  );
  const text = await home.credentials();
  assertEquals(text.slice(0, stored.length), stored);
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
  assertEquals(await home.test.list(), ["credentials"]);
  assertEquals(home.sts.requests.map(({ action }) => action), [
    "GetCallerIdentity",
    "ListMFADevices",
    "GetSessionToken",
  ]);
});

Deno.test("what init stores is enough for the next refresh: no list, no questions but the code", async () => {
  await using home = await openNew();
  home.types(2);
  await home.run("init");
  home.test.clock.advance(60);
  const before = home.sts.count();
  assertEquals(await home.run("--force"), 0);
  assertEquals(home.sts.requests.slice(before).map(({ action }) => action), ["GetSessionToken"]);
});

Deno.test("new files are for their owner alone", async () => {
  await using home = await openNew();
  home.types();
  assertEquals(await home.run("init", "--region", "eu-central-1"), 0);
  assertMode(0o700, home.test.path(".aws"));
  assertMode(0o600, home.test.path(".aws/credentials"), home.test.path(".aws/config"));
});

Deno.test("init --json tells programs what was stored, and nothing that is secret", async () => {
  await using home = await openNew();
  home.types();
  assertEquals(await home.run("init", "work", "--json", "--region", "eu-west-1"), 0);
  assertEquals(home.json, {
    profile: "work",
    sourceProfile: "work-long-term",
    accountId: "123456789012",
    arn: "arn:aws:iam::123456789012:user/alice",
    mfaSerial: ALICE_DEVICE,
    store: "file",
    expiration: "2026-03-04T17:06:07Z",
  });
  assertEquals(home.stderr, "");
});

Deno.test("init --no-session asks for no code and stores the key alone", async () => {
  await using home = await openNew();
  assertEquals(await home.run("init", "--no-session", "--json"), 0);
  assertEquals(await home.credentials(), stored);
  assertEquals(home.json.expiration, null);
  assertEquals(home.sts.count("GetSessionToken"), 0);
});

Deno.test("a typo that can be seen is asked again, and sent nowhere", async () => {
  await using home = await openHome({ credentials: null });
  home.answer("AKIA", "ASIAALICEALICEALICE2", accessKeyId, "short", secretAccessKey);
  home.answer("Frankfurt", noRegion);
  home.types();
  assertEquals(await home.run("init"), 0, home.stderr);
  assertEquals(home.test.questions.map((each) => each.split(" ")[0]), [
    ...["Access", "Access", "Access", "Secret", "Secret", "Region", "Region", "MFA"],
  ]);
  assertEquals(home.sts.requests.every((each) => each.accessKeyId === accessKeyId), true);
});

const refusals: [what: string, answers: Answer[], status: number, said: string, fault?: Fault][] = [
  ["an unknown key", ["AKIANOBODYNOBODYNOB2", secretAccessKey], 4, "does not know the access key"],
  ["a wrong secret", [accessKeyId, `${secretAccessKey}x`], 4, "does not belong to"],
  ["AWS out of reach", [accessKeyId, secretAccessKey], 5, "could not answer", {
    kind: "status",
    status: 503,
  }],
];
for (const [what, answers, status, said, fault] of refusals) {
  for (const json of [[], ["--json"]]) {
    Deno.test(`${what} is told before anything is written ${json.join("")}`.trim(), async () => {
      await using home = await openHome({ credentials: null });
      home.answer(...answers, "eu-west-1");
      if (fault !== undefined) home.sts.failNext(fault, 9);
      assertEquals(await leavesNothing(home, ...json), status);
      assertStringIncludes(home.stderr, said);
      assertEquals(home.stdout, "");
      for (const answer of answers.slice(1)) {
        assertEquals(home.stderr.includes(answer as string), false);
      }
    });
  }
}

const unusable: [what: string, user: Partial<LoopbackUser>, status: number, said: string][] = [
  ["without an MFA device", { devices: [] }, 3, "register one"],
  [
    "with security keys alone",
    { devices: [device("u2f/user/alice/key-1"), device("u2f/user/alice/key-2")] },
    3,
    "register a virtual MFA device",
  ],
];
for (const [what, user, status, said] of unusable) {
  Deno.test(`a user ${what}: it is said how to get one, and nothing is written`, async () => {
    await using home = await openNew({}, user);
    assertEquals(await leavesNothing(home), status);
    assertStringIncludes(home.stderr, said);
    assertEquals(home.test.questions, keyQuestions);
  });
}

const several = [device("mfa/phone"), device("u2f/user/alice/key"), device("mfa/tablet")];

Deno.test("of several MFA devices the one that is chosen is stored", async () => {
  await using home = await openNew({}, { devices: several });
  const serialNumber = several[2]!.serialNumber;
  home.answer(serialNumber);
  home.types(1, serialNumber);
  assertEquals(await home.run("init"), 0, home.stderr);
  assertEquals(home.test.questions.slice(3), ["MFA device", `MFA code for ${serialNumber}:`]);
  assertEquals((await home.section("default-long-term"))["mfa_serial"], serialNumber);
});

Deno.test("--mfa-serial is stored unasked", async () => {
  await using home = await openNew({}, { devices: several });
  const serialNumber = several[0]!.serialNumber;
  home.types(1, serialNumber);
  assertEquals(await home.run("init", "--mfa-serial", serialNumber), 0, home.stderr);
  assertEquals((await home.section("default-long-term"))["mfa_serial"], serialNumber);
  assertEquals(home.sts.count("ListMFADevices"), 0);
});

for (const [at, question] of [...keyQuestions, "MFA device"].entries()) {
  Deno.test(`Ctrl-C at "${question}" leaves nothing behind: exit 130`, async () => {
    await using home = await openHome({
      credentials: null,
      sts: { users: [alice({ devices: several })] },
    });
    home.answer(...[accessKeyId, secretAccessKey, "eu-west-1"].slice(0, at), ctrlC);
    assertEquals(await leavesNothing(home), 130);
    assertEquals(home.test.questions.at(-1), question);
    assertStringIncludes(home.stderr, "stsmfa: error: cancelled\n");
  });
}

const withoutSession: [what: string, answers: Answer[], status: number, code: string][] = [
  ["a refused code", ["000000", "000000", "000000"], 4, "TokenCodeRefused"],
  ["Ctrl-C at the code", [ctrlC], 130, "Cancelled"],
];
for (const [what, answers, status, code] of withoutSession) {
  Deno.test(`${what}: the key stays, and it is said how to get a session`, async () => {
    await using home = await openNew();
    home.answer(...answers);
    assertEquals(await home.run("init"), status);
    assertEquals(await home.credentials(), stored);
    assertStringIncludes(home.stdout, "default  key stored in [default-long-term]");
    assertStringIncludes(home.stderr, "error: the key is stored, but there is no session: ");
    assertStringIncludes(home.stderr, "to get one: stsmfa default\n");
    home.types();
    assertEquals(await home.run("default"), 0, home.stderr);
  });

  Deno.test(`${what}, with --json: what is stored on stdout, one error on stderr`, async () => {
    await using home = await openNew();
    home.answer(...answers);
    assertEquals(await home.run("init", "--json"), status);
    assertEquals([home.json.sourceProfile, home.json.expiration], ["default-long-term", null]);
    const { error } = JSON.parse(home.stderr.trimEnd().split("\n").at(-1)!);
    assertEquals([error.code, "profile" in error], [code, false]);
  });
}

Deno.test("a device that was guessed wrong: it is said which key of which section to mend", async () => {
  await using home = await openNew({}, {
    mayListMfaDevices: false,
    devices: [device("mfa/pixel")],
  });
  home.answer("123456");
  assertEquals(await home.run("init"), 4);
  assertStringIncludes(home.stderr, "hint: set mfa_serial in [default-long-term] to the ARN");
});

Deno.test("variables that shadow the profile are told, with the command that ends it", async () => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"]) {
    await using home = await openNew({ os: "unix", env: { [name]: "x" } });
    home.types();
    assertEquals(await home.run("init"), 0, home.stderr);
    assertStringIncludes(home.stderr, `warning: ${name} is set in this shell`);
    assertStringIncludes(home.stderr, "unset AWS_ACCESS_KEY_ID");
  }
});
