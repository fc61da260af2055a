import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { homeVariable } from "../../../lib/path.ts";
import { type Home, longTerm, openHome } from "../../support/homes.ts";
import { alice, type LoopbackUser } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const theRole = "arn:aws:sts::222222222222:assumed-role/Administrator/alice";
const theUser = "arn:aws:iam::123456789012:user/alice";
const role = `role_arn = ${roleArn}\nsource_profile = me\n`;
const block = `stsmfa =\n  role_arn = ${roleArn}\n  source_profile = me\n`;

/** alice's keys as `me` and for the profile `x`, so that a header that is not seen gives her away. */
function open(
  config: string,
  more: { credentials?: string; env?: Record<string, string>; users?: LoopbackUser[] } = {},
): Promise<Home> {
  const { credentials = longTerm("me") + longTerm("x-long-term"), env, users } = more;
  return openHome({
    credentials,
    config,
    ...(env && { env }),
    sts: { roles: [{ roleArn, requiresMfa: false }], ...(users && { users }) },
  });
}

/** Returns who a profile is. */
async function whoIs(home: Home, profile: string): Promise<string> {
  home.types();
  assertEquals(await home.run("whoami", profile, "--json"), 0, home.stderr);
  return home.json.arn;
}

const headers = [
  "[profile x ]",
  "[profile  x]",
  "[profile\tx]",
  "[profile \\x]",
  '[profile x""]',
  "[profile ''x]",
  "[profile 'x'] # note",
  "[profile x]# note",
  "[profiles x]",
  "[profile-old x]",
  '[profile: "x"]',
];
for (const header of headers) {
  for (const [what, keys] of [["a role", role], ["a stsmfa block with a role", block]] as const) {
    Deno.test(`${header} with ${what} gives out the role's session`, async () => {
      await using home = await open(`${header}\n${keys}`);
      assertEquals(await whoIs(home, "x"), theRole);
    });
  }
}

Deno.test("a profile with a name of two words is the one that its header quotes", async () => {
  await using home = await open(`[profile "x y"]\n${role}`);
  assertEquals(await whoIs(home, "x y"), theRole);
});

for (
  const [config, arn] of [
    [`[profile x]\n${role}[profile 'x']\nregion = eu-west-1\n`, theUser],
    [`[profile 'x']\nregion = eu-west-1\n[profile x]\n${role}`, theRole],
    [
      `[profiles x]\n${block}[profile x]\n${role.replace("Admin", "Other")}[profile "x"]\n`,
      undefined,
    ],
  ] as const
) {
  Deno.test(`the last spelling counts, whole: ${JSON.stringify(config)}`, async () => {
    await using home = await open(config);
    if (arn !== undefined) assertEquals(await whoIs(home, "x"), arn);
    else assertEquals(await home.run("whoami", "x"), 3);
  });
}

Deno.test("[DEFAULT] gives its keys to the profiles of its file", async () => {
  await using home = await open("[DEFAULT]\nregion = us-west-2\n[profile x]\n[profile y]\n");
  home.types();
  assertEquals(await home.run("env", "x", "--json"), 0, home.stderr);
  assertEquals(home.json.AWS_REGION, "us-west-2");
  await using other = await open("[profile x]\nregion = eu-west-1\n", {
    credentials: longTerm("me") + `[DEFAULT]\n${role}[x]\n`,
  });
  assertEquals(await whoIs(other, "x"), theRole);
});

Deno.test("a value is whole: the source is the section whose name has a comment sign in it", async () => {
  const bob: LoopbackUser = {
    ...alice(),
    accessKeyId: "AKIABOBBOBBOBBOBBOB2",
    userName: "bob",
  };
  await using home = await open(`[profile x]\nrole_arn = ${roleArn}\nsource_profile = me ; two\n`, {
    credentials: longTerm("me", bob) + longTerm("me ; two"),
  });
  assertEquals(await whoIs(home, "x"), theRole);
  assertEquals(home.sts.requests[0]!.accessKeyId, alice().accessKeyId);
});

for (
  const [line, comment] of [
    ["role_arn = arn:aws:iam::222222222222:role/Administrator # mine", "# mine"],
    ["region = eu-west-1 ; home", "; home"],
    ["mfa_serial = arn:aws:iam::123456789012:mfa/alice # phone", "# phone"],
    ["duration_seconds = 3600 # short", "# short"],
    ["external_id = abc ; partner", "; partner"],
    ["role_session_name = alice # me", "# me"],
    ["endpoint_url = https://sts.test ; lab", "; lab"],
  ] as const
) {
  Deno.test(`a comment that makes a value unusable is named: ${line}`, async () => {
    const standard = line.startsWith("role_arn") ? role.replace(/^role_arn.*\n/, "") : role;
    await using home = await openHome({
      credentials: longTerm("me"),
      config: `[profile x]\n${standard}${line}\n`,
      env: { AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL: "" },
    });
    assertEquals(await home.unchanged(() => home.run("env", "x")), 3, home.stderr);
    assertStringIncludes(home.stderr, `${comment} is part of the value for the AWS CLI`);
    assertEquals([home.sts.count(), home.test.questions.length], [0, 0]);
  });
}

for (
  const [what, files, where] of [
    ["in the credentials file", { credentials: `[x]\n${block}` }, "credentials: line 2"],
    ["on one line", { config: `[profile x]\nstsmfa = role_arn = ${roleArn}\n` }, "config: line 2"],
    ["in [DEFAULT]", { config: `[DEFAULT]\n${block}[profile x]\n` }, "config: line 2"],
    ["in a section without profile", { config: `[x]\n${block}` }, "config: line 2"],
    [
      "in a spelling that another one replaces",
      { config: `[profile x]\n${block}[profile 'x']\n` },
      "config: line 2",
    ],
  ] as const
) {
  Deno.test(`a stsmfa block ${what} is an error that says where it belongs`, async () => {
    const { config = "", credentials = "" } = files as { config?: string; credentials?: string };
    await using home = await open(config, {
      credentials: credentials + longTerm("me") + longTerm("x-long-term"),
    });
    for (const args of [["x"], ["env", "x"], ["exec", "x", "--", "true"], ["whoami", "x"]]) {
      assertEquals(await home.unchanged(() => home.run(...args)), 3, args.join(" "));
      assertStringIncludes(home.stderr, `${where}: the stsmfa block in [`);
      assertMatch(home.stderr, /hint: move it to \[profile '?x'?\] of /);
    }
    assertEquals([home.sts.count(), home.test.questions.length], [0, 0]);
  });
}

Deno.test("a variable in the path of a file is replaced, as botocore does", async () => {
  await using home = await open("");
  home.test.env["AWS_CONFIG_FILE"] = `$${homeVariable(home.test)}/alt/config`;
  await home.test.write("alt/config", `[profile x]\n${role}`);
  assertEquals(await whoIs(home, "x"), theRole);
});

for (
  const [env, args, status, message] of [
    [{ AWS_SHARED_CREDENTIALS_FILE: "$NOPE/c" }, ["x"], 3, "since NOPE is not set"],
    [{ AWS_SHARED_CREDENTIALS_FILE: "" }, ["x"], 3, "unset AWS_SHARED_CREDENTIALS_FILE"],
    [{}, ["x", "--credentials-file", "~nobody-here/c"], 2, "home directory of nobody-here"],
    [{}, ["x", "--config-file", "${NOPE}c"], 2, "write the full path"],
  ] as const
) {
  Deno.test(`a path that is one in the working folder by mistake is refused: ${message}`, async () => {
    await using home = await open("", { env });
    assertEquals(await home.unchanged(() => home.run(...args)), status, home.stderr);
    assertStringIncludes(home.stderr, message);
    assertEquals(home.sts.count(), 0);
  });
}
