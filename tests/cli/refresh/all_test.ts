import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, longTerm, openHome } from "../../support/homes.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const bad: [what: string, credentials: string, config: string][] = [
  [
    "a target that has an access key, which stsmfa never overwrites",
    `${longTerm("bad-long-term")}\n${longTerm("bad")}`,
    "",
  ],
  [
    "a target that another one has",
    "",
    "[profile bad]\nstsmfa =\n  source_profile = good\n  target_profile = good2\n[profile good2]\nstsmfa =\n  source_profile = good\n",
  ],
  ["a bad setting", longTerm("bad-long-term"), "[profile bad]\nregion = nowhere\n"],
];
for (const [what, credentials, config] of bad) {
  for (const args of [[], ["--dry-run"]]) {
    Deno.test(`--all ${args} does not let ${what} keep the others from their sessions`, async () => {
      await using home = await openHome({
        credentials: `${longTerm("good-long-term")}\n${credentials}`,
        config,
      });
      home.types();
      assertEquals(await home.run("--all", ...args), 3);
      assertStringIncludes(home.stdout, args.length === 0 ? "good  " : "good  would be renewed");
      assertStringIncludes(home.stderr, "error: bad: ");
    });
  }
}

Deno.test("a profile asked for by name must be sound, or nothing is done", async () => {
  const credentials = `${longTerm("good-long-term")}\n${longTerm("bad-long-term")}\n${
    longTerm("bad")
  }`;
  await using home = await openHome({ credentials });
  assertEquals(await home.unchanged(() => home.run("good", "bad")), 3);
  assertEquals(home.sts.count(), 0);
});

Deno.test("--all names a user once whose session is written, and kept for roles as well", async () => {
  await using home = await openHome({
    credentials: longTerm("me-long-term"),
    config:
      `[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = me\n` +
      `mfa_serial = ${ALICE_DEVICE}\n`,
  });
  home.types();
  for (const kind of ["renewed", "valid"]) {
    assertEquals(await home.run("--all"), 0, home.stderr);
    assertMatch(home.stdout, new RegExp(`^me.* {2}${kind}, [^\n]*\n$`), kind);
  }
});

Deno.test("--all renews the MFA session of a profile whose credential_process is stsmfa", async () => {
  await using home = await openHome({
    credentials: alicesFile + longTerm("work-long-term"),
    config: "[profile work]\ncredential_process = stsmfa process work\n",
  });
  home.types();
  assertEquals(await home.run("--all"), 0, home.stderr);
  assertMatch(
    home.stdout,
    /^default {2}renewed, .*\nwork {5}renewed, .*, kept for exec, env, use and process\n$/,
  );
  assertEquals(home.test.questions.length, 1);
  assertEquals(await home.section("work"), {});
});

const signIns = `[profile site]
sso_account_id = 123456789012
sso_role_name = Reader
sso_start_url = https://corp.example.com/start
sso_region = eu-west-1
[profile tool]
credential_process = /opt/give
[profile low]
role_arn = arn:aws:iam::123456789012:role/Low
source_profile = default-long-term
`;

Deno.test("--all passes over what needs no code of ours, and says so in one line", async () => {
  await using home = await openHome({ credentials: alicesFile, config: signIns });
  home.types();
  assertEquals(await home.run("--all"), 0, home.stderr);
  assertEquals(
    home.stderr.match(/^.*nothing to renew.*$/gm),
    ["stsmfa: nothing to renew: site (sso), tool (process), low (no code)"],
  );
  assertMatch(home.stdout, /^default {2}renewed, .*\n$/);
  assertEquals(await home.run("--all", "--quiet"), 0);
  assertEquals(home.stderr, "");
});

Deno.test("--all with nothing but sign-ins of others ends well; many are counted", async () => {
  const many = Array.from({ length: 40 }, (_, at) => `[profile p${at}]\ncredential_process = x\n`);
  await using home = await openHome({ credentials: "", config: many.join("") });
  assertEquals(await home.run("--all"), 0, home.stderr);
  assertEquals(home.stdout, "");
  assertMatch(home.stderr, /: p0 \(process\), .*, p4 \(process\) and 35 more\n$/);
  assertEquals(home.sts.count(), 0);
});
