import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, longTerm, openHome, session } from "../../support/homes.ts";
import type { Fault } from "../../support/loopback_sts.ts";
import { alice } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const config = `[profile role]
region = eu-west-3
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
[profile standard]
role_arn = ${roleArn}
source_profile = default
role_session_name = audit
[profile foreign]
region = eu-north-1
`;

function open(credentials = alicesFile): Promise<Home> {
  return openHome({ credentials, config, sts: { roles: [{ roleArn }] } });
}

/** A home with a session that AWS knows and whose long-term keys are elsewhere. */
async function openForeign(): Promise<Home> {
  const home = await open();
  home.types();
  await home.run("--duration", "1h");
  const text = (await home.credentials()).slice(alicesFile.length);
  await home.test.write(".aws/credentials", text.replace("[default]", "[foreign]").trimStart());
  await Deno.remove(home.test.path(".local"), { recursive: true });
  return home;
}

Deno.test("whoami renews a plain profile, and says the user, the account and how long it lasts", async () => {
  await using home = await open();
  home.types();
  assertEquals(await home.run("whoami"), 0);
  assertMatch(
    home.stdout,
    /^arn:aws:iam::123456789012:user\/alice\naccount 123456789012, user id AIDA[A-Z2-7]{17}, expires in 12h, at 17:06\n$/,
  );
  assertEquals(home.stderr, "");
  assertEquals(
    home.sts.requests.at(-1)?.accessKeyId,
    (await home.section("default"))["aws_access_key_id"],
  );
});

Deno.test("whoami with a valid session asks AWS one thing and nobody anything", async () => {
  await using home = await open();
  home.types();
  await home.run();
  const before = home.sts.count();
  assertEquals(await home.unchanged(() => home.run("whoami", "--non-interactive")), 0);
  assertEquals(home.sts.requests.slice(before).map(({ action }) => action), ["GetCallerIdentity"]);
});

Deno.test("whoami of a role names the role and its session, and asks the profile's region", async () => {
  await using home = await open();
  home.types();
  assertEquals(await home.run("whoami", "role", "--role-session-name", "me"), 0);
  assertMatch(
    home.stdout,
    /^arn:aws:sts::222222222222:assumed-role\/Administrator\/me\naccount 222222222222, .* in 1h, at 06:06\n$/,
  );
  assertEquals(home.sts.requests.at(-1)?.region, "eu-west-3");
});

Deno.test("whoami of a role that no section holds, or that a flag names, changes no section", async () => {
  await using home = await open();
  home.types();
  for (
    const [args, name] of [[["standard"], "audit"], [["--role-arn", roleArn], "alice"]] as const
  ) {
    assertEquals(await home.unchanged(() => home.run("whoami", ...args)), 0);
    assertStringIncludes(home.stdout, `:assumed-role/Administrator/${name}\n`);
  }
  assertEquals(home.test.questions.length, 1);
});

Deno.test("whoami tells whose session a section holds, also without the keys behind it", async () => {
  await using home = await openForeign();
  const before = home.sts.count();
  assertEquals(await home.unchanged(() => home.run("whoami", "foreign", "--non-interactive")), 0);
  assertStringIncludes(home.stdout, "arn:aws:iam::123456789012:user/alice\n");
  assertStringIncludes(home.stdout, "expires in 1h, at 06:06\n");
  assertEquals(
    home.sts.requests.slice(before).map(({ action, region }) => [action, region]),
    [["GetCallerIdentity", "eu-north-1"]],
  );
});

Deno.test("whoami of somebody's session that has expired says that it can't be renewed here", async () => {
  await using home = await openForeign();
  const before = home.sts.count();
  home.test.clock.advance(3600);
  assertEquals(await home.unchanged(() => home.run("whoami", "foreign")), 3);
  assertStringIncludes(home.stderr, "[foreign]: the session that foreign uses expired ");
  assertStringIncludes(home.stderr, "stsmfa init foreign");
  assertEquals(home.sts.count(), before);
});

Deno.test("whoami of an expired session renews it, or says what to give where nobody can be asked", async () => {
  await using home = await open(alicesFile + session("default", "2026-03-04T05:06:07Z"));
  assertEquals(await home.unchanged(() => home.run("whoami", "--non-interactive")), 2);
  assertStringIncludes(home.stderr, "--token-code");
  assertEquals(await home.run("whoami", "--token-code", await home.sts.code()), 0);
  assertStringIncludes(home.stdout, ":user/alice\n");
});

Deno.test("whoami of a session that AWS takes no more says so", async () => {
  for (
    const [code, said] of [
      [
        "ExpiredToken",
        /has expired\nstsmfa: hint: for a new one, run the same command with --force\n$/,
      ],
      ["InvalidClientTokenId", /AWS does not know the access key ASIA/],
    ] as const
  ) {
    await using home = await open();
    home.types();
    await home.run();
    const fault: Fault = { kind: "error", code, message: "no", status: 403 };
    home.sts.failNext({ ...fault, action: "GetCallerIdentity" });
    assertEquals(await home.unchanged(() => home.run("whoami")), 4);
    assertMatch(home.stderr, said);
    assertEquals(home.stdout, "");
  }
});

Deno.test("whoami --json gives the same as data, and --quiet does not keep it back", async () => {
  await using home = await open();
  home.types();
  assertEquals(await home.run("whoami", "--json"), 0);
  const { userId, ...rest } = home.json;
  assertMatch(userId, /^AIDA/);
  assertEquals(rest, {
    profile: "default",
    accountId: "123456789012",
    arn: "arn:aws:iam::123456789012:user/alice",
    expiration: "2026-03-04T17:06:07Z",
    secondsLeft: 43200,
  });
  assertEquals(await home.run("whoami", "--quiet"), 0);
  assertStringIncludes(home.stdout, ":user/alice\n");
});

Deno.test("whoami takes one profile that there is", async () => {
  await using home = await open(longTerm("default-long-term", alice()));
  assertEquals(await home.run("whoami", "role", "standard"), 2);
  assertStringIncludes(home.stderr, "one profile at a time, not 2");
  assertEquals(await home.run("whoami", "rloe", "--json"), 3);
  assertEquals(home.jsonError.code, "ProfileNotFound");
  assertMatch(home.jsonError.hint!, /role/);
  assertEquals(home.sts.count(), 0);
});

Deno.test("whoami of a session that AWS does not know any more tells how to get a new one", async () => {
  await using home = await openHome({
    credentials: alicesFile + session("default", "2026-03-04T06:00:00Z"),
  });
  assertEquals(await home.run("whoami"), 4);
  assertStringIncludes(
    home.stderr,
    "hint: it belongs to a session; for a new one, run the same command with --force",
  );
});
