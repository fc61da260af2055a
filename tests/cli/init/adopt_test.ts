/**
 * `init --adopt`: a profile's own key makes room for its session.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { IniDocument } from "../../../lib/ini/document.ts";
import { type Home, type HomeOptions, longTerm, openHome, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

const id = `aws_access_key_id = ${alice().accessKeyId}`;
const secret = `aws_secret_access_key = ${alice().secretAccessKey}`;
const serial = `mfa_serial = ${ALICE_DEVICE}`;
const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const config = "[profile work]\nregion = eu-west-1\n";

function openWith(credentials: string, options: HomeOptions = {}): Promise<Home> {
  return openHome({ credentials, config, sts: { roles: [{ roleArn }] }, ...options });
}

/** Credentials files before and after `init work --adopt --no-session`, line by line. */
const shapes: [what: string, before: string[], after: string[]][] = [
  [
    "as its only section",
    ["[work]", id, secret],
    ["[work]", "", "[work-long-term]", id, secret, serial],
  ],
  [
    "first of several",
    ["[work]", id, secret, "", "[b]", "k = v"],
    ["[work]", "", "[work-long-term]", id, secret, serial, "", "[b]", "k = v"],
  ],
  [
    "amid others, set off by nothing",
    ["[a]", "k = v", "[work]", id, "x = y", secret, "[b]", "k = v"],
    ["[a]", "k = v", "[work]", "x = y", "", "[work-long-term]", id, secret, serial, "[b]", "k = v"],
  ],
  [
    "last, with comments above, among and below its keys",
    ["; a", "[a]", "", "# work", "[work] # me", "# key", id, "x = y ; z", "# it", secret, "# end"],
    [
      ...["; a", "[a]", "", "# work", "[work] # me", "x = y ; z", ""],
      ...["[work-long-term]", "# key", id, "# it", secret, serial, "# end"],
    ],
  ],
  [
    "with a comment of its own that stands apart",
    ["[work]", "# all about work", "", "# key", id, secret, "", "# next", "[b]"],
    [
      ...["[work]", "# all about work", "", "[work-long-term]", "# key", id, secret, serial],
      ...["", "# next", "[b]"],
    ],
  ],
  [
    "with nested blocks and other keys, which stay",
    ["[work]", "s3 =", "  addressing_style = path", id, "  # odd", secret, "region = eu-west-1"],
    [
      ...["[work]", "s3 =", "  addressing_style = path", "region = eu-west-1", ""],
      ...["[work-long-term]", id, "  # odd", secret, serial],
    ],
  ],
  [
    "with a stale session beside the key, as `aws configure` leaves it",
    ["[work]", id, secret, "aws_session_token = old", "expiration = 2020-01-01 00:00:00"],
    [
      ...["[work]", "aws_session_token = old", "expiration = 2020-01-01 00:00:00", ""],
      ...["[work-long-term]", id, secret, serial],
    ],
  ],
  [
    "with what aws-mfa keeps beside a key, which travels",
    ["[work]", `aws_mfa_device = ${ALICE_DEVICE}`, id, secret, `assume_role = ${roleArn}`, "k = v"],
    [
      ...["[work]", "k = v", "", "[work-long-term]", `aws_mfa_device = ${ALICE_DEVICE}`, id],
      ...[secret, `assume_role = ${roleArn}`],
    ],
  ],
  [
    "to a section that is there, without keys",
    ["[work-long-term]", `  aws_mfa_device = ${ALICE_DEVICE}`, "", "[work]", id, secret],
    ["[work-long-term]", `  aws_mfa_device = ${ALICE_DEVICE}`, id, secret, "", "[work]"],
  ],
];
const ends: [what: string, shape: (lines: string[]) => string][] = [
  ["", (lines) => lines.join("\n") + "\n"],
  [", with CRLF", (lines) => lines.join("\r\n") + "\r\n"],
];
for (const [what, before, after] of shapes) {
  for (const [ending, shape] of ends) {
    Deno.test(`adopt moves the key of a section ${what}${ending}, and no other byte changes`, async () => {
      await using home = await openWith(shape(before));
      assertEquals(await home.run("init", "work", "--adopt", "--no-session"), 0, home.stderr);
      assertEquals(await home.credentials(), shape(after));
      assertEquals(await home.test.read(".aws/credentials~"), shape(before));
      assertStringIncludes(home.stdout, "work  key moved to [work-long-term], MFA device");
      assertEquals(home.test.questions, []);

      home.types();
      await home.run("work");
      const text = await home.credentials();
      assertMatch(IniDocument.parse(text).get("work", "aws_access_key_id")!, /^ASIA/);
      const left = text.split(/\r?\n/);
      const isOld = (line: string) => /old|2020/.test(line);
      assertEquals(after.filter((line) => !left.includes(line) && !isOld(line)), []);
    });
  }

  Deno.test(`adopt moves the key of a section ${what}, where the file has no last line end`, async () => {
    await using home = await openWith(before.join("\n"));
    assertEquals(await home.run("init", "work", "--adopt", "--no-session"), 0, home.stderr);
    assertEquals((await home.credentials()).trimEnd(), after.join("\n").trimEnd());
  });
}

Deno.test("adopt ends with a session where the key was; a stale token is gone, the rest stays", async () => {
  const stale = ["aws_session_token = stale", "expiration = 2020-01-01 00:00:00"];
  await using home = await openWith(["[work]", id, "k = v", secret, ...stale, ""].join("\n"));
  home.types();
  assertEquals(await home.run("init", "work", "--adopt"), 0, home.stderr);
  assertStringIncludes(home.stdout, "work  renewed, expires in 12h, at 17:06\n");
  const { aws_access_key_id, aws_session_token, expiration, k } = await home.section("work");
  assertMatch(aws_access_key_id!, /^ASIA/);
  assertEquals(
    [aws_session_token === "stale", expiration, k],
    [false, "2026-03-04T17:06:07Z", "v"],
  );
  const stored = await home.section("work-long-term");
  assertEquals(stored["aws_secret_access_key"], alice().secretAccessKey);
  assertEquals(home.test.questions, [`MFA code for ${ALICE_DEVICE}:`]);
});

Deno.test("adopt of the default profile needs no name", async () => {
  await using home = await openHome({ credentials: longTerm("default") });
  home.answer("");
  home.types();
  assertEquals(await home.run("init", "--adopt", "--json"), 0, home.stderr);
  assertEquals([home.json.profile, home.json.sourceProfile], ["default", "default-long-term"]);
});

Deno.test("a device that is named replaces the one that aws-mfa would use", async () => {
  const before = `[work]\n${id}\n${secret}\naws_mfa_device = arn:aws:iam::123456789012:mfa/old\n`;
  await using home = await openWith(before);
  home.types();
  assertEquals(await home.run("init", "work", "--adopt", "--mfa-serial", ALICE_DEVICE), 0);
  const { aws_mfa_device, mfa_serial } = await home.section("work-long-term");
  assertEquals([aws_mfa_device, mfa_serial], [ALICE_DEVICE, undefined]);
});

const untouched: [
  what: string,
  credentials: string,
  args: string[],
  status: number,
  said: string,
][] = [
  ["of a section with a session", session("work"), [], 3, "has no access key"],
  ["of a section that is not there", "# mine\n", [], 3, "stsmfa init work\n"],
  ["of half a key", `[work]\n${id}\n`, [], 3, "add it: aws configure --profile work\n"],
  [
    "where the key would go is one already",
    `${longTerm("work")}[work-long-term]\n${id}\n`,
    [],
    3,
    "stsmfa never overwrites them",
  ],
  ["with --keys-from", longTerm("work"), ["--keys-from", "env"], 2, "drop --keys-from"],
  [
    "with a key that AWS does not know",
    longTerm("work", alice({ accessKeyId: "AKIANOBODYNOBODYNOB2" })),
    [],
    4,
    "does not know the access key",
  ],
];
for (const [what, credentials, args, status, said] of untouched) {
  Deno.test(`adopt ${what} changes nothing, and says why`, async () => {
    await using home = await openWith(credentials);
    const run = () => home.run("init", "work", "--adopt", ...args);
    assertEquals(await home.unchanged(run), status, home.stderr);
    assertStringIncludes(home.stderr, said);
    assertEquals(home.stderr.includes(alice().secretAccessKey), false);
  });
}

Deno.test("adopt moves no key but the one that AWS was asked about", async () => {
  const devices = ["phone", "tablet"].map((name) => ({
    ...alice().devices[0]!,
    serialNumber: `arn:aws:iam::123456789012:mfa/${name}`,
  }));
  for (const other of [`[work]\n${id}\naws_secret_access_key = rotated\n`, "[a]\nk = v\n"]) {
    await using home = await openWith(longTerm("work"), { sts: { users: [alice({ devices })] } });
    home.answer(async (question) => {
      assertEquals(question, "MFA device");
      await home.test.write(".aws/credentials", other);
      return devices[0]!.serialNumber;
    });
    assertEquals(await home.run("init", "work", "--adopt"), 3);
    assertEquals(await home.credentials(), other);
  }
});

Deno.test("Ctrl-C at the code: the key has moved, none is lost, and the next refresh has it", async () => {
  await using home = await openWith(longTerm("work"));
  home.answer(ctrlC);
  assertEquals(await home.run("init", "work", "--adopt"), 130);
  assertStringIncludes(home.stderr, "the key is stored, but there is no session: cancelled");
  assertStringIncludes(await home.credentials(), alice().secretAccessKey);
  home.types();
  assertEquals(await home.run("work"), 0, home.stderr);
});

Deno.test("init --adopt tells of roles for which SDKs would go on asking for a code", async () => {
  const role = (name: string, source: string, own: string) =>
    `[profile ${name}]\nrole_arn = ${roleArn}\nsource_profile = ${source}\n${own}`;
  await using home = await openWith(`[work]\n${id}\n${secret}\n`, {
    config: config + role("asked", "work", `${serial}\n`) + role("quiet", "work", "") +
      role("other", "b", `${serial}\n`),
  });
  home.types();
  assertEquals(await home.run("init", "work", "--adopt"), 0);
  assertEquals(home.stderr.match(/warning: .*mfa_serial/g)?.length, 1);
  assertStringIncludes(
    home.stderr,
    `${home.test.path(".aws/config")}: line 6: SDKs ask for a code because of this mfa_serial`,
  );
});
