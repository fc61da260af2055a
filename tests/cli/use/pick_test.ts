import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type HomeOptions, longTerm, openHome, session } from "../../support/homes.ts";
import { ctrlC } from "../../support/test_context.ts";

const bash = ["--shell", "bash", "--mark", "31415"];
const administrator = "arn:aws:iam::222222222222:role/Administrator";
const readOnly = "arn:aws:iam::333333333333:role/team/ReadOnly";

/** Profiles of each kind; nothing may be asked of a server. */
const many: HomeOptions = {
  credentials: alicesFile +
    session("prod", "2026-03-04T06:00:00Z", `assumed_role_arn = ${administrator}`) +
    session("default", "2026-03-04T05:00:00Z") +
    longTerm("unused"),
  config: `[default]
region = eu-west-1
mfa_serial = arn:aws:iam::111111111111:mfa/alice
[profile prod]
region = eu-west-1
stsmfa =
  source_profile = default-long-term
  role_arn = ${administrator}
[profile audit]
role_arn = ${readOnly}
source_profile = default-long-term
mfa_serial = arn:aws:iam::111111111111:mfa/alice
[profile sandbox]
sso_session = corp
sso_account_id = 444444444444
sso_role_name = Developer
[profile broken]
role_arn = ${readOnly}
source_profile = nosuch
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
`,
  network: false,
  isTerminal: true,
  env: { NO_COLOR: "1" },
};

Deno.test("use alone, where nothing is set: all kinds of profiles, and the chosen one is set", async () => {
  await using home = await openHome({ ...many, answers: ["222 admin"] });
  assertEquals(await home.run("use", ...bash), 0, home.stderr);
  assertEquals(home.test.frames[0]!.map((line) => line.trimEnd()).filter((line) => line !== ""), [
    "Profile:",
    "  PROFILE  ACCOUNT       LEFT     ROLE",
    "❯ audit    333333333333           ReadOnly",
    "  broken                 invalid",
    "  default  111111111111  expired",
    "  prod     222222222222  54m      Administrator",
    "  sandbox  444444444444  sso      Developer",
    "5 of 5  Enter chooses, Esc cancels",
  ]);
  assertEquals(home.test.frames[1]![2], "❯ prod     222222222222  54m      Administrator");
  assertStringIncludes(home.stdout, "STSMFA_PROFILE");
  assertEquals(home.stderr, "stsmfa: prod is set, expires in 54m, at 06:00\n");
});

Deno.test("the profile that was used last is the first, whoever has used it", async () => {
  await using home = await openHome({
    ...many,
    answers: ["", "prod", ""],
    runAttached: () => Promise.resolve(0),
  });
  const first = () => home.test.frames.at(-1)!.slice(2, 4).map((line) => line.slice(2, 9).trim());
  assertEquals(await home.run("exec", "prod", "--", "true"), 0, home.stderr);
  assertEquals(await home.run("use", ...bash, "--pick"), 0, home.stderr);
  assertEquals(first(), ["prod", "audit"]);
  await home.test.write(
    ".local/state/stsmfa/used/profiles",
    "2026-03-04T05:06:07Z gone\n2026-03-04T05:06:07Z sandbox\n2026-03-04T05:06:06Z prod\n",
  );
  assertEquals(await home.run("use", ...bash, "--pick"), 0, home.stderr);
  assertEquals(home.test.frames.at(-2)!.slice(2, 5).map((line) => line.slice(2, 9)), [
    "sandbox",
    "prod   ",
    "audit  ",
  ]);
});

const questions: Readonly<Record<string, { args?: string[]; options?: Partial<HomeOptions> }>> = {
  "without a terminal for stderr": { options: { isTerminal: false } },
  "with nobody there": { options: { nobody: true } },
  "without the function": { args: ["use"] },
  "with --quiet": { args: ["use", ...bash, "--quiet"] },
  "with --json": { args: ["use", "--json"] },
  "with --non-interactive": { args: ["use", ...bash, "--non-interactive"] },
  "with the variable for that": {
    options: { env: { NO_COLOR: "1", STSMFA_NON_INTERACTIVE: "1" } },
  },
};
for (const [what, { args = ["use", ...bash], options }] of Object.entries(questions)) {
  Deno.test(`use alone stays a question ${what}: exit 8`, async () => {
    await using home = await openHome({ ...many, ...options });
    assertEquals(await home.run(...args), 8, home.stderr);
    assertEquals(home.test.frames, []);
  });
}

Deno.test("use alone stays a question where a session is set, or has expired", async () => {
  for (const [end, status] of [["2026-03-04T06:00:00Z", 0], ["2026-03-04T05:00:00Z", 8]] as const) {
    const env = { AWS_ACCESS_KEY_ID: "ASIAOLDOLDOLDOLDOLD2", AWS_CREDENTIAL_EXPIRATION: end };
    await using home = await openHome({ ...many, env });
    assertEquals(await home.run("use", ...bash), status, home.stderr);
    assertEquals(home.test.frames, []);
  }
});

Deno.test("a choice that is cancelled: exit 130, and nothing has changed", async () => {
  await using home = await openHome({ ...many, answers: [ctrlC, ctrlC] });
  for (const args of [[], ["--pick"]]) {
    assertEquals(await home.unchanged(() => home.run("use", ...bash, ...args)), 130);
    assertEquals([home.stdout, home.stderr], ["", "stsmfa: error: cancelled\n"]);
  }
  assertEquals(await home.test.list(".local").catch(() => []), []);
});

Deno.test("what is chosen and cannot be used is told as ever", async () => {
  await using home = await openHome({ ...many, answers: ["broken"] });
  assertEquals(await home.run("use", ...bash, "--pick"), 3);
  assertMatch(home.stderr, /nosuch/);
});

Deno.test("nothing to choose from: exit 3, and how to begin", async () => {
  await using home = await openHome({ ...many, credentials: null, config: "" });
  const commands = [["use", ...bash], ["use", ...bash, "--pick"], ["exec", "--pick", "--", "sh"]];
  for (const args of commands) {
    assertEquals(await home.run(...args), 3, home.stderr);
    assertStringIncludes(home.stderr, "hint: to begin with an access key: stsmfa init;");
  }
});

const refused: Readonly<Record<string, readonly [args: string[], says: string, hint: string]>> = {
  "a profile as the argument": [
    ["use", ...bash, "--pick", "prod"],
    "--pick and prod both choose a profile",
    "use only one of them",
  ],
  "a profile as a flag": [
    ["exec", "--pick", "--profile", "prod", "--", "sh"],
    "--pick and prod both choose a profile",
    "use only one of them; the command to run goes after --",
  ],
  "a command without --": [
    ["exec", "--pick", "aws", "--", "sh"],
    "--pick and aws both choose a profile",
    "use only one of them; the command to run goes after --",
  ],
  "an empty name": [["use", ...bash, "--pick", ""], "the profile name is empty", ""],
  "--non-interactive": [
    ["use", ...bash, "--pick", "--non-interactive"],
    "--pick cannot ask with --non-interactive",
    "name the profile: stsmfa use PROFILE; for all of them: stsmfa status",
  ],
  "no function": [["use", "--pick"], "has no stsmfa function yet", "for "],
};
for (const [what, [args, says, hint]] of Object.entries(refused)) {
  Deno.test(`--pick with ${what}: exit 2, before anything is asked`, async () => {
    await using home = await openHome(many);
    assertEquals(await home.run(...args), 2, home.stderr);
    assertStringIncludes(home.stderr, says);
    if (hint !== "") assertStringIncludes(home.stderr, `hint: ${hint}`);
    assertEquals(home.test.frames, []);
  });
}

Deno.test("--pick where nobody is: exit 2, and what to do instead", async () => {
  await using home = await openHome({ ...many, nobody: true });
  assertEquals(await home.run("use", ...bash, "--pick"), 2);
  assertEquals(
    home.stderr,
    "stsmfa: error: --pick needs a terminal\n" +
      "stsmfa: hint: name the profile: stsmfa use PROFILE; for all of them: stsmfa status\n",
  );
});

Deno.test("a terminal for lines alone: numbers, a part that is in several, and names that are numbers", async () => {
  const config =
    `${many.config}[profile 2]\nrole_arn = ${readOnly}\nsource_profile = default-long-term\n`;
  const env = { TERM: "dumb" };
  for (
    const [answers, chosen] of [
      [["5"], "prod"],
      [["PR"], "prod"],
      [["o", "5"], "prod"],
      // A number that is not in the list, but in one account.
      [["44", "5"], "prod"],
    ] as const
  ) {
    await using home = await openHome({ ...many, config, env, answers });
    assertEquals(await home.run("use", ...bash, "--pick"), 0, home.stderr);
    assertStringIncludes(home.stderr, `${chosen} is set`);
    assertEquals(home.test.frames, []);
    assertEquals(home.test.questions.length, answers.length);
    assertStringIncludes(
      home.test.questions[0]!,
      "1 2, account 333333333333, role ReadOnly\n2 audit, account 333333333333, role ReadOnly\n3 broken, invalid\n",
    );
    assertStringIncludes(
      home.test.questions[0]!,
      "5 prod, account 222222222222, role Administrator, 54m left",
    );
  }
  // A name comes before a number.
  await using home = await openHome({ ...many, config, env, answers: ["2"], network: true });
  home.types();
  await home.run("use", ...bash, "--pick");
  assertStringIncludes(home.test.questions.join("\n"), "Profile (its number");
  assertStringIncludes(home.stdout + home.stderr, "role/team/ReadOnly");
});
