import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, type Home, longTerm, openHome, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const config = `[profile role]
stsmfa =
  source_profile = default
  role_arn = ${roleArn}
[profile standard]
role_arn = ${roleArn}
source_profile = default
`;
const sts = { roles: [{ roleArn }] };

function openRoles(): Promise<Home> {
  return openHome({ config, sts });
}

/** Whether the next run has to ask for a code. */
async function asksAgain(home: Home, ...args: string[]): Promise<boolean> {
  const before = home.test.questions.length;
  home.types();
  assertEquals(await home.run(...args), 0, home.stderr);
  return home.test.questions.length > before;
}

Deno.test("clear removes what refresh wrote and nothing else, so that the next refresh asks for a code", async () => {
  await using home = await openHome();
  home.types();
  await home.run();
  assertEquals(await home.run("clear"), 0);
  assertEquals(home.stdout, "default  cleared\n");
  assertEquals(home.stderr, "");
  assertEquals((await home.credentials()).trimEnd(), alicesFile.trimEnd());
  assertEquals(await asksAgain(home), true);
});

Deno.test("clear leaves no session in the backup either, whichever run has made it", async () => {
  const note = "# mine\n";
  for (const runs of [[["--force"], ["clear"]], [["clear"]], [["clear", "--no-backup"]]]) {
    await using home = await openHome({ credentials: note + alicesFile });
    home.types(2);
    await home.run();
    await home.test.write(".aws/credentials", `${await home.credentials()}${note}`);
    await home.test.write(".aws/credentials~", await home.credentials());
    for (const args of runs) {
      home.test.clock.advance(60);
      assertEquals(await home.run(...args), 0, home.stderr);
    }
    const backup = await home.test.read(".aws/credentials~");
    assertEquals(backup.trimEnd(), `${note}${alicesFile}\n${note}`.trimEnd());
    assertEquals(await home.credentials(), backup);
  }
});

Deno.test("clear says why sessions stay in a backup, and leaves it", async () => {
  await using home = await openHome();
  home.types();
  await home.run();
  await home.test.write(".aws/credentials~", "[a]\n[a]\n");
  assertEquals(await home.run("clear", "--no-backup"), 0);
  assertEquals(home.stdout, "default  cleared\n");
  const path = home.test.path(".aws/credentials~");
  assertEquals(
    home.stderr,
    `stsmfa: warning: sessions in ${path} stay: ${path}: line 2 repeats [a] of line 1\n`,
  );
  assertEquals(await home.test.read(".aws/credentials~"), "[a]\n[a]\n");
});

Deno.test("clear of what has no session changes nothing, keeps nobody's keys, and is fine", async () => {
  const file = `${longTerm("me")}region = eu-west-1\n${longTerm("work-long-term")}`;
  await using home = await openHome({ credentials: file });
  assertEquals(await home.unchanged(() => home.run("clear", "me", "work", "work-long-term")), 0);
  assertEquals(
    home.stdout,
    "me              has no session\n" +
      "work            has no session\n" +
      "work-long-term  has no session\n",
  );
});

Deno.test("clear leaves long-term keys alone that were put over a session, token, expiry and all", async () => {
  const file = alicesFile + session("default", "2026-03-04T17:06:07Z").replace("ASIA", "AKIA");
  await using home = await openHome({ credentials: file });
  assertEquals(await home.unchanged(() => home.run("clear", "--all")), 0);
  assertEquals(home.stdout, "default  has no session\n");
});

Deno.test("clear keeps other keys and comments, in the section and around it", async () => {
  const own = "region = eu-west-1\n# mine\nmanager = awsume\n";
  const rest = "\n# about the next one\n[next]\noutput = json\n";
  const file = (session: string) => `${alicesFile}\n[default]\n${own}${session}${rest}`;
  await using home = await openHome({ credentials: file("") });
  home.types();
  await home.run();
  assertMatch(await home.credentials(), /awsume\naws_access_key_id = ASIA/);
  await home.run("clear");
  assertEquals(await home.credentials(), file(""));
});

Deno.test("clear forgets the MFA session and the role sessions that it served, written or kept aside", async () => {
  await using home = await openRoles();
  home.types();
  await home.run("role");
  await home.run("whoami", "standard", "--non-interactive");
  assertStringIncludes(home.stdout, ":assumed-role/Administrator/");
  const state = async () => {
    const [name] = await home.test.list(".local/state/stsmfa/sessions");
    return await home.test.read(`.local/state/stsmfa/sessions/${name}`);
  };
  assertMatch(await state(), /ASIA.*ASIA/);
  assertEquals(await home.run("clear", "standard"), 0);
  assertEquals(home.stdout, "standard  cleared\n");
  assertEquals((await state()).includes("ASIA"), false);
  // The role's own section is another profile's.
  assertMatch((await home.section("role"))["aws_access_key_id"]!, /^ASIA/);
  assertEquals(await asksAgain(home, "whoami", "standard"), true);
});

Deno.test("clear of one profile spares the session of another user", async () => {
  const bob = alice({
    userName: "bob",
    accessKeyId: "AKIABOBBOBBOBBOBBOB2",
    devices: [{ serialNumber: "arn:aws:iam::123456789012:mfa/bob", secret: "KRSXG5CTMVRXEZLU" }],
  });
  const credentials = longTerm("work-long-term") + longTerm("home-long-term", bob) +
    longTerm("second-long-term", bob);
  await using home = await openHome({ credentials, sts: { users: [alice(), bob] } });
  home.types();
  home.types(1, bob.devices[0]!.serialNumber);
  await home.run("work", "home");
  await home.run("clear", "work");
  assertEquals(await home.section("work"), {});
  assertEquals(await home.run("home", "second", "--non-interactive"), 0);
  assertMatch(home.stdout, /^home +valid.*\nsecond +renewed/);
  assertEquals(await home.run("work", "--non-interactive"), 2);
});

Deno.test("clear --all takes every profile that is ours to renew, and no other session", async () => {
  const foreign = session("foreign", "2026-03-04T17:06:07Z");
  await using home = await openHome({ credentials: `${alicesFile}\n${foreign}`, config, sts });
  home.types();
  await home.run("default", "role");
  assertEquals(await home.run("clear", "--all", "--json"), 0);
  assertEquals(home.json, [
    { profile: "default", targetProfile: "default", status: "cleared" },
    { profile: "role", targetProfile: "role", status: "cleared" },
    { profile: "standard", targetProfile: "standard", status: "cleared" },
  ]);
  assertEquals((await home.credentials()).trimEnd(), `${alicesFile}\n${foreign}`.trimEnd());
  assertEquals(await home.run("clear", "--all", "role"), 2);
  assertStringIncludes(home.stderr, "--all and a profile name cannot be used together");
});

Deno.test("clear --all takes what is kept for roles of AWS's own tools, and leaves their sections", async () => {
  const roles =
    `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n[profile test]\nrole_arn = ${roleArn}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}`;
  const credentials = longTerm("me") + session("test");
  await using home = await openHome({ credentials, config: roles, sts });
  home.types();
  assertEquals(await home.run("whoami", "prod"), 0);
  assertEquals(await home.run("clear", "--all"), 0);
  assertEquals(home.stdout, "test  cleared\nprod  cleared\n");
  assertEquals(await home.credentials(), credentials);
  assertEquals(await asksAgain(home, "whoami", "prod"), true);
});

Deno.test("clear takes the session of a section whose keys are gone, named as it was made", async () => {
  const file = session("me") + session("me-mfa") + session("other");
  await using home = await openHome({ credentials: file });
  assertEquals(await home.run("clear", "me", "--target-profile", "me-mfa", "--json"), 0);
  assertEquals(home.json, [{ profile: "me", targetProfile: "me-mfa", status: "cleared" }]);
  assertEquals(await home.credentials(), session("me") + session("other"));
  assertEquals(await home.run("clear", "me"), 0);
  assertEquals(await home.credentials(), session("other"));
});

Deno.test("clear finds the session where flags or the stsmfa block put it", async () => {
  const block = "[profile work]\nstsmfa =\n  source_profile = default\n  target_profile = there\n";
  await using home = await openHome({ config: block });
  home.types();
  await home.run("work", "--duration", "1h");
  await home.run("default", "--short-term-suffix", "short", "--duration", "1h");
  assertEquals(await home.run("clear", "work"), 0);
  assertEquals(home.stdout, "work  cleared, in [there]\n");
  assertEquals(await home.section("there"), {});
  assertEquals(await home.run("clear", "--short-term-suffix", "short"), 0);
  assertEquals(home.stdout, "default  cleared, in [default-short]\n");
  assertEquals((await home.credentials()).trimEnd(), alicesFile.trimEnd());
});

Deno.test("clear with a wrong setting clears the sections it can tell, and says what it could not", async () => {
  const bad = "[profile bad]\nstsmfa =\n  sorce_profile = default\n" +
    "[profile half]\nregion = nowhere\nstsmfa =\n  source_profile = default\n";
  const credentials = `${alicesFile}\n${session("bad")}${session("half")}`;
  await using home = await openHome({ credentials, config: bad });
  home.types();
  await home.run();
  assertEquals(await home.run("clear", "--all", "--json"), 3);
  const [sound, unknown, half] = home.json;
  assertEquals(sound, { profile: "default", targetProfile: "default", status: "cleared" });
  const { error, ...rest } = unknown;
  assertEquals(rest, { profile: "bad", targetProfile: null, status: "failed" });
  assertMatch(error.message, /line 3, .*: unknown key sorce_profile$/);
  assertEquals([half.profile, half.status], ["half", "cleared"]);
  assertMatch(half.error.message, /nowhere is not a region/);
  assertEquals(home.stderr.trimEnd().split("\n").length, 2);
  assertEquals((await home.section("bad"))["aws_access_key_id"], "ASIAOLDOLDOLDOLDOLD2");
  assertEquals(await home.section("half"), {});
});

Deno.test("clear of an unknown profile says the nearest one, and touches nothing", async () => {
  await using home = await openHome({ credentials: alicesFile + session("work") });
  assertEquals(await home.unchanged(() => home.run("clear", "work", "defualt")), 3);
  assertStringIncludes(home.stderr, "there is no profile defualt in");
  assertStringIncludes(home.stderr, "stsmfa: hint: did you mean: stsmfa clear default\n");
});

Deno.test("clear --all without a profile that is ours, or without any file, says how to begin", async () => {
  await using home = await openHome({ credentials: session("foreign") });
  assertEquals(await home.unchanged(() => home.run("clear", "--all")), 3);
  await Deno.remove(home.test.path(".aws"), { recursive: true });
  assertEquals(await home.run("clear"), 3);
  assertStringIncludes(home.stderr, "stsmfa init");
});

Deno.test("clear that can't write the file says so, and the MFA session stays for the sessions there", async () => {
  await using home = await openHome();
  home.types();
  await home.run();
  await home.test.chmod(".aws/credentials", 0o400);
  assertEquals(await home.unchanged(() => home.run("clear")), 6);
  assertStringIncludes(home.stderr, "it is read-only");
  await home.test.chmod(".aws/credentials", 0o600);
  assertEquals(await home.run("clear"), 0);
  assertEquals(await asksAgain(home), true);
});

Deno.test("clear warns when what is kept aside can't be forgotten", async () => {
  await using home = await openHome();
  home.types();
  await home.run();
  await Deno.remove(home.test.path(".local"), { recursive: true });
  await home.test.write(".local", "in the way");
  assertEquals(await home.run("clear"), 0);
  assertMatch(home.stderr, /^stsmfa: warning: sessions kept beside the file stay: .*\.local/);
  assertEquals(await home.section("default"), {});
});
