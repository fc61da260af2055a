import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";
import { alice } from "../../support/sts_people.ts";

const bob = alice({
  userName: "bob",
  accessKeyId: "AKIABOBBOBBOBBOBBOB2",
  secretAccessKey: "bob/secret+access/key+of+some+letters",
  devices: [{
    serialNumber: "arn:aws:iam::123456789012:mfa/bob",
    secret: "KRSXG5CTMVRXEZLUKN2XAZLS",
  }],
});

Deno.test("refresh types one code and writes a session, keeping every byte above it", async () => {
  await using home = await openHome();
  home.types();

  assertEquals(await home.run(), 0);

  assertEquals(home.test.questions, ["MFA code for arn:aws:iam::123456789012:mfa/alice:"]);
  assertEquals(home.stdout, "default  renewed, expires in 12h, at 17:06\n");
  assertEquals(home.stderr, "");
  assertEquals(home.sts.requests.map((each) => each.action), ["ListMFADevices", "GetSessionToken"]);
  const after = await home.credentials();
  assertEquals(after.slice(0, alicesFile.length), alicesFile);
  assertMatch(
    after.slice(alicesFile.length),
    new RegExp(
      "^\\n\\[default\\]\\naws_access_key_id {5}= ASIA[A-Z2-7]{16}\\n" +
        "aws_secret_access_key = \\S+\\naws_session_token {5}= \\S+\\n" +
        "expiration {12}= 2026-03-04T17:06:07Z\\n" +
        "x_security_token_expires = 2026-03-04T17:06:07Z\\n$",
    ),
  );
  assertEquals(await home.test.list(), ["credentials", "credentials~"]);
});

Deno.test("refresh leaves a valid session alone: no question, no request, the file untouched", async () => {
  await using home = await openHome();
  home.types();
  await home.run();
  const requests = home.sts.count();

  assertEquals(await home.unchanged(() => home.run()), 0);
  assertEquals(home.stdout, "default  valid, expires in 12h, at 17:06\n");
  assertEquals(home.stderr, "");
  assertEquals(home.sts.count(), requests);
  assertEquals(home.test.questions.length, 1);
});

Deno.test("refresh leaves a valid session alone with nobody there, no network and no long-term key in use", async () => {
  const file = alicesFile + session("default", "2026-03-04T06:00:00Z");
  await using home = await openHome({ credentials: file, nobody: true, network: false });
  assertEquals(await home.unchanged(() => home.run("--non-interactive")), 0);
  assertEquals(home.stdout, "default  valid, expires in 54m, at 06:00\n");
});

Deno.test("refresh renews what has less than five minutes left", async () => {
  const file = alicesFile + session("default", "2026-03-04T05:11:07Z");
  await using home = await openHome({ credentials: file });
  assertEquals(await home.run(), 0);
  assertEquals(home.stdout, "default  valid, expires in 5m, at 05:11\n");
  home.test.clock.advance(1);
  home.types();
  assertEquals(await home.run(), 0);
  assertStringIncludes(home.stdout, "default  renewed, expires in 12h");
});

Deno.test("refresh --min-left renews what has less left than asked for", async () => {
  const file = alicesFile + session("default", "2026-03-04T06:06:07Z");
  await using home = await openHome({ credentials: file });
  assertEquals(await home.run("--min-left", "1h"), 0);
  assertStringIncludes(home.stdout, "default  valid");
  home.types();
  assertEquals(await home.run("--min-left", "61m"), 0);
  assertStringIncludes(home.stdout, "default  renewed");
});

Deno.test("refresh --min-left refuses what no session can satisfy, or what is no duration", async () => {
  await using home = await openHome();
  assertEquals(await home.unchanged(() => home.run("--min-left", "13h")), 2);
  assertEquals(
    home.stderr,
    "stsmfa: error: --min-left is longer than the 12h that a session of default lasts\n" +
      "stsmfa: hint: pass a smaller --min-left, or a longer --duration\n",
  );
  assertEquals(await home.run("--min-left", "soon"), 2);
  assertStringIncludes(home.stderr, "--min-left: soon is not a duration");
  assertStringIncludes(home.stderr, "stsmfa: hint: write seconds, or 30m, 1h");
  assertEquals(home.sts.count(), 0);
});

Deno.test("refresh --force renews a valid session with a new code", async () => {
  await using home = await openHome();
  home.types(2);
  await home.run();
  const before = await home.section("default");
  home.test.clock.advance(1);
  assertEquals(await home.run("--force"), 0);
  assertStringIncludes(home.stdout, "default  renewed");
  assertEquals(home.sts.count("GetSessionToken"), 2);
  assertNotEquals(
    (await home.section("default"))["aws_access_key_id"],
    before["aws_access_key_id"],
  );
});

Deno.test("refresh --duration says how long the session lasts, and refuses what AWS does not give", async () => {
  await using home = await openHome();
  home.types();
  assertEquals(await home.run("--duration", "1h30m"), 0);
  assertEquals(home.stdout, "default  renewed, expires in 1h 30m, at 06:36\n");
  assertEquals(home.sts.requests.at(-1)?.params["DurationSeconds"], "5400");
  for (const duration of ["899", "129601", "0"]) {
    assertEquals(await home.run("--force", "--duration", duration), 2);
    assertStringIncludes(home.stderr, `flag --duration: ${duration} is out of range`);
  }
});

Deno.test("one code serves several profiles of one user, renewed in one run", async () => {
  const file = `${longTerm("work-long-term")}\n${longTerm("home-long-term")}`;
  await using home = await openHome({ credentials: file });
  home.types();
  assertEquals(await home.run("work", "home"), 0);
  assertEquals(
    home.stdout,
    "work  renewed, expires in 12h, at 17:06\n" +
      "home  renewed, expires in 12h, at 17:06\n",
  );
  assertEquals(home.test.questions.length, 1);
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

Deno.test("profiles of two users are renewed with a code of each", async () => {
  const file = `${longTerm("work-long-term")}\n${longTerm("home-long-term", bob)}`;
  await using home = await openHome({ credentials: file, sts: { users: [alice(), bob] } });
  home.types();
  home.types(1, bob.devices[0]!.serialNumber);
  assertEquals(await home.run("work", "home"), 0);
  assertEquals(home.test.questions.length, 2);
  assertEquals(home.sts.count("GetSessionToken"), 2);
});

Deno.test("a profile that fails does not keep the others from their sessions, and sets the exit status", async () => {
  const gone = { ...bob, accessKeyId: "AKIAGONEGONEGONEGON2" };
  const file = `${longTerm("gone-long-term", gone)}\n${longTerm("work-long-term")}`;
  await using home = await openHome({ credentials: file, sts: { users: [alice()] } });
  home.types();
  assertEquals(await home.run("gone", "work"), 4);
  assertEquals(home.stdout, "work  renewed, expires in 12h, at 17:06\n");
  assertStringIncludes(
    home.stderr,
    "stsmfa: error: gone: AWS does not know the access key AKIAGONEGONEGONEGON2",
  );
  assertMatch((await home.section("work"))["aws_access_key_id"]!, /^ASIA/);
  assertEquals(await home.section("gone"), {});
});

Deno.test("refresh --all renews every profile with a long-term sibling or a stsmfa block, and no other", async () => {
  const file = `${longTerm("work-long-term")}\n${longTerm("plain")}\n`;
  const config =
    "[profile team]\nstsmfa =\n  source_profile = plain\n[profile other]\nregion = eu-west-1\n";
  await using home = await openHome({ credentials: file, config });
  home.types();
  assertEquals(await home.run("--all"), 0);
  assertEquals(
    home.stdout,
    "work  renewed, expires in 12h, at 17:06\n" +
      "team  renewed, expires in 12h, at 17:06\n",
  );
  assertEquals(home.sts.count("GetSessionToken"), 1);
  assertEquals(await home.section("other"), {});
  assertEquals((await home.section("plain"))["aws_access_key_id"], alice().accessKeyId);
});

Deno.test("refresh --all renews the sound profiles beside a broken one, and says which is broken", async () => {
  const config = "[profile bad]\nstsmfa =\n  sorce_profile = me\n";
  await using home = await openHome({ config });
  home.types();
  assertEquals(await home.run("--all"), 3);
  assertStringIncludes(home.stdout, "default  renewed");
  assertStringIncludes(home.stderr, "stsmfa: error: bad: ");
  assertStringIncludes(home.stderr, "unknown key sorce_profile");
  assertStringIncludes(home.stderr, "stsmfa: hint: did you mean source_profile?");
});

Deno.test("refresh --all and a name cannot be used together; --all with nothing to renew says how to begin", async () => {
  await using home = await openHome({ credentials: longTerm("me") });
  assertEquals(await home.run("--all", "me"), 2);
  assertStringIncludes(home.stderr, "--all and a profile name cannot be used together");
  assertEquals(await home.run("--all"), 3);
  assertStringIncludes(
    home.stderr,
    "stsmfa: hint: the access key of me is in its own section; to begin with it: stsmfa init me --adopt\n",
  );
  await home.test.write(".aws/credentials", "[me]\nregion = eu-west-1\n");
  assertEquals(await home.run("--all"), 3);
  assertStringIncludes(home.stderr, "stsmfa: hint: to begin with an access key: stsmfa init\n");
});

Deno.test("without a name the profile is AWS_PROFILE, else AWS_DEFAULT_PROFILE, else default", async () => {
  const file = ["a", "b", "default"].map((name) => longTerm(`${name}-long-term`)).join("\n");
  await using home = await openHome({ credentials: file });
  home.test.env["AWS_DEFAULT_PROFILE"] = "b";
  home.types();
  await home.run();
  assertStringIncludes(home.stdout, "b  renewed");
  home.test.env["AWS_PROFILE"] = "a";
  await home.run();
  assertStringIncludes(home.stdout, "a  renewed");
  assertEquals(await home.run("default"), 0);
  assertStringIncludes(home.stdout, "default  renewed");
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

Deno.test("refresh --quiet prints nothing when all is well, and errors when not", async () => {
  await using home = await openHome();
  home.types();
  assertEquals(await home.run("--quiet"), 0);
  assertEquals(home.test.output, "");
  assertEquals(await home.run("-q", "nosuch"), 3);
  assertStringIncludes(home.stderr, "there is no profile nosuch");
});

Deno.test("refresh warns of AWS_ACCESS_KEY_ID in the environment, which hides the new session", async () => {
  await using home = await openHome();
  home.test.env["AWS_ACCESS_KEY_ID"] = "AKIASOMETHINGELSE222";
  home.types();
  assertEquals(await home.run("--quiet"), 0);
  assertMatch(
    home.stderr,
    /^stsmfa: warning: AWS_ACCESS_KEY_ID is set .* unset AWS_ACCESS_KEY_ID /,
  );
  assertEquals(home.sts.requests.every((each) => each.accessKeyId === alice().accessKeyId), true);
});
