import { assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm, openHome, session } from "../../support/homes.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const credentials = [
  longTerm("work-long-term"),
  session("work", "2026-03-04T11:06:07Z"),
  longTerm("old-long-term"),
  session("old", "2026-03-04T01:00:00Z"),
  longTerm("new-long-term"),
  session("prod", "2026-03-04T05:46:07Z", `assumed_role_arn = ${roleArn}`),
].join("\n");
const config = `[profile prod]
stsmfa =
  source_profile = work
  role_arn = ${roleArn}
[profile sso]
sso_session = s
`;

/** Status asks nobody, sends nothing and writes nothing. */
function openQuiet(
  files: { credentials?: string | null; config?: string } = { credentials, config },
) {
  return openHome({ ...files, nobody: true, network: false });
}

Deno.test("status shows every profile by its source, what needs attention first, and what to do", async () => {
  await using home = await openQuiet();
  assertEquals(await home.unchanged(() => home.run("status")), 8);
  assertEquals(
    home.stdout,
    `  PROFILE  SESSION   ENDS                 ACCOUNT       ROLE

Own access key, for every program
  old      expired   4h 6m ago, at 01:00
  new      none yet

Access key [work-long-term], for every program
  work     valid     in 6h, at 11:06
  prod     valid     in 40m, at 05:46     222222222222  Administrator

2 profiles need a new session: stsmfa old new
`,
  );
  assertEquals(home.stderr, "");
});

Deno.test("status --json is the same for programs", async () => {
  await using home = await openQuiet();
  assertEquals(await home.run("status", "--json", "work", "old", "new", "prod"), 8);
  assertEquals(home.json, [
    {
      profile: "work",
      kind: "written",
      state: "valid",
      expiration: "2026-03-04T11:06:07Z",
      secondsLeft: 21600,
      source: "work-long-term",
      roleArn: null,
      account: null,
    },
    {
      profile: "old",
      kind: "written",
      state: "expired",
      expiration: "2026-03-04T01:00:00Z",
      secondsLeft: -14767,
      source: "old-long-term",
      roleArn: null,
      account: null,
    },
    {
      profile: "new",
      kind: "written",
      state: "none",
      expiration: null,
      secondsLeft: null,
      source: "new-long-term",
      roleArn: null,
      account: null,
    },
    {
      profile: "prod",
      kind: "written",
      state: "valid",
      expiration: "2026-03-04T05:46:07Z",
      secondsLeft: 2400,
      source: "work-long-term",
      roleArn,
      account: "222222222222",
    },
  ]);
});

Deno.test("status exits with 0 when all that was asked for is valid", async () => {
  await using home = await openQuiet();
  assertEquals(await home.run("status", "work", "prod"), 0);
  assertEquals(await home.run("status", "work", "--quiet"), 0);
  assertEquals(home.test.output, "");
});

Deno.test("status exits with 8 for an expired session, a missing one, and one second too little", async () => {
  await using home = await openQuiet();
  for (const name of ["old", "new"]) assertEquals(await home.run("status", name), 8, name);
  assertEquals(await home.run("status", "prod", "--min-left", "40m"), 0);
  assertEquals(await home.run("status", "prod", "--min-left", "2401"), 8);
  assertEquals(await home.run("status", "prod", "--min-left", "2400"), 0);
  home.test.clock.advance(2400);
  assertEquals(await home.run("status", "prod"), 8);
  assertStringIncludes(home.stdout, "expired");
  assertEquals(await home.run("status", "prod", "--min-left", "soon"), 2);
});

Deno.test("status reads aws-mfa's dates, which have no zone, as UTC", async () => {
  await using home = await openQuiet({
    credentials: longTerm("a-long-term") + session("a", "2026-03-04 06:06:07"),
  });
  assertEquals(await home.run("status", "--json"), 0);
  assertEquals(home.json[0].expiration, "2026-03-04T06:06:07Z");
  assertEquals(home.json[0].secondsLeft, 3600);
});

Deno.test("a session whose expiration cannot be read counts as none", async () => {
  await using home = await openQuiet({
    credentials: longTerm("a-long-term") + session("a", "2026-13-45 06:06:07"),
  });
  assertEquals(await home.run("status", "--json"), 8);
  assertEquals(home.json[0].state, "none");
});

Deno.test("status of a profile that stsmfa does not renew says what its file says", async () => {
  await using home = await openQuiet({
    credentials: session("foreign", "2026-03-04T06:06:07Z"),
    config: "[profile sso]\nsso_session = s\n",
  });
  assertEquals(await home.run("status", "foreign"), 0);
  assertStringIncludes(
    home.stdout,
    "Session from elsewhere, for every program\n  foreign  valid    in 1h, at 06:06\n",
  );
  assertEquals(await home.run("status", "sso", "--json"), 8);
  assertEquals(home.json[0].state, "none");
});

Deno.test("a session from elsewhere is there, be its end known or not, and in whichever file", async () => {
  await using home = await openQuiet({
    credentials: session("pasted") + session("unreadable", "soon") +
      "[half]\naws_access_key_id = ASIAHALFHALFHALFHAL2\naws_secret_access_key = x\n",
    config: session("profile ended", "2026-03-04T04:06:07Z") +
      session("profile lasting", "2026-03-04T06:06:07Z"),
  });
  const states = { pasted: "others", unreadable: "others", half: "none" };
  const ofConfig = { ended: "expired", lasting: "valid" };
  for (const [name, state] of Object.entries({ ...states, ...ofConfig })) {
    const isFine = state === "others" || state === "valid";
    assertEquals([name, await home.run("status", name, "--json")], [name, isFine ? 0 : 8]);
    assertEquals([name, home.json[0].state], [name, state]);
  }
  await home.run("status", "pasted");
  assertStringIncludes(home.stdout, "  pasted   end unknown\n");
});

Deno.test("a role profile with another target shows that target's session", async () => {
  await using home = await openQuiet({
    credentials: longTerm("me") + session("out", "2026-03-04T06:06:07Z"),
    config: "[profile p]\nstsmfa =\n  source_profile = me\n  target_profile = out\n",
  });
  assertEquals(await home.run("status", "--json"), 0);
  assertEquals(home.json[0].profile, "p");
  assertEquals(home.json[0].secondsLeft, 3600);
});

Deno.test("status of an unknown profile: the profiles there are, and the nearest name", async () => {
  await using home = await openQuiet();
  assertEquals(await home.unchanged(() => home.run("status", "wirk")), 3);
  assertStringIncludes(home.stderr, "there is no profile wirk");
  assertStringIncludes(home.stderr, "profiles: work, old, new, prod, sso");
  assertEquals(home.stdout, "");
});

Deno.test({
  name: "the hint for a mistyped profile of status is a status command",
  fn: async () => {
    await using home = await openQuiet();
    assertEquals(await home.run("status", "wirk"), 3);
    assertStringIncludes(home.stderr, "stsmfa: hint: did you mean: stsmfa status work\n");
  },
});

Deno.test("with nothing to show, status says how to begin", async () => {
  for (const text of [null, ""]) {
    await using home = await openQuiet({ credentials: text });
    assertEquals(await home.run("status"), 3);
    assertStringIncludes(
      home.stderr,
      "to begin with an access key: stsmfa init",
    );
  }
});

Deno.test({
  name: "with profiles none of which is stsmfa's, status does not deny that they exist",
  fn: async () => {
    await using home = await openQuiet({ credentials: longTerm("default") });
    assertEquals(await home.run("status"), 3);
    assertEquals(home.stderr.includes("there is no profile default"), false);
  },
});

Deno.test("a session that status calls valid is one that refresh leaves alone", async () => {
  await using home = await openQuiet();
  assertEquals(await home.run("status", "work"), 0);
  assertEquals(await home.unchanged(() => home.run("work")), 0);
  assertStringIncludes(home.stdout, "work  valid");
});

Deno.test({
  name: "a session of another role than the profile's is not shown as valid for that role",
  fn: async () => {
    await using home = await openQuiet({
      credentials: `${longTerm("me")}\n${session("prod", "2026-03-04T06:06:07Z")}`,
      config: `[profile prod]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n`,
    });
    assertEquals(await home.run("prod", "--dry-run"), 0);
    assertStringIncludes(home.stdout, "would be renewed: its session is not for the role");
    assertEquals(await home.run("status", "prod"), 8);
  },
});

Deno.test("status of a named profile shows the session kept for stsmfa alone", async () => {
  const roleArn = "arn:aws:iam::222222222222:role/Administrator";
  await using home = await openHome({
    sts: { roles: [{ roleArn }] },
    config: `[profile std]\nrole_arn = ${roleArn}\nsource_profile = default\n`,
  });
  assertEquals(await home.run("status", "std"), 8);
  home.types();
  assertEquals(await home.run("process", "std"), 0, home.stderr);
  assertEquals(await home.run("status", "std", "--json"), 0);
  assertEquals(home.json[0].state, "valid");
  assertEquals(home.json[0].expiration, "2026-03-04T06:06:07Z");
});

Deno.test("status in a home with nothing but SSO says what there is, and the one command to begin with", async () => {
  await using home = await openQuiet({
    credentials: null,
    config: `[profile sandbox]
sso_session = corp
sso_account_id = 555555555555
sso_role_name = Developer
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
`,
  });
  assertEquals(await home.run("status"), 0);
  assertEquals(
    home.stdout,
    `  PROFILE  SESSION    ENDS  ACCOUNT       ROLE

IAM Identity Center (SSO), for every program
  sandbox  when used        555555555555  Developer

To use one: stsmfa exec sandbox -- aws s3 ls
`,
  );
});

Deno.test("status in a home with nothing but role profiles: the same", async () => {
  await using home = await openQuiet({
    credentials: longTerm("me"),
    config: `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\n`,
  });
  assertEquals(await home.run("status"), 0);
  assertEquals(
    home.stdout,
    `  PROFILE  SESSION    ENDS  ACCOUNT       ROLE

Access key [me], for stsmfa exec, use and console
  prod     when used        222222222222  Administrator

To use one: stsmfa exec prod -- aws s3 ls
`,
  );
});

Deno.test("times are the person's, with the day where that is another", async () => {
  await using home = await openQuiet({
    credentials: longTerm("a-long-term") + session("a", "2026-03-04T17:06:07Z") +
      longTerm("b-long-term") + session("b", "2026-03-01T12:00:00Z"),
  });
  home.test.clock.zone = 13 * 60;
  assertEquals(await home.run("status"), 8);
  assertStringIncludes(home.stdout, "  a        valid    in 12h, Thu 06:06\n");
  assertStringIncludes(home.stdout, "  b        expired  2 days ago, Mon 01:00\n");
});

Deno.test("without colour, words say what colours say", async () => {
  await using home = await openQuiet();
  await home.run("status", "--color", "always");
  const coloured = home.stdout;
  await home.run("status", "--color", "never");
  // deno-lint-ignore no-control-regex -- that is how colours are written
  assertEquals(coloured.replaceAll(/\x1b\[\d+m/g, ""), home.stdout);
  for (const word of ["expired", "none yet", "valid"]) assertStringIncludes(home.stdout, word);
});
