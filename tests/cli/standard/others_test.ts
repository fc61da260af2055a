/**
 * Profiles whose credentials others give: served as AWS's own tools serve them, alone and as the
 * bottom of a chain, and never renewed or written.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { digest } from "../../../lib/digest.ts";
import { type Home, type HomeOptions, longTerm, openHome, session } from "../../support/homes.ts";
import { startLoopbackSignIn } from "../../support/loopback_sign_in.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const open = { roleArn, requiresMfa: false };
const { accessKeyId, secretAccessKey } = alice();
const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhcHAifQ.c2lnbmF0dXJl";

/** A home in which one program prints alice's keys, and counts how often it is run. */
async function openGiving(config: string, options: HomeOptions = {}) {
  const runs: string[][] = [];
  const home = await openHome({
    credentials: "",
    config,
    sts: { roles: [open] },
    runCommand: ({ argv }) => {
      runs.push([...argv]);
      const given = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
      return Promise.resolve({ exitStatus: 0, stdout: JSON.stringify(given) });
    },
    ...options,
  });
  await home.test.write("give", "#!/bin/sh\n");
  await home.test.chmod("give", 0o755);
  return { home, runs };
}

/** Commands that give out what a profile has. */
const serving = [["env", "a", "--json"], ["process", "a"], ["read", "aws_access_key_id", "a"]];

Deno.test("credential_process alone: its keys are given out as they are, by every command", async () => {
  for (const args of serving) {
    const { home, runs } = await openGiving("[profile a]\ncredential_process = HOME/give one\n");
    await using _ = home;
    await home.test.write(
      ".aws/config",
      `[profile a]\ncredential_process = ${home.test.path("give")} "one two"\n`,
    );
    assertEquals(await home.unchanged(() => home.run(...args)), 0, home.stderr);
    assertStringIncludes(home.stdout, accessKeyId);
    assertEquals(runs, [[home.test.path("give"), "one two"]]);
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
    if (args[0] === "env") {
      assertEquals([home.json.AWS_SESSION_TOKEN, home.json.AWS_CREDENTIAL_EXPIRATION], [
        undefined,
        undefined,
      ]);
    }
    if (args[0] === "process") {
      assertEquals(Object.keys(JSON.parse(home.stdout)), [
        "Version",
        "AccessKeyId",
        "SecretAccessKey",
      ]);
    }
  }
});

Deno.test("keys that a program prints are a source like any other: a code where a device is named", async () => {
  const { home, runs } = await openGiving("");
  await using _ = home;
  const config = (device: string) =>
    `[profile a]\nrole_arn = ${roleArn}\nsource_profile = me\n${device}` +
    `[profile me]\ncredential_process = ${home.test.path("give")}\n`;
  await home.test.write(".aws/config", config(""));
  assertEquals(await home.unchanged(() => home.run("env", "a")), 0, home.stderr);
  assertEquals(home.sts.requests.map(({ action, accessKeyId }) => [action, accessKeyId]), [
    ["AssumeRole", accessKeyId],
  ]);
  assertEquals([runs.length, home.test.questions.length], [1, 0]);

  await home.test.write(".aws/config", config(`mfa_serial = ${ALICE_DEVICE}\n`));
  home.types();
  assertEquals(await home.run("env", "a", "--duration", "30m"), 0, home.stderr);
  assertEquals([runs.length, home.test.questions.length], [2, 1]);
  assertEquals(await home.run("env", "a", "--non-interactive", "--duration", "30m"), 0);
  assertEquals(home.sts.count("AssumeRole"), 2);
});

Deno.test("a program that fails, or prints nonsense, is exit 3 with file and line, before any question", async () => {
  for (const [exitStatus, stdout] of [[1, ""], [0, "hunter2"], [0, '{"Version":2}']] as const) {
    const { home } = await openGiving("", {
      runCommand: () => Promise.resolve({ exitStatus, stdout }),
    });
    await using _ = home;
    const config = `[profile a]\nrole_arn = ${roleArn}\nsource_profile = me\n` +
      `mfa_serial = ${ALICE_DEVICE}\n[profile me]\ncredential_process = ${
        home.test.path("give")
      }\n`;
    await home.test.write(".aws/config", config);
    for (const args of [["env", "a"], ["a"], ["exec", "a", "--", "true"]]) {
      assertEquals(await home.unchanged(() => home.run(...args)), 3, home.stderr);
      assertStringIncludes(home.stderr, `${home.test.path(".aws/config")}:6 credential_process`);
      assertEquals(home.stderr.includes("hunter2"), false);
    }
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  }
});

Deno.test("credential_source = Environment: a role with the keys in variables, without a file of keys", async () => {
  await using home = await openHome({
    credentials: null,
    config: `[profile a]\nrole_arn = ${roleArn}\ncredential_source = Environment\n`,
    sts: { roles: [open] },
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    nobody: true,
  });
  assertEquals(await home.run("whoami", "a"), 0, home.stderr);
  assertMatch(home.stdout, /:assumed-role\/Administrator\//);
  delete home.test.env["AWS_SECRET_ACCESS_KEY"];
  assertEquals(await home.run("env", "a"), 3);
  assertStringIncludes(home.stderr, "AWS_SECRET_ACCESS_KEY");
});

Deno.test("keys in variables and no profile at all: how to use them is said", async () => {
  await using home = await openHome({
    credentials: null,
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    nobody: true,
  });
  assertEquals(await home.run("exec", "--", "true"), 3);
  assertStringIncludes(home.stderr, "credential_source = Environment");
});

for (
  const [what, more] of Object.entries({
    "alone": "",
    "beside keys": "aws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n",
    "beside a source": "source_profile = me\n",
  })
) {
  Deno.test(`a web identity ${what} is the role's, whatever stands beside it`, async () => {
    await using home = await openHome({
      credentials: longTerm("me"),
      sts: { roles: [{ roleArn, webIdentityTokens: [token] }] },
      nobody: true,
    });
    await home.test.write("token", token);
    const config = `[profile a]\nrole_arn = ${roleArn}\nweb_identity_token_file = ${
      home.test.path("token")
    }\n${more}`;
    await home.test.write(".aws/config", config);
    assertEquals(await home.unchanged(() => home.run("env", "a")), 0, home.stderr);
    assertEquals(home.sts.requests.map(({ action }) => action), ["AssumeRoleWithWebIdentity"]);
    assertEquals(await home.run("a"), 0);
    assertEquals(home.stdout, "a  web identity: nothing to renew\n");
  });
}

Deno.test("a web identity at the bottom of a chain signs the next role", async () => {
  const upper = roleArn.replace("Administrator", "upper");
  await using home = await openHome({
    credentials: null,
    sts: { roles: [{ roleArn, webIdentityTokens: [token] }, { ...open, roleArn: upper }] },
    nobody: true,
  });
  await home.test.write("token", token);
  await home.test.write(
    ".aws/config",
    `[profile b]\nrole_arn = ${upper}\nsource_profile = a\n[profile a]\nrole_arn = ${roleArn}\n` +
      `web_identity_token_file = ${home.test.path("token")}\n`,
  );
  assertEquals(await home.run("env", "b"), 0, home.stderr);
  assertEquals(home.sts.requests.map(({ action }) => action), [
    "AssumeRoleWithWebIdentity",
    "AssumeRole",
  ]);
  // What is made with a passing session is not kept.
  assertEquals(await home.test.list(".local/state/stsmfa/sessions").catch(() => []), []);
});

/** A home with an SSO profile `a`, and whatever else. */
async function openSso(credentials: string): Promise<{ home: Home } & AsyncDisposable> {
  let now = () => new Date();
  const signIn = await startLoopbackSignIn(() => now());
  signIn.accessTokens.add("access-0");
  const home = await openHome({
    credentials,
    config: "[profile a]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-north-1\n" +
      "sso_account_id = 222222222222\nsso_role_name = Reader\n",
    env: signIn.env(),
  });
  now = () => home.test.clock.now();
  return {
    home,
    [Symbol.asyncDispose]: async () => {
      await home[Symbol.asyncDispose]();
      await signIn[Symbol.asyncDispose]();
    },
  };
}

async function signInto(home: Home, expiresAt: string): Promise<void> {
  const name = await digest("https://x.awsapps.com/start", "SHA-1");
  await home.test.write(
    `.aws/sso/cache/${name}.json`,
    JSON.stringify({ accessToken: "access-0", expiresAt, region: "eu-north-1" }),
  );
}

for (
  const [what, credentials] of Object.entries({
    "alone": "",
    "with long-term keys beside it": longTerm("a-long-term"),
    "with a session of the same name": session("a", "2026-03-04T06:06:07Z") +
      longTerm("a-long-term"),
  })
) {
  Deno.test(`IAM Identity Center ${what}: the role of the sign-in, or how to sign in`, async () => {
    await using opened = await openSso(credentials);
    const { home } = opened;
    for (const expired of [undefined, "2026-03-04T05:00:00Z"]) {
      if (expired !== undefined) await signInto(home, expired);
      assertEquals(await home.unchanged(() => home.run("env", "a")), 4, home.stdout);
      assertStringIncludes(home.stderr, "aws sso login --profile a");
      assertEquals(home.stdout, "");
    }
    await signInto(home, "2026-03-04T07:00:00Z");
    assertEquals(await home.unchanged(() => home.run("env", "a", "--json")), 0, home.stderr);
    assertMatch(home.json.AWS_ACCESS_KEY_ID, /^ASIA/);
    assertEquals(home.json.AWS_ACCESS_KEY_ID === "ASIAOLDOLDOLDOLDOLD2", false);
    assertEquals(await home.unchanged(() => home.run("a")), 0);
    assertEquals(home.stdout, "a  sso: nothing to renew\n");
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  });
}

Deno.test("an SSO profile that is incomplete, or contradicts its session, is refused with the line", async () => {
  const bad = [
    "[profile a]\nsso_account_id = 222222222222\n",
    "[profile a]\nsso_session = s\nsso_account_id = 222222222222\nsso_role_name = r\n",
    "[profile a]\nsso_session = s\nsso_account_id = 222222222222\nsso_role_name = r\n" +
    "sso_region = eu-west-1\n[sso-session s]\nsso_start_url = u\nsso_region = us-east-1\n",
  ];
  for (const config of bad) {
    await using home = await openHome({ credentials: longTerm("a-long-term"), config });
    for (const args of [["env", "a"], ["a"]]) {
      assertEquals(await home.unchanged(() => home.run(...args)), 3, config);
      assertMatch(home.stderr, /config:\d+ sso_/);
    }
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  }
});

for (
  const [code, said] of [["ExpiredToken", "has expired"], ["InvalidClientTokenId", "does not know"]]
) {
  const fault = { kind: "error", code: code!, message: "no", status: 403 } as const;

  Deno.test(`a session of another tool that AWS refuses (${code}): that tool has to renew it`, async () => {
    await using home = await openHome({
      credentials: session("ci", "2026-03-04T08:00:00Z"),
      config: `[profile a]\nrole_arn = ${roleArn}\nsource_profile = ci\n` +
        `[profile b]\nstsmfa =\n  source_profile = ci\n  role_arn = ${roleArn}\n`,
      sts: { roles: [open] },
    });
    const path = home.test.path(".aws/credentials");
    for (
      const words of [["env", "a"], ["a"], ["b"], ["whoami", "ci"], ["whoami", "a", "--force"]]
    ) {
      const action = words[1] === "ci" ? "GetCallerIdentity" : "AssumeRole";
      home.sts.failNext({ ...fault, action });
      assertEquals(await home.unchanged(() => home.run(...words)), 4, words.join(" "));
      assertStringIncludes(home.stderr, `${path}: line 2: [ci]: `);
      assertStringIncludes(home.stderr, said!);
      assertStringIncludes(
        home.stderr,
        `hint: renew the session in [ci] of ${path} with the tool that made it`,
      );
      assertEquals(home.stderr.includes("--force"), false, home.stderr);
      assertEquals(home.test.questions, []);
    }
  });

  Deno.test(`a session that a program gives and AWS refuses (${code}): the program is named`, async () => {
    const { home } = await openGiving("", {
      runCommand: () =>
        Promise.resolve({
          exitStatus: 0,
          stdout: JSON.stringify({
            Version: 1,
            AccessKeyId: "ASIAGIVENGIVENGIVEN2",
            SecretAccessKey: "given+secret/of+the+session+from+outside",
            SessionToken: "given/token+of+the+session==".repeat(4),
            Expiration: "2026-03-04T08:00:00Z",
          }),
        }),
    });
    await using _ = home;
    await home.test.write(
      ".aws/config",
      `[profile a]\ncredential_process = ${home.test.path("give")}\n` +
        `[profile b]\nrole_arn = ${roleArn}\nsource_profile = a\n`,
    );
    for (
      const [words, action] of [[["whoami", "a"], "GetCallerIdentity"], [
        ["env", "b"],
        "AssumeRole",
      ]] as const
    ) {
      home.sts.failNext({ ...fault, action });
      assertEquals(await home.run(...words), 4, words.join(" "));
      assertStringIncludes(home.stderr, `.aws/config: line 2: [a]: `);
      assertStringIncludes(home.stderr, "hint: renew the credentials of [a]");
      assertEquals(home.stderr.includes("--force"), false, home.stderr);
    }
  });
}

Deno.test("a session of another tool: without an end it is there, and over it says when it ended", async () => {
  await using home = await openHome({
    credentials: `${session("me-mfa")}\n${session("old", "2026-03-03T20:00:00Z")}`,
    nobody: true,
  });
  assertEquals(await home.run("status", "me-mfa"), 0, home.stderr);
  assertMatch(home.stdout, /\n {2}me-mfa +end unknown/);
  for (const args of [["exec", "old", "--", "true"], ["env", "old"], ["process", "old"]]) {
    assertEquals(await home.unchanged(() => home.run(...args)), 3);
    assertMatch(
      home.stderr,
      /line 7: \[old\]: the session that old uses expired 9h 6m ago\n.*hint: renew it .*; to store the access key: stsmfa init old\n$/,
    );
  }
});
