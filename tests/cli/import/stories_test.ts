import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import {
  awsMfaSession,
  originalsUnchanged,
  stscredsSection,
  writeAccount,
} from "../../support/other_tools.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const role = (account: number) => `arn:aws:iam::${`${account}`.repeat(12)}:role/Administrator`;
const roles = [{ roleArn: role(2) }, { roleArn: role(3) }];

/** Asks AWS, with what is in a section, who that is. */
async function whoIs(home: Home, section: string): Promise<string> {
  assertEquals(await home.run("whoami", section, "--non-interactive"), 0, home.stderr);
  assertEquals(
    home.sts.requests.at(-1)?.accessKeyId,
    (await home.section(section))["aws_access_key_id"],
  );
  return home.stdout.split("\n")[0]!;
}

Deno.test("after import the accounts of aws-mfa's README are renewed by name, all with one code", async () => {
  const credentials = longTerm("myorganization") +
    awsMfaSession("myorganization-production", role(2)) +
    awsMfaSession("myorganization-staging", role(3)) +
    awsMfaSession("myorganization-development");
  await using home = await openHome({ credentials, sts: { roles } });
  home.test.env["MFA_DEVICE"] = ALICE_DEVICE;
  assertEquals(await home.run("import"), 0);
  assertEquals(await home.credentials(), credentials);
  home.types();
  assertEquals(await home.run("--all"), 0, home.stderr);
  assertEquals(home.stdout.match(/renewed/g)?.length, 3);
  assertMatch(
    await whoIs(home, "myorganization-production"),
    /^arn:aws:sts::222222222222:assumed-role\/Administrator\//,
  );
  assertMatch(await whoIs(home, "myorganization-staging"), /^arn:aws:sts::333333333333:/);
  assertEquals(
    await whoIs(home, "myorganization-development"),
    "arn:aws:iam::123456789012:user/alice",
  );
  assertEquals(home.test.questions.length, 1);
  assertEquals(
    (await home.section("myorganization"))["aws_access_key_id"],
    alice().accessKeyId,
  );
});

Deno.test("what aws-mfa keeps by its default names is renewed without an import, and import says so", async () => {
  const credentials = `${longTerm("work-long-term")}aws_mfa_device = ${ALICE_DEVICE}\n\n${
    awsMfaSession("work")
  }`;
  await using home = await openHome({ credentials });
  assertEquals(await home.unchanged(() => home.run("import")), 0);
  assertEquals(home.stdout, "work  aws-mfa  works as it is\n");
  home.types();
  assertEquals(await home.run("work"), 0);
  assertEquals(await whoIs(home, "work"), "arn:aws:iam::123456789012:user/alice");
});

Deno.test("what stsmfa itself has set up is named as its own", async () => {
  await using home = await openHome();
  home.types();
  assertEquals(await home.run("default"), 0, home.stderr);
  assertEquals(await home.unchanged(() => home.run("import", "--dry-run")), 0);
  assertEquals(home.stdout, "default  stsmfa  works as it is\n");
  assertEquals(await home.run("import", "--json"), 0);
  assertEquals(home.json[0].tool, "stsmfa");
  assertEquals(await home.unchanged(() => home.run("import", "--from", "aws-mfa")), 3);
  assertStringIncludes(home.stderr, "no sections of aws-mfa");
});

Deno.test("after import a profile of --long-term-suffix keys is renewed with them", async () => {
  const credentials = `${longTerm("work-keys")}aws_mfa_device = ${ALICE_DEVICE}\n\n${
    awsMfaSession("work")
  }`;
  await using home = await openHome({ credentials });
  assertEquals(await home.run("import"), 0);
  assertEquals(
    await home.test.read(".aws/config"),
    "[profile work]\nstsmfa =\n  source_profile = work-keys\n",
  );
  home.types();
  assertEquals(await home.run("work"), 0);
  assertEquals(await whoIs(home, "work"), "arn:aws:iam::123456789012:user/alice");
});

Deno.test("after import stscreds' profile is renewed; its session without an expiry is replaced", async () => {
  const stale = `[default]
aws_access_key_id     = ASIAOLDOLDOLDOLDOLD2
aws_secret_access_key = old+secret/of+the+session+before+this
aws_session_token     = old/token+of+the+session+before+this==
region                = eu-west-1
`;
  await using home = await openHome({ credentials: stale });
  await home.test.write(".stscreds/credentials", stscredsSection("default"));
  assertEquals(await home.run("import"), 0);
  assertEquals((await home.credentials()).slice(0, stale.length), stale);
  home.types();
  assertEquals(await originalsUnchanged(home, () => home.run()), 0);
  assertEquals(home.sts.requests.map(({ action }) => action), [
    "ListMFADevices",
    "GetSessionToken",
  ]);
  assertEquals(await whoIs(home, "default"), "arn:aws:iam::123456789012:user/alice");
  assertEquals((await home.section("default"))["region"], "eu-west-1");
});

Deno.test("after import an account of aws-sts-helpers is renewed with its own device, without asking IAM", async () => {
  const users = [alice({ mayListMfaDevices: false, userName: "a.lice" })];
  await using home = await openHome({ credentials: null, sts: { users } });
  await writeAccount(home.test, "work", { user: "alice" });
  await home.test.write("accounts.json", '{ "work": "arn:aws:iam::123456789012:" }\n');
  home.test.env["USER"] = "somebody";
  assertEquals(await home.run("import", "--accounts-file", "~/accounts.json"), 0);
  home.types();
  assertEquals(await originalsUnchanged(home, () => home.run("work")), 0);
  assertEquals(home.test.questions, [`MFA code for ${ALICE_DEVICE}:`]);
  assertEquals(home.sts.requests.map(({ action }) => action), ["GetSessionToken"]);
  assertEquals(await whoIs(home, "work"), "arn:aws:iam::123456789012:user/a.lice");
});

Deno.test("import keeps to STSMFA_LONG_TERM_SUFFIX, as the renewal does; none leaves a key no place", async () => {
  await using home = await openHome({ credentials: null });
  await home.test.write(".stscreds/credentials", stscredsSection("work"));
  home.test.env["STSMFA_LONG_TERM_SUFFIX"] = "none";
  assertEquals(await home.unchanged(() => home.run("import")), 3);
  assertStringIncludes(home.stderr, "work: [work] cannot hold both the key and the session");
  home.test.env["STSMFA_LONG_TERM_SUFFIX"] = "keys";
  assertEquals(await home.run("import"), 0);
  assertEquals(home.stdout, "work  stscreds  key added as [work-keys]\n");
  home.types();
  assertEquals(await home.run("work"), 0);
  assertEquals(await whoIs(home, "work"), "arn:aws:iam::123456789012:user/alice");
});
