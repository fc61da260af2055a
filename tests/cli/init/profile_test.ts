/**
 * Where `init` puts key and region, and where it refuses to.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, longTerm, openHome, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const { accessKeyId, secretAccessKey } = alice();
const stored = `aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
mfa_serial = ${ALICE_DEVICE}
`;

/** A home in which alice types her key, a region if she is asked, and a code. */
async function openReady(options: HomeOptions = {}, ...region: string[]): Promise<Home> {
  const home = await openHome({ credentials: null, ...options });
  home.answer(accessKeyId, secretAccessKey, ...region);
  home.types();
  return home;
}

function regionQuestions(home: Home): string[] {
  return home.test.questions.filter((question) => question.startsWith("Region"));
}

const names: [profile: string, section: string, config: string][] = [
  ["default", "default-long-term", "default"],
  ["team.eu", "team.eu-long-term", "profile team.eu"],
  ["my work", "my work-long-term", 'profile "my work"'],
  ["a/b@c+d", "a/b@c+d-long-term", "profile a/b@c+d"],
  ["it's", "it's-long-term", 'profile "it\'s"'],
];
for (const [profile, section, configSection] of names) {
  Deno.test(`init of a profile named ${profile}: key, session and region are where SDKs look`, async () => {
    await using home = await openReady({}, "eu-west-1");
    assertEquals(await home.run("init", profile), 0, home.stderr);
    assertEquals((await home.credentials()).startsWith(`[${section}]\n${stored}`), true);
    assertMatch((await home.section(profile))["aws_access_key_id"]!, /^ASIA/);
    assertEquals(
      await home.test.read(".aws/config"),
      `[${configSection}]\nregion = eu-west-1\n`,
    );
    assertEquals(await home.run(profile, "--non-interactive"), 0, home.stderr);
  });
}

const badNames: [profile: string, status: number][] = [
  ["a]b", 2],
  [" a", 2],
  ["a\nb", 2],
  ["a # b", 2],
  ["a ", 3],
  ["", 2],
  ["DEFAULT", 3],
];
for (const [profile, status] of badNames) {
  Deno.test(`${JSON.stringify(profile)} is refused as a profile before anything is asked`, async () => {
    await using home = await openReady();
    assertEquals(await home.run("init", profile), status, home.stderr);
    assertEquals([home.test.questions, home.sts.count()], [[], 0]);
    assertMatch(home.stderr, /^stsmfa: error: .*(name|profile)/);
    assertEquals(await home.test.list().catch(() => []), []);
  });
}

Deno.test("a region is asked for only where the profile has none", async () => {
  for (
    const [what, options, asked] of [
      ["none", { config: "[profile other]\nregion = eu-west-1\n" }, true],
      ["in the config file", { config: "[profile work]\nregion = eu-west-1\n" }, false],
      ["in the credentials file", { credentials: "[work]\nregion = eu-west-1\n" }, false],
    ] as const
  ) {
    await using home = await openReady(options, ...asked ? [""] : []);
    assertEquals(await home.run("init", "work"), 0, `${what}: ${home.stderr}`);
    assertEquals(regionQuestions(home).length, asked ? 1 : 0, what);
    if ("config" in options) assertEquals(await home.test.read(".aws/config"), options.config);
  }
});

const configs: [what: string, before: string, after: string][] = [
  [
    "behind the profile's keys",
    "# mine\r\n[profile work]\r\noutput=json\r\ns3 =\r\n  max_queue_size = 1\r\n\r\n# next\r\n[default]\r\n",
    "# mine\r\n[profile work]\r\noutput=json\r\ns3 =\r\n  max_queue_size = 1\r\nregion = eu-west-1\r\n\r\n# next\r\n[default]\r\n",
  ],
  ["in an empty section", "[profile work] # me", "[profile work] # me\nregion = eu-west-1\n"],
  [
    "in a new section, spaced like the others",
    "[default]\nregion=us-east-1\n\n[profile a]\noutput=json",
    "[default]\nregion=us-east-1\n\n[profile a]\noutput=json\n\n[profile work]\nregion=eu-west-1\n",
  ],
];
for (const [what, before, after] of configs) {
  Deno.test(`the region is written ${what}, and no other byte of the config file changes`, async () => {
    await using home = await openReady({ config: before }, " eu-west-1 ");
    assertEquals(await home.run("init", "work"), 0, home.stderr);
    assertEquals(await home.test.read(".aws/config"), after);
    assertEquals(await home.test.read(".aws/config~"), before);
  });
}

Deno.test("--region replaces the profile's own, whatever space is around it", async () => {
  await using home = await openReady({ config: "[profile work]\nregion = eu-west-1\n" });
  assertEquals(await home.run("init", "work", "--region", " us-west-2 "), 0, home.stderr);
  assertEquals(await home.test.read(".aws/config"), "[profile work]\nregion = us-west-2\n");
  assertEquals(regionQuestions(home), []);
});

Deno.test("a region that is none is refused before anything is sent or written", async () => {
  await using home = await openReady();
  assertEquals(await home.run("init", "work", "--region", "Frankfurt"), 2);
  assertStringIncludes(home.stderr, "Frankfurt is not a region");
  assertEquals([home.test.questions, home.sts.count()], [[], 0]);
});

Deno.test("the region whose STS is asked is the one that is typed", async () => {
  await using home = await openReady({}, "eu-central-1");
  await home.run("init");
  assertEquals(new Set(home.sts.requests.map((each) => each.region)).has("eu-central-1"), true);
  assertEquals(home.sts.requests[0]!.region, "eu-central-1");
});

const refused: [
  what: string,
  options: HomeOptions,
  args: string[],
  code: string,
  hint: string,
][] = [
  [
    "a key that is stored",
    { credentials: longTerm("work-long-term") },
    ["work"],
    "LongTermCredentialsStored",
    "for a session: stsmfa work; to replace them: aws configure --profile work-long-term",
  ],
  [
    "half a key that is stored",
    { credentials: "[work-long-term]\naws_secret_access_key = x\n" },
    ["work"],
    "LongTermCredentialsStored",
    "to replace them",
  ],
  [
    "a key in the profile itself",
    { credentials: longTerm("my work") },
    ["my work"],
    "TargetHoldsLongTermCredentials",
    'to move it to [my work-long-term]: stsmfa init "my work" --adopt',
  ],
  [
    "a key over a stale session, as `aws configure` leaves it",
    { credentials: `${longTerm("work")}aws_session_token = stale\n` },
    ["work"],
    "TargetHoldsLongTermCredentials",
    "stsmfa init work --adopt",
  ],
  [
    "the section of a key in place of a profile",
    { credentials: longTerm("work-long-term") },
    ["work-long-term"],
    "Usage",
    "name the profile itself: stsmfa init work",
  ],
  [
    "a profile that uses another one's key",
    {
      credentials: longTerm("me"),
      config: "[profile work]\nstsmfa =\n  source_profile = me\n",
    },
    ["work"],
    "InvalidSetting",
    "for a session: stsmfa work",
  ],
  ["no suffix", {}, ["work", "--long-term-suffix", "none"], "Usage", "--long-term-suffix"],
  [
    "a file that botocore cannot read",
    { credentials: "[a]\n[a]\n" },
    ["work"],
    "UnparsableFile",
    "mend the line",
  ],
];
for (const [what, options, args, code, hint] of refused) {
  Deno.test(`init refuses ${what} before anything is asked, and changes nothing`, async () => {
    await using home = await openReady(options);
    assertEquals(await home.unchanged(() => home.run("init", ...args, "--json")) > 0, true);
    assertEquals(home.jsonError.code, code);
    assertStringIncludes(home.jsonError.hint!, hint);
    assertEquals([home.test.questions, home.sts.count()], [[], 0]);
  });
}

for (const [file, questions] of [["credentials", 0], ["config", 3]] as const) {
  Deno.test(`a ${file} file that is read-only is told before anything is sent`, async () => {
    await using home = await openReady({ credentials: "", config: "" }, "eu-west-1");
    await home.test.chmod(`.aws/${file}`, 0o400);
    assertEquals(await home.unchanged(() => home.run("init")), 6);
    const path = home.test.path(`.aws/${file}`);
    const fix = home.test.os === "windows" ? `attrib -r "${path}"` : `chmod u+w ${path}`;
    assertStringIncludes(home.stderr, fix);
    assertEquals([home.test.questions.length, home.sts.count()], [questions, 0]);
  });
}

Deno.test("a section that has no key but a device gets the key, and keeps what it has", async () => {
  const before = `# mine\n[work-long-term]\n; phone\naws_mfa_device=${ALICE_DEVICE}\n\n[b]\nk=v\n`;
  await using home = await openReady({ credentials: before }, "");
  assertEquals(await home.run("init", "work", "--no-session"), 0, home.stderr);
  assertEquals(
    await home.credentials(),
    before.replace(
      `${ALICE_DEVICE}\n`,
      `${ALICE_DEVICE}\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
    ),
  );
});

Deno.test("a session that somebody else left in the profile is replaced, and kept in the backup", async () => {
  const before = session(
    "work",
    "2027-01-01T00:00:00Z",
    "region = eu-west-1",
    "output = json ; keep",
  );
  await using home = await openReady({ credentials: before });
  assertEquals(await home.run("init", "work"), 0, home.stderr);
  const { aws_access_key_id, output } = await home.section("work");
  assertEquals([aws_access_key_id === "ASIAOLDOLDOLDOLDOLD2", output], [false, "json ; keep"]);
  assertEquals(await home.test.read(".aws/credentials~"), before);
});

Deno.test("what is edited while the questions wait survives, and a key that came meanwhile wins", async () => {
  for (const came of ["[b]\nk = v\n", longTerm("default-long-term")]) {
    await using home = await openHome({ credentials: "# mine\n" });
    home.answer(accessKeyId, secretAccessKey, async () => {
      await home.test.write(".aws/credentials", `# mine\n${came}`);
      return "";
    });
    home.types();
    const status = await home.run("init");
    assertEquals(status, came.startsWith("[b]") ? 0 : 3, home.stderr);
    const after = await home.credentials();
    if (status === 0) assertStringIncludes(after, `# mine\n${came}`);
    else assertEquals(after, `# mine\n${came}`);
  }
});
