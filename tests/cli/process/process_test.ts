/**
 * `stsmfa process`: what it prints, when it renews, and what it does with which profile.
 *
 * @module
 */

import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import {
  type Home,
  type HomeOptions,
  longTerm,
  openHome as open,
  session,
} from "../../support/homes.ts";
import { processOutput } from "../../support/process_output.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";

/** As `init` stores them. */
const stored = `${longTerm("prod-long-term")}mfa_serial = ${ALICE_DEVICE}\n`;

function openHome(options: HomeOptions = {}): Promise<Home> {
  const sts = { roles: [{ roleArn }], ...options.sts };
  return open({ credentials: stored, ...options, sts });
}

Deno.test("process prints what credential_process asks for, and nothing else", async () => {
  await using home = await openHome();
  home.types();
  const { AccessKeyId, SecretAccessKey, SessionToken, ...rest } = await processOutput(home, "prod");
  assertEquals(rest, {
    Version: 1,
    Expiration: "2026-03-04T17:06:07Z",
    AccountId: "123456789012",
  });
  const written = await home.section("prod");
  assertMatch(String(AccessKeyId), /^ASIA[A-Z2-7]{16}$/);
  assertEquals(
    [AccessKeyId, SecretAccessKey, SessionToken],
    ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"].map((key) => written[key]),
  );
  assertEquals(home.stderr, "");
});

Deno.test("process names no account when nothing tells it: a hardware device has but a number", async () => {
  const serialNumber = "GAHT12345678";
  const devices = [{ serialNumber, secret: alice().devices[0]!.secret }];
  await using home = await openHome({ sts: { users: [alice({ devices })] } });
  home.types();
  const output = await processOutput(home, "prod", "--mfa-serial", serialNumber);
  assertEquals(Object.keys(output).includes("AccountId"), false);
});

for (
  const [what, { answers, args = [], exitStatus, ...options }] of Object.entries<
    HomeOptions & { args?: string[]; exitStatus: number }
  >({
    "stsmfa cannot ask for it here": { nobody: true, exitStatus: 2 },
    "nobody may be asked": { args: ["--non-interactive"], exitStatus: 2 },
    "the person presses Ctrl-C": { answers: [ctrlC], exitStatus: 130 },
    "AWS refuses the code": { nobody: true, args: ["--token-code", "000000"], exitStatus: 4 },
    "there is no network": {
      answers: ["123456"],
      network: () => Promise.reject(new TypeError("no route")),
      exitStatus: 5,
    },
    "the profile is unknown": { args: ["--profile", "nosuch"], exitStatus: 3 },
    "a file cannot be parsed": { credentials: "[prod]\nnonsense\n", exitStatus: 3 },
    "two profiles are named": { args: ["other", "third"], exitStatus: 2 },
    "a flag is unknown": { args: ["--nonsense"], exitStatus: 2 },
  })
) {
  for (const more of [[], ["--json"], ["--quiet"]]) {
    Deno.test(`process ${more.join()} prints nothing on stdout when ${what}`, async () => {
      await using home = await openHome({ ...options, ...(answers && { answers }) });
      home.test.env["AWS_PROFILE"] = "prod";
      assertEquals(await home.unchanged(() => home.run("process", ...args, ...more)), exitStatus);
      assertEquals(home.stdout, "");
      assertNotEquals(home.stderr, "");
    });
  }
}

Deno.test("process keeps warnings and notes off stdout", async () => {
  await using home = await openHome({
    os: "unix",
    config: `[profile prod]\nstsmfa =\n  role_arn = ${roleArn}\n  duration_seconds = 7200\n`,
    sts: { roles: [{ roleArn, maxSessionDuration: 7200 }] },
  });
  await home.test.chmod(".aws/credentials", 0o644);
  home.types();
  await processOutput(home, "prod");
  assertStringIncludes(home.stderr, "needs an MFA code of its own");
  assertStringIncludes(home.stderr, "can be read by others");
});

const until = "2026-03-04T05:16:07Z";

Deno.test("process gives out a session that somebody else put there until it ends, since nothing can renew it", async () => {
  await using home = await openHome({ credentials: session("prod", until) });
  const output = await home.unchanged(() => processOutput(home, "prod"));
  assertEquals([output["AccessKeyId"], output["Expiration"]], ["ASIAOLDOLDOLDOLDOLD2", until]);
  for (
    const args of [
      ["--min-left", "11m"],
      ["--force"],
      ["--source-profile", "prod"],
      ["--target-profile", "elsewhere"],
    ]
  ) {
    assertEquals(await home.unchanged(() => home.run("process", "prod", ...args)), 3, args.join());
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, "[prod] has the keys of a session");
  }
  home.test.clock.advance(600);
  assertEquals(await home.run("process", "prod"), 3);
  assertEquals([home.stdout, home.sts.count()], ["", 0]);
});

Deno.test("process does not take somebody else's session for that of the profile's role", async () => {
  const credentials = session("prod", until) + session("base", until);
  const config = `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = base\n`;
  await using home = await openHome({ credentials, config });
  // AWS does not know that session: what matters is that it signs, and is not given out.
  assertEquals(await home.unchanged(() => home.run("process", "prod")), 4);
  assertEquals(home.stdout, "");
  assertEquals(home.sts.requests.map((each) => [each.action, each.accessKeyId]), [
    ["AssumeRole", "ASIAOLDOLDOLDOLDOLD2"],
  ]);
});
