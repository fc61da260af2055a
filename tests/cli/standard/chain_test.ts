/**
 * Roles on top of roles: what STS is asked, hop by hop, as AWS's own tools ask it.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { awsDocument } from "../../support/aws_answers.ts";
import { type Home, longTerm, MORNING, openHome, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const role = (name: string, account = "222222222222") => `arn:aws:iam::${account}:role/${name}`;
const names = ["one", "two", "three", "four"];
const roles = names.map((name) => ({ roleArn: role(name), requiresMfa: false }));

/** The calls to STS: who signed, what for, and with which of the values that matter. */
function calls(home: Home): string[] {
  const signers = new Map([[alice().accessKeyId, "alice"]]);
  return home.sts.requests.filter(({ service }) => service === "sts").map((request) => {
    const { action, accessKeyId = "", params, region } = request;
    const { RoleArn = "", RoleSessionName, ExternalId, DurationSeconds, SerialNumber } = params;
    const name = RoleArn.split("/").at(-1) ?? "";
    const signer = signers.get(accessKeyId) ?? "session";
    return [
      signer,
      action,
      name,
      RoleSessionName ?? "-",
      ExternalId ?? "-",
      DurationSeconds,
      SerialNumber === undefined ? "no code" : "code",
      region,
    ].join(" ");
  });
}

const fourHops = `
[profile four]
role_arn = ${role("four")}
source_profile = three
region = eu-west-1
role_session_name = at-four
duration_seconds = 1800
[profile three]
role_arn = ${role("three")}
source_profile = two
region = us-west-2
external_id = x-3
duration_seconds = 900
[profile two]
role_arn = ${role("two")}
source_profile = one
role_session_name = at-two
duration_seconds = 7200
[profile one]
role_arn = ${role("one")}
source_profile = me
external_id = x-1
`;

Deno.test("four hops: each with its own values, all at the region of the profile asked for", async () => {
  const sts = { roles };
  await using home = await openHome({ credentials: longTerm("me"), config: fourHops, sts });
  assertEquals(await home.unchanged(() => home.run("env", "four")), 0, home.stderr);
  assertEquals(calls(home), [
    "alice AssumeRole one alice x-1 3600 no code eu-west-1",
    "session AssumeRole two at-two - 3600 no code eu-west-1",
    "session AssumeRole three alice x-3 900 no code eu-west-1",
    "session AssumeRole four at-four - 1800 no code eu-west-1",
  ]);
  assertEquals(await home.run("env", "four"), 0);
  assertEquals(home.sts.count(), 4);
  assertEquals(await home.run("whoami", "four"), 0);
  assertMatch(home.stdout, /:assumed-role\/four\/at-four\n/);
});

for (
  const [where, serials] of Object.entries({
    "the upper hop": ["two"],
    "the lower hop": ["one"],
    "both hops": ["one", "two"],
    "the keys": ["me"],
  })
) {
  Deno.test(`a device that ${where} names is proved once, at the bottom`, async () => {
    const line = (name: string) => serials.includes(name) ? `mfa_serial = ${ALICE_DEVICE}\n` : "";
    await using home = await openHome({
      credentials: longTerm("me") + line("me"),
      config: `[profile two]\nrole_arn = ${role("two")}\nsource_profile = one\n${line("two")}` +
        `[profile one]\nrole_arn = ${role("one")}\nsource_profile = me\n${line("one")}`,
      sts: { roles: [{ roleArn: role("one") }, roles[1]!] },
    });
    home.types();
    assertEquals(await home.unchanged(() => home.run("env", "two")), 0, home.stderr);
    assertEquals(calls(home).map((each) => each.split(" ").slice(0, 3).join(" ").trim()), [
      "alice GetSessionToken",
      "session AssumeRole one",
      "session AssumeRole two",
    ]);
    assertEquals(home.test.questions.length, 1);
  });
}

Deno.test("a role without a device on its way is assumed without a code; if that is denied, the hint names what would help", async () => {
  const config = `[profile one]\nrole_arn = ${role("one")}\nsource_profile = me\n`;
  const open = (requiresMfa: boolean) =>
    openHome({
      credentials: longTerm("me"),
      config,
      sts: { roles: [{ roleArn: role("one"), requiresMfa }] },
      nobody: true,
    });
  await using free = await open(false);
  assertEquals(await free.run("env", "one"), 0, free.stderr);
  await using strict = await open(true);
  assertEquals(await strict.run("env", "one"), 4);
  assertStringIncludes(strict.stderr, "aws configure set mfa_serial ARN --profile one");
  assertEquals(strict.stdout, "");
});

Deno.test("a kept MFA session signs where no device is named, and a code is not asked for", async () => {
  const config = `[profile one]\nrole_arn = ${role("one")}\nsource_profile = me\n` +
    `[profile two]\nrole_arn = ${role("two")}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`;
  await using home = await openHome({
    credentials: longTerm("me"),
    config,
    sts: { roles: names.map((name) => ({ roleArn: role(name) })) },
  });
  home.types();
  assertEquals(await home.run("two", "one"), 0, home.stderr);
  assertEquals(home.test.questions.length, 1);
  home.test.clock.advance(7200);
  assertEquals(await home.run("env", "one", "--non-interactive"), 0, home.stderr);
});

Deno.test("an hour is the most that a role on top of a role lasts, and that is said", async () => {
  const config = `[profile two]\nrole_arn = ${role("two")}\nsource_profile = one\n` +
    `duration_seconds = 7200\n[profile one]\nrole_arn = ${role("one")}\nsource_profile = me\n`;
  await using home = await openHome({ credentials: longTerm("me"), config, sts: { roles } });
  assertEquals(await home.run("two"), 0, home.stderr);
  assertStringIncludes(home.stderr, "two asks for 2h");
  assertStringIncludes(home.stdout, "expires in 1h");
});

Deno.test("roles of several profiles on one way share what they have in common", async () => {
  const upper = ["two", "three", "four"].map((name) =>
    `[profile ${name}]\nrole_arn = ${role(name)}\nsource_profile = one\n`
  );
  const config = `[profile one]\nrole_arn = ${role("one")}\nsource_profile = me\n` + upper.join("");
  await using home = await openHome({ credentials: longTerm("me"), config, sts: { roles } });
  assertEquals(await home.run("two", "three", "four"), 0, home.stderr);
  assertEquals(home.sts.count("AssumeRole"), 4);
});

Deno.test("a block on a standard role, and on another block, is a chain like any other", async () => {
  const config = `[profile one]\nrole_arn = ${role("one")}\nsource_profile = me\n` +
    `[profile two]\nstsmfa =\n  source_profile = one\n  role_arn = ${role("two")}\n` +
    `[profile three]\nstsmfa =\n  source_profile = two\n  role_arn = ${role("three")}\n` +
    "  source_identity = alice\n  session_tags = team=blue, cost-center=42\n";
  await using home = await openHome({
    credentials: longTerm("me"),
    config,
    sts: { roles: [{ roleArn: role("one") }, ...roles.slice(1)] },
  });
  home.types();
  assertEquals(await home.run("three"), 0, home.stderr);
  assertEquals((await home.section("three"))["assumed_role_arn"], role("three"));
  const { params } = home.sts.requests.at(-1)!;
  assertEquals(params["SourceIdentity"], "alice");
  assertEquals(
    ["Tags.member.1.Key", "Tags.member.1.Value", "Tags.member.2.Key", "Tags.member.2.Value"]
      .map((name) => params[name]),
    ["team", "blue", "cost-center", "42"],
  );
  assertEquals(calls(home).map((each) => each.split(" ")[1]), [
    "GetSessionToken",
    "AssumeRole",
    "AssumeRole",
    "AssumeRole",
  ]);
});

Deno.test("circles and missing sources are named with the whole way, before anything is asked", async () => {
  const hop = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${role("one")}\nsource_profile = ${source}\n`;
  const bad: [config: string, way: string][] = [
    [hop("a", "b") + hop("b", "a"), "a -> b -> a"],
    [hop("a", "b") + hop("b", "c") + hop("c", "b"), "a -> b -> c -> b"],
    [hop("a", "a"), "a -> a"],
    [hop("a", "b") + hop("b", "gone"), "a -> b -> gone"],
    [hop("a", "b") + "[profile b]\nregion = eu-west-1\n", "[b] has no keys"],
  ];
  for (const [config, way] of bad) {
    await using home = await openHome({ credentials: longTerm("me"), config });
    for (const command of [["env", "a"], ["a"], ["a", "--dry-run"]]) {
      assertEquals(await home.unchanged(() => home.run(...command)), 3, way);
      assertStringIncludes(home.stderr, way);
    }
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  }
});

Deno.test("a session in the source's section signs, without a code; once it is over, its section is named", async () => {
  await using home = await openHome({
    credentials: longTerm("me"),
    config: `[profile one]\nrole_arn = ${role("one")}\nsource_profile = tmp\n` +
      `mfa_serial = ${ALICE_DEVICE}\n`,
    sts: { roles },
  });
  home.types();
  assertEquals(await home.run("env", "me", "--json"), 0);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = home.json;
  const written = `[tmp]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ` +
    `${AWS_SECRET_ACCESS_KEY}\naws_session_token = ${AWS_SESSION_TOKEN}\n`;
  await home.test.write(".aws/credentials", written);
  assertEquals(await home.unchanged(() => home.run("env", "one")), 0, home.stderr);
  assertEquals(home.sts.requests.at(-1)?.accessKeyId, AWS_ACCESS_KEY_ID);
  assertEquals(home.test.questions.length, 1);

  await home.test.write(".aws/credentials", session("tmp", "2026-03-04T01:00:00Z"));
  assertEquals(await home.run("env", "one"), 4);
  assertStringIncludes(home.stderr, `${home.test.path(".aws/credentials")}: line `);
  assertStringIncludes(home.stderr, "[tmp]");
});

Deno.test("refresh --dry-run explains every hop", async () => {
  await using home = await openHome({
    credentials: longTerm("me"),
    config: fourHops,
    nobody: true,
    network: false,
  });
  assertEquals(await home.unchanged(() => home.run("four", "--dry-run")), 0, home.stderr);
  for (const name of names) assertStringIncludes(home.stdout, role(name));
  assertStringIncludes(home.stdout, "x-1");
  assertStringIncludes(home.stdout, "x-3");
  assertStringIncludes(home.stdout, "AssumeRole, 4 times, without a code");
});

Deno.test("one code where several devices are due is refused before anything", async () => {
  const bob = alice({
    userName: "bob",
    accessKeyId: "AKIABOBBOBBOBBOBBOB2",
    devices: [{ serialNumber: "arn:aws:iam::123456789012:mfa/bob", secret: "KRSXG5CTMVRXEZLU" }],
  });
  const hop = (name: string, source: string, serial: string) =>
    `[profile ${name}]\nrole_arn = ${
      role(name)
    }\nsource_profile = ${source}\nmfa_serial = ${serial}\n`;
  await using home = await openHome({
    credentials: longTerm("me") + longTerm("bob", bob),
    config: hop("one", "me", ALICE_DEVICE) + hop("two", "bob", bob.devices[0]!.serialNumber),
    sts: { roles, users: [alice(), bob] },
    nobody: true,
  });
  for (const which of [["--all"], ["one", "two"]]) {
    assertEquals(await home.unchanged(() => home.run(...which, "--token-code", "123456")), 2);
    assertStringIncludes(home.stderr, "2 devices need one each");
  }
  assertEquals(home.sts.count(), 0);
});

Deno.test("--all renews the MFA session of each user once; roles are taken when they are used", async () => {
  const hop = (name: string) =>
    `[profile ${name}]\nrole_arn = ${
      role(name)
    }\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`;
  const config = names.map(hop).join("") + "[profile sso]\nsso_start_url = u\nsso_region = r\n" +
    "sso_account_id = 123456789012\nsso_role_name = n\n";
  await using home = await openHome({
    credentials: longTerm("me"),
    config,
    sts: { roles: names.map((name) => ({ roleArn: role(name) })) },
  });
  home.types();
  assertEquals(await home.unchanged(() => home.run("--all")), 0, home.stderr);
  assertEquals(
    home.stdout,
    "me  renewed, expires in 12h, at 17:06, kept for exec, env, use and process\n",
  );
  assertEquals([home.sts.count("GetSessionToken"), home.sts.count("AssumeRole")], [1, 0]);
  assertEquals(await home.run("--all", "--non-interactive"), 0);
  assertStringIncludes(home.stdout, "me  valid");
  assertEquals(await home.run("env", "three", "--non-interactive"), 0, home.stderr);
  assertEquals(await home.run("status", "--json"), 0, home.stderr);
  assertEquals(
    home.json.map((row: Record<string, unknown>) =>
      `${row["profile"]} ${row["kind"]} ${row["state"]}`
    ),
    [
      "one standard none",
      "two standard none",
      "three standard valid",
      "four standard none",
      "sso others others",
    ],
  );
});

/** Chains whose upper roles name devices of their own. */
const otherDevices: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "in the middle": [ALICE_DEVICE, `${ALICE_DEVICE}-2`, undefined],
  "at the top": [ALICE_DEVICE, undefined, `${ALICE_DEVICE}-3`],
  "on both": [ALICE_DEVICE, `${ALICE_DEVICE}-2`, `${ALICE_DEVICE}-3`],
  "that is the bottom's again": [ALICE_DEVICE, ALICE_DEVICE, ALICE_DEVICE],
  "over one that names none": [undefined, `${ALICE_DEVICE}-2`, `${ALICE_DEVICE}-3`],
};

function chainWith(devices: readonly (string | undefined)[]): string {
  return devices.map((device, at) =>
    [
      `[profile ${names[at]}]`,
      `role_arn = ${role(names[at]!)}`,
      `source_profile = ${at === 0 ? "me" : names[at - 1]}`,
      ...(device === undefined ? [] : [`mfa_serial = ${device}`]),
      "",
    ].join("\n")
  ).join("");
}

for (const [where, devices] of Object.entries(otherDevices)) {
  Deno.test(`a role with a device of its own ${where}: its session is kept, for these devices`, async () => {
    // AWS takes no code from a role's session; some of its emulators do.
    const proved: string[] = [];
    await using home = await openHome({
      credentials: longTerm("me"),
      config: chainWith(devices),
      network: (_url, { body }) => {
        const params = new URLSearchParams(String(body));
        const roleArn = params.get("RoleArn");
        if (params.has("SerialNumber")) proved.push(params.get("SerialNumber")!);
        const about = {
          now: MORNING,
          durationSeconds: Number(params.get("DurationSeconds")),
          ...(roleArn && { roleArn }),
        };
        return Promise.resolve(
          new Response(awsDocument(params.get("Action")!, about, {}), {
            headers: { "content-type": "text/xml", date: MORNING.toUTCString() },
          }),
        );
      },
    });
    let code = 100000;
    const types = (times: number) => {
      for (let n = 0; n < times; n++) home.answer(() => String(code++));
    };
    types(4);
    assertEquals(await home.run("env", "three"), 0, home.stderr);
    const asked = proved.length;
    for (const words of [["env", "three"], ["three"], ["process", "three"]]) {
      assertEquals(await home.run(...words), 0, home.stderr);
    }
    assertEquals(proved.length, asked);
    assertEquals(await home.run("status", "three", "--json"), 0, home.stderr);
    assertEquals(home.json[0].state, "valid");

    // With any other device on the way it is another session.
    for (const at of devices.keys()) {
      const changed = devices.with(at, `${ALICE_DEVICE}-9`);
      await home.test.write(".aws/config", chainWith(changed));
      assertEquals(await home.run("status", "three", "--json"), 8);
      assertEquals(home.json[0].state, "none", String(at));
    }
  });
}
