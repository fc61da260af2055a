import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertMode } from "../../support/file_mode.ts";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import {
  awsMfaSession,
  originalsUnchanged,
  otherKey,
  stscredsSection,
  writeAccount,
} from "../../support/other_tools.ts";
import { alice } from "../../support/sts_people.ts";

const administrator = "arn:aws:iam::222222222222:role/Administrator";
const accounts = JSON.stringify({ work: "arn:aws:iam::123456789012:" });

const awsMfas = `# keys of the IAM user
${longTerm("default-long-term")}aws_mfa_device = arn:aws:iam::123456789012:mfa/alice

[default]
region = eu-west-1

${longTerm("org")}
${awsMfaSession("org-production", administrator)}`;

const config = `# my regions
[profile org-production]
region = eu-central-1
s3 =
  max_concurrent_requests = 20

[profile other] ; stays
output=json`;

/** A home in which all three tools have been. */
async function openAll(): Promise<Home> {
  const home = await openHome({ credentials: awsMfas, config });
  await home.test.write(".stscreds/credentials", stscredsSection("team", otherKey));
  await writeAccount(home.test, "work", { key: otherKey, user: "bob" });
  await home.test.write("accounts.json", accounts);
  home.test.env["STSMFA_ACCOUNTS_FILE"] = "~/accounts.json";
  return home;
}

const added = `
[team-long-term]
aws_access_key_id = AKIAOTHEROTHEROTHER2
aws_secret_access_key = other+secret/access+key/of+forty+letters

[work-long-term]
aws_access_key_id = AKIAOTHEROTHEROTHER2
aws_secret_access_key = other+secret/access+key/of+forty+letters
mfa_serial = arn:aws:iam::123456789012:mfa/bob
`;
const configAfter = config.replace(
  "requests = 20\n",
  `requests = 20\nstsmfa =\n  source_profile = org\n  role_arn = ${administrator}\n`,
);
const lines = (added: string) =>
  `default         aws-mfa          works as it is
org-production  aws-mfa          stsmfa block ${added}: source_profile = org, role_arn = ${administrator}
team            stscreds         key ${added} as [team-long-term]
work            aws-sts-helpers  key ${added} as [work-long-term], MFA device arn:aws:iam::123456789012:mfa/bob
`;

Deno.test("import adds what all tools have to AWS's files, keeping every byte there and in theirs", async () => {
  await using home = await openAll();
  assertEquals(await originalsUnchanged(home, () => home.run("import")), 0);
  assertEquals(home.stdout, lines("added"));
  assertEquals(home.stderr, "");
  assertEquals(await home.credentials(), awsMfas + added.slice(1));
  assertEquals(await home.test.read(".aws/config"), configAfter);
  assertEquals(await home.test.read(".aws/credentials~"), awsMfas);
  assertEquals(home.sts.count(), 0);
  assertEquals(home.test.questions, []);
});

Deno.test("import a second time finds that all works as it is, and changes nothing", async () => {
  await using home = await openAll();
  await home.run("import");
  const before = await Deno.stat(home.test.path(".aws/config"));
  assertEquals(await home.unchanged(() => home.run("import")), 0);
  assertEquals(home.stdout.match(/works as it is\n/g)?.length, 4);
  const after = await Deno.stat(home.test.path(".aws/config"));
  assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
});

Deno.test("import --dry-run says the same and writes nothing", async () => {
  await using home = await openAll();
  assertEquals(await home.unchanged(() => home.run("import", "--dry-run")), 0);
  assertEquals(home.stdout, lines("would be added"));
  assertEquals(await home.test.read(".aws/config"), config);
});

Deno.test("import by name, or --from a tool, leaves the others where they are", async () => {
  await using home = await openAll();
  assertEquals(await home.run("import", "--from", "stscreds"), 0);
  assertEquals(home.stdout, "team  stscreds  key added as [team-long-term]\n");
  assertEquals(await home.run("import", "work", "default"), 0);
  assertEquals(home.stdout.split("\n").length, 3);
  assertEquals(await home.credentials(), awsMfas + added.slice(1));
  assertEquals(await home.test.read(".aws/config"), config);
});

Deno.test("import of a name that no tool has says the nearest one, and does nothing", async () => {
  await using home = await openAll();
  const run = (...args: string[]) => home.unchanged(() => home.run("import", ...args));
  assertEquals(await run("team", "wrok"), 3);
  assertEquals(
    home.stderr,
    "stsmfa: error: no other tool has a profile wrok\n" +
      "stsmfa: hint: did you mean: stsmfa import work\n",
  );
  assertEquals(await run("work", "--from", "stscreds"), 3);
  assertEquals(
    home.stderr,
    "stsmfa: error: stscreds has no profile work\n" +
      "stsmfa: hint: see what there is: stsmfa import --from stscreds --dry-run\n",
  );
  assertEquals(await run("--from", "setsts"), 2);
  assertStringIncludes(home.stderr, "setsts is not one of aws-mfa, stscreds, aws-sts-helpers");
});

Deno.test("import where no tool has been says where it looked, and how to begin", async () => {
  await using home = await openHome({ credentials: longTerm("me") });
  assertEquals(await home.unchanged(() => home.run("import")), 3);
  assertEquals(
    home.stderr,
    `stsmfa: error: there is nothing to import: neither aws-mfa, stscreds, aws-sts-helpers, aws-vault nor granted has a key\n` +
      "stsmfa: hint: to store an access key: stsmfa init\n",
  );
  assertEquals(await home.run("import", "me", "--from", "stscreds"), 3);
  assertMatch(home.stderr, /nothing to import: no keys in ~\/\.stscreds\/credentials\n/);
});

Deno.test("import without AWS's files makes them, for their owner alone", async () => {
  await using home = await openHome({ credentials: null });
  await home.test.write(".stscreds/credentials", stscredsSection("default"));
  assertEquals(await home.run("import"), 0);
  assertEquals(await home.credentials(), longTerm("default-long-term").replaceAll(/ +=/g, " ="));
  assertMode(0o700, home.test.path(".aws"));
  assertMode(0o600, home.test.path(".aws/credentials"));
  assertEquals(await home.test.list(), ["credentials"]);
});

Deno.test("import adds to an empty file, one with CRLF and one without a last line end", async () => {
  for (
    const [before, after] of [
      ["", "[work-long-term]\nK"],
      ["\n", "\n[work-long-term]\nK"],
      ["[a]\r\nregion=eu-west-1\r\n", "[a]\r\nregion=eu-west-1\r\n\r\n[work-long-term]\r\nK"],
      ["[a]\nregion = eu-west-1", "[a]\nregion = eu-west-1\n\n[work-long-term]\nK"],
      ["[work-long-term]\nregion = eu-west-1\n# end", "[work-long-term]\nregion = eu-west-1\nK"],
    ] as const
  ) {
    await using home = await openHome({ credentials: before });
    await writeAccount(home.test, "work");
    assertEquals(await home.run("import", "--no-backup"), 0, before);
    assertStringIncludes((await home.credentials()).replace(/aws_access_key_id\b/, "K"), after);
    assertEquals((await home.section("work-long-term"))["aws_access_key_id"], alice().accessKeyId);
    assertEquals(await home.test.list(), ["credentials"]);
  }
});

Deno.test("import --json says what was done for each profile", async () => {
  await using home = await openAll();
  await writeAccount(home.test, "default", { key: otherKey });
  assertEquals(await home.run("import", "--json"), 3);
  const path = home.test.path.bind(home.test);
  const credentials = path(".aws/credentials");
  const error = {
    code: "LongTermCredentialsStored",
    message:
      `${credentials}: [default-long-term] already has keys, in line 3; stsmfa never overwrites them`,
    hint: "to replace them: aws configure --profile default-long-term",
  };
  const helpers = { tool: "aws-sts-helpers" };
  assertEquals(home.json, [
    { profile: "default", tool: "aws-mfa", path: credentials, action: "nothing" },
    {
      profile: "org-production",
      tool: "aws-mfa",
      path: credentials,
      action: "block",
      block: { source_profile: "org", role_arn: administrator },
    },
    {
      profile: "team",
      tool: "stscreds",
      path: path(".stscreds/credentials"),
      action: "key",
      store: "file",
      section: "team-long-term",
      mfaSerial: null,
    },
    {
      ...helpers,
      profile: "default",
      path: path("aws-creds/default.access_key"),
      action: "refused",
      section: "default-long-term",
      mfaSerial: null,
      error,
    },
    {
      ...helpers,
      profile: "work",
      path: path("aws-creds/work.access_key"),
      action: "key",
      store: "file",
      section: "work-long-term",
      mfaSerial: "arn:aws:iam::123456789012:mfa/bob",
    },
  ]);
  assertEquals(home.jsonError, { ...error, profile: "default" });
});

Deno.test("import shows no secret, whatever it does", async () => {
  await using home = await openAll();
  await writeAccount(home.test, "default", { key: otherKey });
  let output = "";
  for (const args of [["--dry-run"], ["--dry-run", "--json"], ["--json"], []]) {
    await home.run("import", ...args);
    output += home.test.output;
  }
  for (const secret of [otherKey.secretAccessKey, alice().secretAccessKey, "old+secret", "old/"]) {
    assertEquals(output.includes(secret), false);
  }
});
