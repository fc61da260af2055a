import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const device = "aws_mfa_device = arn:aws:iam::123456789012:mfa/alice\n";
const valid = session("default", "2026-03-04T06:00:00Z");

Deno.test("read prints each value of the session, and nothing behind it", async () => {
  await using home = await openHome({
    credentials: `${alicesFile}${device}${valid}`,
    config: "[default]\nregion = eu-west-1\n",
    nobody: true,
    network: false,
  });
  const values = {
    aws_access_key_id: "ASIAOLDOLDOLDOLDOLD2",
    aws_secret_access_key: "old+secret/of+the+session+before+this",
    aws_session_token: "old/token+of+the+session+before+this==",
    expiration: "2026-03-04T06:00:00Z",
    region: "eu-west-1",
    account_id: "123456789012",
  };
  for (const [key, value] of Object.entries(values)) {
    assertEquals(await home.unchanged(() => home.run("read", key)), 0, home.stderr);
    assertEquals([home.stdout, home.stderr], [value, ""]);
    assertEquals(await home.run("read", key.toUpperCase(), "default", "--quiet"), 0);
    assertEquals([home.stdout, home.stderr], [value, ""]);
    assertEquals(await home.run("read", key, "--json"), 0);
    assertEquals(home.json, { key, value });
  }
});

Deno.test("read ends the line where a person sees it", async () => {
  await using home = await openHome({ credentials: alicesFile + valid, isTerminal: true });
  assertEquals(await home.run("read", "aws_access_key_id"), 0);
  assertEquals(home.stdout, "ASIAOLDOLDOLDOLDOLD2\n");
});

Deno.test("read renews the session first, and prints a value of the new one", async () => {
  await using home = await openHome({
    credentials: alicesFile + session("default", "2026-03-04T05:11:06Z"),
  });
  home.types();
  assertEquals(await home.run("read", "aws_session_token"), 0);
  assertEquals(home.test.questions, ["MFA code for arn:aws:iam::123456789012:mfa/alice:"]);
  const { aws_session_token: token, expiration } = await home.section("default");
  assertEquals(home.stdout, token);
  assertEquals(expiration, "2026-03-04T17:06:07Z");
  assertEquals(await home.unchanged(() => home.run("read", "expiration")), 0);
  assertEquals(home.stdout, "2026-03-04T17:06:07Z");
  assertEquals(await home.run("read", "expiration", "--min-left", "13h"), 2);
  assertEquals(home.stdout, "");
  home.test.clock.advance(3600);
  home.types();
  assertEquals(await home.run("read", "expiration", "--min-left", "11h30m"), 0);
  assertEquals(home.stdout, "2026-03-04T18:06:07Z");
});

const unknown: [key: string, message: RegExp, hint: string][] = [
  ["aws_acces_key_id", /no key aws_acces_key_id/, "did you mean aws_access_key_id?"],
  ["AWS_SESION_TOKEN", /no key AWS_SESION_TOKEN/, "did you mean aws_session_token?"],
  ["acount_id", /no key acount_id/, "did you mean account_id?"],
  [
    "constructor",
    /no key constructor/,
    "one of aws_access_key_id, aws_secret_access_key, aws_session_token, expiration, region, account_id",
  ],
];
for (const [key, message, hint] of unknown) {
  Deno.test(`read ${key}: exit 3 before anything is asked, and "${hint.slice(0, 40)}"`, async () => {
    await using home = await openHome();
    assertEquals(await home.unchanged(() => home.run("read", key)), 3);
    assertMatch(home.stderr, message);
    assertStringIncludes(home.stderr, `stsmfa: hint: ${hint}\n`);
    assertEquals([home.stdout, home.sts.count(), home.test.questions], ["", 0, []]);
    assertEquals(await home.run("read", key, "--json"), 3);
    assertEquals([home.stdout, home.jsonError.code, home.jsonError.hint], [
      "",
      "KeyNotFound",
      hint,
    ]);
  });
}

Deno.test("read without a key names the keys there are", async () => {
  await using home = await openHome();
  assertEquals(await home.unchanged(() => home.run("read")), 2);
  assertStringIncludes(home.stderr, "read needs a key\nstsmfa: hint: one of aws_access_key_id, ");
});

Deno.test("read region of a profile that has none says how to set one, whatever AWS_REGION is", async () => {
  await using home = await openHome({ env: { AWS_REGION: "eu-north-1" } });
  home.types();
  assertEquals(await home.run("read", "region"), 3);
  assertEquals(
    [home.stdout, home.stderr],
    [
      "",
      "stsmfa: error: profile default has no region\n" +
      "stsmfa: hint: set one: aws configure set region REGION --profile default\n",
    ],
  );
});

Deno.test("read account_id knows the account of a device that was found, the next time, too", async () => {
  await using home = await openHome();
  home.types();
  for (const network of ["renewed", "valid"]) {
    assertEquals(await home.run("read", "account_id"), 0, `${network}: ${home.stderr}`);
    assertEquals(home.stdout, "123456789012");
  }
  assertEquals(home.sts.count(), 2);
});

Deno.test("read account_id of a role is the role's account", async () => {
  await using home = await openHome({ sts: { roles: [{ roleArn }] } });
  home.types();
  assertEquals(await home.run("read", "account_id", "--role-arn", roleArn), 0);
  assertEquals(home.stdout, "222222222222");
});

Deno.test("read account_id that nothing tells names the command that asks AWS", async () => {
  const serialNumber = "GAHT12345678";
  const user = alice({ devices: [{ ...alice().devices[0]!, serialNumber }] });
  await using home = await openHome({
    credentials: `${longTerm("my work-long-term")}`,
    sts: { users: [user] },
  });
  home.types();
  assertEquals(await home.run("read", "account_id", "my work"), 3);
  assertStringIncludes(home.stderr, "error: profile my work has no account_id\n");
  assertStringIncludes(home.stderr, 'hint: ask AWS for it: stsmfa whoami "my work"\n');
  assertEquals(home.stdout, "");
});
