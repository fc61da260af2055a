import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome, until } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

const role = (name: string) => `arn:aws:iam::222222222222:role/${name}`;
const keys = longTerm("me");

/** A profile of the config file that is a role. */
function roleProfile(name: string, ...more: readonly string[]): string {
  return [
    `[profile ${name}]`,
    "stsmfa =",
    "  source_profile = me",
    `  role_arn = ${role(name)}`,
    ...more.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function openRoles(names: readonly string[], config: string, hours = 1): Promise<Home> {
  const roles = names.map((name) => ({ roleArn: role(name), maxSessionDuration: hours * 3600 }));
  return openHome({ credentials: keys, config, sts: { roles } });
}

Deno.test("a role in a stsmfa block gets a session of an hour, on an MFA session of twelve", async () => {
  await using home = await openRoles(["prod"], roleProfile("prod"));
  home.types();
  assertEquals(await home.run("prod"), 0);
  assertEquals(home.stdout, "prod  renewed, expires in 1h, at 06:06\n");
  const [, getSession, assumeRole] = home.sts.requests;
  assertEquals(getSession?.params["DurationSeconds"], "43200");
  assertEquals(assumeRole?.action, "AssumeRole");
  assertEquals(assumeRole?.params["RoleArn"], role("prod"));
  assertEquals(assumeRole?.params["RoleSessionName"], "alice");
  assertEquals(assumeRole?.params["TokenCode"], undefined);
  assertMatch(assumeRole?.accessKeyId ?? "", /^ASIA/);
  const section = await home.section("prod");
  assertEquals(section["assumed_role_arn"], role("prod"));
  assertNotEquals(section["aws_access_key_id"], assumeRole?.accessKeyId);
  assertEquals(await home.unchanged(() => home.run("prod")), 0);
  assertEquals(home.sts.count(), 3);
});

Deno.test("one MFA session serves many roles, which are assumed at the same time", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const roles = names.map((name) => ({ roleArn: role(name) }));
  // No role is answered before all of them were asked for.
  const sleep = (_: number, signal: AbortSignal) =>
    until(() => [0, names.length].includes(home.sts.count("AssumeRole")) || signal.aborted);
  await using home = await openHome({
    credentials: keys,
    config: names.map((name) => roleProfile(name)).join(""),
    sts: { roles, delayMs: 1, sleep },
  });
  home.types();
  assertEquals(await home.run("--all"), 0);
  assertEquals(home.stdout.match(/renewed/g)?.length, 6);
  assertEquals(home.test.questions.length, 1);
  assertEquals(home.sts.count("GetSessionToken"), 1);
  assertEquals(home.sts.count("AssumeRole"), 6);
});

Deno.test("a role that AWS refuses does not stop the others, and the code is not asked again", async () => {
  const config = roleProfile("good") + roleProfile("bad");
  await using home = await openRoles(["good"], config);
  home.types();
  assertEquals(await home.run("bad", "good"), 4);
  assertEquals(home.stdout, "good  renewed, expires in 1h, at 06:06\n");
  assertStringIncludes(
    home.stderr,
    `stsmfa: error: bad: AWS denied AssumeRole of ${role("bad")} for ASIA`,
  );
  assertStringIncludes(home.stderr, "stsmfa: hint: check the role's ARN, trust policy");
  assertEquals(home.test.questions.length, 1);
});

Deno.test("a role of four hours goes with a code of its own, and says so", async () => {
  const config = roleProfile("long", "duration_seconds = 4h");
  await using home = await openRoles(["long"], config, 12);
  home.types();
  assertEquals(await home.run("long"), 0);
  assertEquals(home.stdout, "long  renewed, expires in 4h, at 09:06\n");
  assertEquals(
    home.stderr,
    "stsmfa: long asks for 4h; a role that lasts longer than 1h needs an MFA code of its own\n",
  );
  const assumeRole = home.sts.requests.at(-1)!;
  assertEquals(home.sts.count("GetSessionToken"), 0);
  assertEquals(assumeRole.accessKeyId, alice().accessKeyId);
  assertEquals(assumeRole.params["DurationSeconds"], "14400");
  assertMatch(assumeRole.params["TokenCode"]!, /^\d{6}$/);
});

Deno.test("several long roles: a code of each window, and a countdown until the next one", async () => {
  const config = roleProfile("a", "duration_seconds = 2h") +
    roleProfile("b", "duration_seconds = 2h");
  await using home = await openRoles(["a", "b"], config, 12);
  let first = "";
  home.answer(async () => first = await home.sts.code(), () => first, () => home.sts.code());
  assertEquals(await home.run("a", "b"), 0);
  assertEquals(home.stdout.match(/renewed/g)?.length, 2);
  // The test began 7 s after the minute.
  assertStringIncludes(
    home.stderr,
    "waiting for the next code, 23 s left: that one was already used",
  );
  assertEquals(home.test.clock.sleeps.reduce((sum, each) => sum + each, 0), 23_000);
  assertEquals(home.sts.count("AssumeRole"), 2);
  assertEquals(home.test.questions.length, 3);
});

Deno.test("a duration the role does not allow is refused with what to do", async () => {
  const config = roleProfile("short", "duration_seconds = 2h");
  await using home = await openRoles(["short"], config, 1);
  home.types();
  assertEquals(await home.unchanged(() => home.run("short")), 4);
  assertStringIncludes(
    home.stderr,
    `stsmfa: error: the duration is longer than the role ${role("short")} allows\n` +
      "stsmfa: hint: pass a shorter --duration, or raise the role's maximum in IAM\n",
  );
});

Deno.test("a target whose role was changed is renewed, though its session would still be valid", async () => {
  await using home = await openRoles(["a", "b"], roleProfile("a"));
  home.types();
  await home.run("a");
  await home.test.write(".aws/config", roleProfile("a").replace(role("a"), role("b")));
  assertEquals(await home.run("a", "--dry-run"), 0);
  assertStringIncludes(home.stdout, `would be renewed: its session is for ${role("a")}`);
  assertEquals(await home.run("a"), 0);
  assertStringIncludes(home.stdout, "a  renewed");
  assertEquals((await home.section("a"))["assumed_role_arn"], role("b"));
  await home.test.write(".aws/config", "[profile a]\nstsmfa =\n  source_profile = me\n");
  assertEquals(await home.run("a"), 0);
  assertStringIncludes(home.stdout, "a  renewed");
  assertEquals((await home.section("a"))["assumed_role_arn"], undefined);
  assertEquals(home.test.questions.length, 1);
});

Deno.test("a role with an external id gets it; without it AWS refuses and the hint names the flag", async () => {
  const roles = [{ roleArn: role("partner"), externalId: "ticket:7/8" }];
  const config = roleProfile("partner");
  await using home = await openHome({ credentials: keys, config, sts: { roles } });
  home.types();
  assertEquals(await home.run("partner"), 4);
  assertStringIncludes(home.stderr, "--external-id");
  assertEquals(await home.run("partner", "--external-id", "ticket:7/8"), 0);
  await home.test.write(".aws/config", roleProfile("partner", "external_id = ticket:7/8"));
  assertEquals(await home.run("partner", "--force", "--dry-run"), 0);
  assertStringIncludes(home.stdout, "ticket:7/8");
  assertEquals(home.test.questions.length, 1);
});

Deno.test("--role-session-name, or your user name here, names the role session", async () => {
  await using home = await openRoles(["a"], roleProfile("a"));
  home.test.env["USER"] = "Ålice O'Hara";
  home.types(2);
  await home.run("a");
  assertEquals(home.sts.requests.at(-1)?.params["RoleSessionName"], "AliceOHara");
  home.test.clock.advance(60);
  assertEquals(await home.run("a", "--force", "--role-session-name", "deploy@ci"), 0);
  assertEquals(home.sts.requests.at(-1)?.params["RoleSessionName"], "deploy@ci");
  assertEquals(await home.run("a", "--force", "--role-session-name", "two words"), 2);
});

Deno.test("aws-mfa's assume_role and aws_mfa_device in the source section are honoured", async () => {
  const credentials = `${
    longTerm("old-long-term")
  }aws_mfa_device = arn:aws:iam::123456789012:mfa/alice
assume_role = ${role("old")}
`;
  await using home = await openHome({ credentials, sts: { roles: [{ roleArn: role("old") }] } });
  home.types();
  assertEquals(await home.run("old"), 0);
  assertEquals(home.sts.requests.map((each) => each.action), ["GetSessionToken", "AssumeRole"]);
  assertEquals((await home.section("old"))["assumed_role_arn"], role("old"));
});

Deno.test("MFA_DEVICE, MFA_ASSUME_ROLE and MFA_STS_DURATION work as in aws-mfa", async () => {
  await using home = await openRoles(["env"], "");
  home.test.env["MFA_DEVICE"] = "arn:aws:iam::123456789012:mfa/alice";
  home.test.env["MFA_ASSUME_ROLE"] = role("env");
  home.test.env["MFA_STS_DURATION"] = "900";
  home.types();
  assertEquals(await home.run("me", "--target-profile", "out"), 0);
  assertEquals(home.stdout, "me  renewed, expires in 15m, at 05:21, in [out]\n");
  assertEquals(home.sts.count("ListMFADevices"), 0);
});

Deno.test("a standard role profile gets its session, kept for who asks stsmfa", async () => {
  const config = `[profile std]
role_arn = ${role("std")}
source_profile = me
mfa_serial = arn:aws:iam::123456789012:mfa/alice
`;
  await using home = await openRoles(["std"], config);
  home.types();
  assertEquals(await home.unchanged(() => home.run("std")), 0, home.stderr);
  assertEquals(
    home.stdout,
    "std  renewed, expires in 1h, at 06:06; use it with: stsmfa exec std -- COMMAND\n",
  );
  assertEquals(await home.unchanged(() => home.run("std", "--non-interactive")), 0);
  assertEquals(
    home.stdout,
    "std  valid, expires in 1h, at 06:06; use it with: stsmfa exec std -- COMMAND\n",
  );
  assertEquals([home.sts.count("AssumeRole"), home.test.questions.length], [1, 1]);

  assertEquals(await home.run("std", "--target-profile", "std-mfa"), 0);
  assertEquals(home.stdout, "std  renewed, expires in 1h, at 06:06, in [std-mfa]\n");
  assertEquals((await home.section("std-mfa"))["assumed_role_arn"], role("std"));
});
