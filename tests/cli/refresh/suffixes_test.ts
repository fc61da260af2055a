/**
 * aws-mfa's stories of several accounts, with its own flags: one user, a section for each
 * environment.
 *
 * Source: https://github.com/broamski/aws-mfa#readme
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const production = "arn:aws:iam::222222222222:role/Administrator";
const staging = "arn:aws:iam::333333333333:role/Administrator";
const roles = [{ roleArn: production }, { roleArn: staging }];
const sts = { roles };

function sectionNames(text: string): string[] {
  return [...text.matchAll(/^\[(.*)\]$/gm)].map(([, name]) => name!);
}

const environments = ["development", "staging", "production"];
const longTerms: [what: string, section: string, flags: string[], env?: Record<string, string>][] =
  [
    ["the usual suffix", "myorganization-long-term", []],
    ["--long-term-suffix none", "myorganization", ["--long-term-suffix", "none"]],
    ["--long-suffix None", "myorganization", ["--long-suffix", "None"]],
    ["a suffix of one's own", "myorganization-keys", ["--long-term-suffix", "keys"]],
    ["STSMFA_LONG_TERM_SUFFIX", "myorganization", [], { STSMFA_LONG_TERM_SUFFIX: "none" }],
  ];
for (const [what, section, flags, env = {}] of longTerms) {
  Deno.test(`a section for each environment, by --short-term-suffix, with ${what} and one code`, async () => {
    const credentials = longTerm(section);
    await using home = await openHome({ credentials, env });
    home.types();
    for (const environment of environments) {
      const args = ["--profile", "myorganization", ...flags, "--short-term-suffix", environment];
      assertEquals(await home.run(...args), 0, home.stderr);
      assertStringIncludes(home.stdout, `renewed, expires in 12h`);
      assertStringIncludes(home.stdout, `, in [myorganization-${environment}]\n`);
    }
    const text = await home.credentials();
    assertEquals(text.slice(0, credentials.length), credentials);
    const targets = environments.map((each) => `myorganization-${each}`);
    assertEquals(sectionNames(text), [section, ...targets]);
    assertEquals(home.test.questions.length, 1);
  });
}

/** The command of the README, but for the program's name. */
function assume(home: Home, role: string, name: string, ...more: string[]): Promise<number> {
  const suffixes = ["--short-term-suffix", name, "--long-term-suffix", "none"];
  const args = ["--profile", "myorganization", "--assume-role", role, ...suffixes];
  return home.run(...args, "--role-session-name", name, ...more);
}

Deno.test("a role in each of two accounts, to work with both: aws-mfa's commands, one code", async () => {
  await using home = await openHome({ credentials: longTerm("myorganization"), sts });
  home.types();
  assertEquals(await assume(home, production, "production"), 0, home.stderr);
  assertEquals(home.sts.requests.at(-1)?.params["RoleSessionName"], "production");
  assertEquals(await assume(home, staging, "staging"), 0, home.stderr);
  assertEquals(home.sts.requests.at(-1)?.params["RoleSessionName"], "staging");
  assertEquals(home.test.questions, [`MFA code for ${ALICE_DEVICE}:`]);
  const [first, second] = [
    await home.section("myorganization-production"),
    await home.section("myorganization-staging"),
  ];
  assertEquals([first["assumed_role_arn"], second["assumed_role_arn"]], [production, staging]);
  assertMatch(first["aws_access_key_id"]!, /^ASIA/);
  assertEquals(await home.unchanged(() => assume(home, production, "production")), 0);
  assertStringIncludes(home.stdout, "valid");
});

Deno.test("env, read and clear find the session of an environment by the same flags", async () => {
  await using home = await openHome({ credentials: longTerm("myorganization"), sts });
  home.types();
  await assume(home, production, "production");
  await assume(home, staging, "staging");
  const { aws_access_key_id: id } = await home.section("myorganization-staging");
  const requests = home.sts.count();
  const flags = ["--short-term-suffix", "staging", "--long-term-suffix", "none"];
  const wanted = ["myorganization", ...flags, "--role-arn", staging];
  const read = () => home.run("read", "aws_access_key_id", ...wanted);
  assertEquals(await home.unchanged(read), 0, home.stderr);
  assertEquals(home.stdout, id);
  for (const args of [wanted, ["myorganization-staging"]]) {
    assertEquals(await home.unchanged(() => home.run("env", ...args, "--json")), 0, home.stderr);
    assertEquals(home.json.AWS_ACCESS_KEY_ID, id);
  }
  assertEquals(home.sts.count(), requests);
  assertEquals(await home.run("clear", "myorganization", ...flags), 0, home.stderr);
  const left = ["myorganization", "myorganization-production"];
  assertEquals(sectionNames(await home.credentials()), left);
});

Deno.test("another role for the same section replaces its session, which is still valid", async () => {
  await using home = await openHome({ credentials: longTerm("myorganization"), sts });
  home.types();
  await assume(home, production, "production");
  assertEquals(await assume(home, staging, "production"), 0);
  assertStringIncludes(home.stdout, "renewed");
  assertEquals((await home.section("myorganization-production"))["assumed_role_arn"], staging);
  assertEquals(home.test.questions.length, 1);
});

Deno.test("assume_role of the long-term section holds for each environment, --assume-role wins", async () => {
  const credentials = `${longTerm("myorganization")}assume_role =  ${production}\n`;
  await using home = await openHome({ credentials, sts });
  home.types();
  const flags = ["--profile", "myorganization", "--long-term-suffix", "none"];
  assertEquals(await home.run(...flags, "--short-term-suffix", "a"), 0, home.stderr);
  assertEquals((await home.section("myorganization-a"))["assumed_role_arn"], production);
  assertEquals(await home.run(...flags, "--short-term-suffix", "b", "--assume", staging), 0);
  assertEquals((await home.section("myorganization-b"))["assumed_role_arn"], staging);
});

for (const [long, short] of [["none", "none"], ["none", undefined], ["x", "x"]] as const) {
  Deno.test(`source and target with the same name (${long}, ${short ?? "no suffix"}) are refused before a code`, async () => {
    const section = long === "none" ? "myorganization" : `myorganization-${long}`;
    await using home = await openHome({ credentials: longTerm(section) });
    const flags = short === undefined ? [] : ["--short-term-suffix", short];
    const run = () => home.run("--profile", "myorganization", "--long-term-suffix", long, ...flags);
    assertEquals(await home.unchanged(run), 3);
    assertStringIncludes(home.stderr, `the access key is in [${section}] itself`);
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  });
}
