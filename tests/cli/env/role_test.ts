import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const long = "arn:aws:iam::222222222222:role/Long";
const partner = "arn:aws:iam::333333333333:role/Partner";
const roles = [
  { roleArn },
  { roleArn: long, maxSessionDuration: 43_200 },
  { roleArn: partner, externalId: "ticket:7/8" },
];
const sts = { roles };

/** A standard role profile, as SDKs know it. */
const standard = (...lines: readonly string[]) =>
  ["[profile std]", "source_profile = me", `role_arn = ${roleArn}`, ...lines, ""].join("\n");

function lastParams(home: Home): Readonly<Record<string, string>> {
  return home.sts.requests.at(-1)!.params;
}

Deno.test("env --role-arn takes the role on the MFA session there is: no second code, no write", async () => {
  await using home = await openHome({ sts });
  home.types();
  await home.run("--quiet");
  const once = () => home.run("env", "--role-arn", roleArn, "--shell", "json", "--non-interactive");
  assertEquals(await home.unchanged(once), 0, home.stderr);
  assertEquals(home.stderr, "");
  const keys = home.json;
  assertEquals(keys.AWS_CREDENTIAL_EXPIRATION, "2026-03-04T06:06:07Z");
  assertEquals(lastParams(home)["RoleArn"], roleArn);
  assertEquals(lastParams(home)["TokenCode"], undefined);
  assertNotEquals(keys.AWS_ACCESS_KEY_ID, (await home.section("default"))["aws_access_key_id"]);

  assertEquals(await home.unchanged(once), 0);
  assertEquals(home.json, keys);
  assertEquals(home.sts.count("AssumeRole"), 1);
  home.test.clock.advance(3301);
  assertEquals(await home.unchanged(once), 0);
  assertEquals(home.json.AWS_CREDENTIAL_EXPIRATION, "2026-03-04T07:01:08Z");
  assertEquals([home.sts.count("AssumeRole"), home.test.questions.length], [2, 1]);
});

Deno.test("the keys that env --role-arn gives are the role's", async () => {
  await using home = await openHome({ sts });
  home.types();
  assertEquals(await home.run("whoami", "--role-arn", roleArn, "--json"), 0, home.stderr);
  assertEquals(home.json.arn, "arn:aws:sts::222222222222:assumed-role/Administrator/alice");
});

Deno.test("roles, session names and external ids are kept apart", async () => {
  await using home = await openHome({ sts });
  home.types();
  const seen = new Set<string>();
  const variants = [
    ["--role-arn", roleArn],
    ["--role-arn", long],
    ["--role-arn", roleArn, "--role-session-name", "deploy"],
    ["--role-arn", partner, "--external-id", "ticket:7/8"],
    [],
  ];
  for (let round = 0; round < 2; round++) {
    for (const args of variants) {
      assertEquals(await home.run("env", "--json", ...args), 0, home.stderr);
      seen.add(home.json.AWS_ACCESS_KEY_ID);
    }
  }
  assertEquals([seen.size, home.sts.count("AssumeRole"), home.test.questions.length], [5, 4, 1]);
});

Deno.test("a role longer than an hour goes with a code of its own, and says so on stderr", async () => {
  await using home = await openHome({ sts });
  home.types();
  const args = ["env", "--role-arn", long, "--duration", "4h", "--shell", "json"];
  assertEquals(await home.unchanged(() => home.run(...args)), 0, home.stderr);
  assertEquals(home.json.AWS_CREDENTIAL_EXPIRATION, "2026-03-04T09:06:07Z");
  assertEquals(
    home.stderr,
    "stsmfa: default asks for 4h; a role that lasts longer than 1h needs an MFA code of its own\n",
  );
  assertEquals(home.sts.requests.at(-1)?.accessKeyId, alice().accessKeyId);
  assertMatch(lastParams(home)["TokenCode"]!, /^\d{6}$/);
  assertEquals(lastParams(home)["DurationSeconds"], "14400");
  assertEquals(await home.unchanged(() => home.run(...args, "--non-interactive")), 0);
  assertEquals([home.stderr, home.sts.count("AssumeRole")], ["", 1]);
});

Deno.test("a role longer than an hour, with nobody there: the flag that helps, before any request", async () => {
  await using home = await openHome({ sts, nobody: true });
  assertEquals(await home.run("env", "--role-arn", long, "--duration", "4h"), 2);
  assertStringIncludes(home.stderr, "--token-code CODE");
  assertEquals([home.stdout, home.sts.count()], ["", 0]);
});

Deno.test("an external id and a name of the session go along; the name is else the user's here", async () => {
  await using home = await openHome({ sts, env: { USER: "Ålice O'Hara" } });
  home.types();
  const role = ["env", "--role-arn", partner];
  assertEquals(await home.run(...role), 4);
  assertEquals(home.stdout, "");
  assertStringIncludes(home.stderr, "--external-id");
  assertEquals(await home.run(...role, "--external-id", "ticket:7/8"), 0, home.stderr);
  assertEquals(lastParams(home)["RoleSessionName"], "AliceOHara");
  assertEquals(lastParams(home)["ExternalId"], "ticket:7/8");
  const named = [...role, "--external-id", "ticket:7/8", "--role-session-name", "deploy@ci"];
  assertEquals(await home.run(...named), 0);
  assertEquals(lastParams(home)["RoleSessionName"], "deploy@ci");
  assertEquals(await home.run(...role, "--role-session-name", "two words"), 2);
  assertEquals(home.test.questions.length, 1);
});

Deno.test("a standard role profile is served, and the credentials file stays as it is", async () => {
  const config = standard(
    "mfa_serial = arn:aws:iam::123456789012:mfa/alice",
    "role_session_name = from-file",
    "duration_seconds = 1800",
    "region = eu-central-1",
  );
  await using home = await openHome({ credentials: longTerm("me"), config, sts });
  home.types();
  assertEquals(await home.unchanged(() => home.run("env", "std", "--json")), 0, home.stderr);
  const keys = home.json;
  assertEquals(keys.AWS_CREDENTIAL_EXPIRATION, "2026-03-04T05:36:07Z");
  assertEquals(keys.AWS_REGION, "eu-central-1");
  assertEquals(lastParams(home)["RoleSessionName"], "from-file");
  assertEquals(await home.unchanged(() => home.run("env", "std", "--json")), 0);
  assertEquals(home.json, keys);
  assertEquals([home.sts.count("AssumeRole"), home.test.questions.length], [1, 1]);
});

Deno.test("a profile whose long-term keys are in its own section is served, and stays as it is", async () => {
  await using home = await openHome({ credentials: longTerm("me"), sts });
  home.types();
  for (const args of [["me"], ["me"], ["me", "--role-arn", roleArn]]) {
    assertEquals(await home.unchanged(() => home.run("env", ...args)), 0, home.stderr);
    assertStringIncludes(home.stdout, "export AWS_ACCESS_KEY_ID='ASIA");
  }
  assertEquals(home.test.questions.length, 1);
});

Deno.test("a session whose long-term keys are elsewhere is good until it ends, as itself alone", async () => {
  const credentials = alicesFile + session("temp", "2026-03-04T06:00:00Z");
  await using home = await openHome({ credentials, sts });
  assertEquals(await home.run("env", "temp"), 0, home.stderr);
  assertStringIncludes(home.stdout, "AWS_ACCESS_KEY_ID='ASIAOLDOLDOLDOLDOLD2'");
  const others = [
    ["--external-id", "x1"],
    ["--target-profile", "other"],
    ["--short-term-suffix", "mfa"],
    ["--force"],
  ];
  for (const args of others) {
    assertEquals(await home.run("env", "temp", ...args), 3, args.join(" "));
    assertStringIncludes(home.stderr, "[temp] has the keys of a session");
    assertEquals(home.stdout, "");
  }
  home.test.clock.advance(3600);
  assertEquals(await home.run("env", "temp"), 3);
  assertEquals([home.stdout, home.sts.count(), home.test.questions], ["", 0, []]);
});

Deno.test("a profile whose role was changed gets a session of the new one", async () => {
  const config = (role: string) =>
    `[profile p]\nstsmfa =\n  source_profile = me\n  role_arn = ${role}\n`;
  await using home = await openHome({ credentials: longTerm("me"), config: config(roleArn), sts });
  home.types();
  assertEquals(await home.run("env", "p"), 0);
  await home.test.write(".aws/config", config(long));
  assertEquals(await home.run("env", "p"), 0);
  assertEquals((await home.section("p"))["assumed_role_arn"], long);
  assertEquals(home.test.questions.length, 1);
});
