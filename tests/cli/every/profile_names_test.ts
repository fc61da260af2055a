import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

Deno.test("an unknown profile: the profiles there are, and the nearest name", async () => {
  const credentials = longTerm("work-long-term") + longTerm("home");
  await using home = await openHome({
    credentials,
    config: "[profile prod]\nregion = eu-west-1\n",
  });
  assertEquals(await home.unchanged(() => home.run("wark")), 3);
  const files = `${home.test.path(".aws/credentials")} or ${home.test.path(".aws/config")}`;
  assertEquals(
    home.stderr,
    `stsmfa: error: there is no profile wark in ${files}; profiles: work, home, prod\n` +
      "stsmfa: hint: did you mean: stsmfa work\n",
  );
  assertEquals(home.stdout, "");
  assertEquals(home.sts.count(), 0);
});

Deno.test({
  name: "an unknown profile with two letters the wrong way round: the name that was meant",
  fn: async () => {
    await using home = await openHome({ credentials: longTerm("work-long-term") });
    assertEquals(await home.run("wrok"), 3);
    assertStringIncludes(home.stderr, "stsmfa: hint: did you mean: stsmfa work\n");
  },
});

Deno.test("a typo in a profile of any command: that command, with the name that was meant", async () => {
  await using home = await openHome({ credentials: longTerm("work-long-term") });
  for (
    const [words, hint] of [
      [["whoami", "wrok"], "did you mean: stsmfa whoami work"],
      [["env", "--profile=wrok"], "did you mean: stsmfa env --profile=work"],
      [["whoami", "-p", "wrok", "--json"], "did you mean: stsmfa whoami -p work ..."],
      [["clear", "wrok"], "did you mean: stsmfa clear work"],
      [["login", "work"], "did you mean: stsmfa work"],
    ] as const
  ) {
    assertEquals(await home.run(...words), 3);
    const { hint: said } = words.includes("--json" as never)
      ? JSON.parse(home.stderr).error
      : { hint: /stsmfa: hint: (.*)\n/.exec(home.stderr)?.[1] };
    assertEquals(said, hint);
  }
  home.test.env["AWS_PROFILE"] = "wrok";
  assertEquals(await home.run("whoami"), 3);
  assertStringIncludes(home.stderr, "stsmfa: hint: did you mean work?\n");
});

Deno.test("no default, but other profiles: to name one of them", async () => {
  await using home = await openHome({ credentials: longTerm("work-long-term") });
  assertEquals(await home.run("whoami"), 3);
  assertStringIncludes(
    home.stderr,
    "stsmfa: hint: name one of them; to store an access key as default: stsmfa init\n",
  );
});

Deno.test("a profile like no other: how to store its access key", async () => {
  await using home = await openHome();
  assertEquals(await home.run("zanzibar"), 3);
  assertStringIncludes(
    home.stderr,
    "stsmfa: hint: to store its access key: stsmfa init zanzibar\n",
  );
});

Deno.test("nothing stored at all: how to begin", async () => {
  await using home = await openHome({ credentials: null });
  assertEquals(await home.run(), 3);
  assertStringIncludes(home.stderr, "stsmfa: error: there is no profile yet in ");
  assertStringIncludes(
    home.stderr,
    "stsmfa: hint: to begin with an access key: stsmfa init; with SSO: aws configure sso\n",
  );
});

Deno.test("[work] in the config file: it must be [profile work]", async () => {
  await using home = await openHome({ config: "[work]\nregion = eu-west-1\n" });
  assertEquals(await home.run("work"), 3);
  assertMatch(home.stderr, /hint: .*config has \[work\]; there it must be \[profile work\]\n/);
});

Deno.test("a mistyped command: the command that may have been meant", async () => {
  await using home = await openHome();
  for (const [typed, meant] of [["statsu", "status"], ["refrsh", "refresh"]] as const) {
    assertEquals(await home.run(typed), 3);
    assertStringIncludes(home.stderr, `stsmfa: error: there is no profile ${typed}`);
    assertStringIncludes(home.stderr, `stsmfa: hint: did you mean the command: stsmfa ${meant}\n`);
  }
});

Deno.test("two profiles with one target are refused before anything is asked", async () => {
  const config = "[profile a]\nstsmfa =\n  source_profile = me\n  target_profile = shared\n" +
    "[profile b]\nstsmfa =\n  source_profile = me\n  target_profile = shared\n";
  await using home = await openHome({ credentials: longTerm("me"), config });
  assertEquals(await home.unchanged(() => home.run("a", "b")), 3);
  assertEquals(
    home.stderr,
    "stsmfa: error: profiles a and b have the same target [shared]\n" +
      "stsmfa: hint: give one of them another target_profile\n",
  );
  assertEquals(await home.unchanged(() => home.run("a", "b", "--target-profile", "x")), 2);
  assertEquals(home.sts.count(), 0);
});

Deno.test("a profile named twice is renewed once", async () => {
  await using home = await openHome();
  home.types();
  assertEquals(await home.run("default", "default"), 0);
  assertEquals(home.stdout.split("\n").length, 2);
});

for (
  const name of [
    "my work",
    "a.b/c@d+e%f:g",
    "team/prod.eu-west-1",
    "alice@example.com",
    "über",
    "Work",
    "100%",
  ]
) {
  Deno.test(`a profile may be called ${name}`, async () => {
    const credentials = `${longTerm(`${name}-long-term`)}# ${name}\n`;
    await using home = await openHome({ credentials });
    home.types();
    assertEquals(await home.run(name), 0);
    assertStringIncludes(home.stdout, `${name}  renewed, expires in 12h`);
    const after = await home.credentials();
    assertEquals(after.slice(0, credentials.length), credentials);
    assertMatch((await home.section(name))["aws_access_key_id"]!, /^ASIA/);
    assertEquals(await home.unchanged(() => home.run(name)), 0);
    assertEquals(home.sts.count("GetSessionToken"), 1);
  });
}

Deno.test("names that are part of other names, of comments and of secrets touch nothing else", async () => {
  const credentials = [
    "# temp and temporary; [temp] is a comment",
    longTerm("temp-long-term", alice()),
    "[temporary]",
    "note = temp",
    "aws_secret_access_key = [temp]temp",
    "aws_access_key_id = AKIATEMPTEMPTEMPTEM2",
    "",
    "[tem]",
    "region = eu-west-1",
    "",
  ].join("\n");
  await using home = await openHome({ credentials });
  home.types();
  assertEquals(await home.run("temp"), 0);
  const after = await home.credentials();
  assertEquals(after.slice(0, credentials.length), credentials);
  assertMatch(after.slice(credentials.length), /^\n\[temp\]\n/);
});

Deno.test('a profile with a space is found as [profile "my role"] of the config file', async () => {
  const roleArn = "arn:aws:iam::222222222222:role/Reader";
  const config = `[profile "my role"]\nstsmfa =\n  source_profile = me\n  role_arn = ${roleArn}\n`;
  await using home = await openHome({
    credentials: longTerm("me"),
    config,
    sts: { roles: [{ roleArn }] },
  });
  home.types();
  assertEquals(await home.run("my role"), 0);
  assertMatch(await home.credentials(), /\n\[my role\]\naws_access_key_id/);
});

Deno.test("names that could break the file or an SDK are refused before anything is asked", async () => {
  await using home = await openHome();
  for (const target of ["a]b", "a\nb", "DEFAULT", "__proto__", "x # y"]) {
    assertEquals(await home.unchanged(() => home.run("--target-profile", target)), 2, target);
  }
  assertEquals(home.sts.count(), 0);
});

const odd: readonly [name: string, typed: string, hint: string][] = [
  ["-xy", "--profile=-xz", "stsmfa --profile=-xy"],
  ["~root", "~rot", 'stsmfa "~root"'],
  ["clear", "--profile=claer", "stsmfa --profile=clear"],
  ["a$(b)", "a$(c)", "stsmfa 'a$(b)'"],
  ["it's", "its", `stsmfa "it's"`],
];
for (const [name, typed, hint] of odd) {
  Deno.test(`the hint for ${typed} can be pasted: ${hint}`, async () => {
    await using home = await openHome({ credentials: longTerm(`${name}-long-term`) });
    assertEquals(await home.run(typed), 3);
    assertStringIncludes(home.stderr, `stsmfa: hint: did you mean: ${hint}\n`);
  });
}

Deno.test("the fix for expired sessions renews them, whatever they are called", async () => {
  for (const [name, fix] of [["-x", "stsmfa --profile=-x"], ["~root", 'stsmfa "~root"']] as const) {
    const credentials = longTerm(`${name}-long-term`) + session(name, "2026-03-04T05:00:00Z");
    await using home = await openHome({ credentials });
    await home.run("doctor", "--json");
    const fixes = JSON.stringify(home.json);
    assertStringIncludes(fixes, JSON.stringify(fix));
  }
});
