/**
 * What stsmfa writes, as others read it: botocore, the AWS CLI and the AWS SDK for JavaScript.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { IniDocument } from "../../lib/ini/document.ts";
import { testOrSkip } from "../support/abilities.ts";
import { needsAwsCommand } from "../support/aws_command.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { needsPython, outsideEnv, runPython } from "../support/python.ts";
import { longTermSection } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";
import { TestContext } from "../support/test_context.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const names = ["plain", "a.b", "team/prod", "me@example.org", "a+b", "50%", "a:b", "x_y-z", "role"];
const withSpaces = "my own profile";

interface Reading {
  readonly profile: string;
  readonly keys: readonly (string | null | undefined)[];
  readonly region?: string;
  readonly arn?: string;
}

/** Shapes of files that people have. */
const shapes: Readonly<Record<string, (text: string) => string>> = {
  "LF": (text) => text,
  "CRLF": (text) => text.replaceAll("\n", "\r\n"),
  "no last newline": (text) => text.trimEnd(),
};

/** A home in which all profiles were renewed with one code. */
async function renewedHome(
  sts: LoopbackSts,
  shape: (text: string) => string = (text) => text,
  profiles = names,
): Promise<TestContext> {
  const test = await TestContext.create({ network: true, env: sts.env() });
  const existing = `[plain]   ; temporary
aws_session_token     = stale
# between the keys
aws_access_key_id     = ASIASTALESTALESTALE2
s3 =
    addressing_style  = path
    max_concurrent_requests = 20
aws_secret_access_key = stale
aws_security_token    = stale
`;
  await test.write(".aws/credentials", shape(`${longTermSection("me", alice())}\n${existing}`));
  const section = (name: string) =>
    `[profile ${name.includes(" ") ? `"${name}"` : name}]
region = eu-west-1
s3 =
  max_concurrent_requests = 20
stsmfa =
  source_profile = me
${name === "role" ? `  role_arn = ${roleArn}\n` : ""}`;
  await test.write(".aws/config", shape(profiles.map(section).join("\n")));
  assertEquals(await test.run(...profiles, "--token-code", await sts.code()), 0, test.output);
  assertEquals(sts.count("GetSessionToken"), 1);
  return test;
}

/** What every reader has to find. */
async function written(test: TestContext, profiles = names): Promise<Reading[]> {
  const document = IniDocument.parse(await test.read(".aws/credentials"));
  return profiles.map((profile) => ({
    profile,
    keys: ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
      .map((key) => document.get(profile, key)),
  }));
}

function sdkEnv(test: TestContext, sts: LoopbackSts): Record<string, string> {
  return {
    AWS_SHARED_CREDENTIALS_FILE: test.path(".aws/credentials"),
    AWS_CONFIG_FILE: test.path(".aws/config"),
    AWS_EC2_METADATA_DISABLED: "true",
    ...sts.env(),
  };
}

const botocore = `
import botocore.session, json, sys
found = []
for profile in json.load(sys.stdin):
    session = botocore.session.Session(profile=profile)
    keys = session.get_credentials().get_frozen_credentials()
    client = session.create_client("sts")
    found.append({"profile": profile, "keys": [keys.access_key, keys.secret_key, keys.token],
                  "region": session.get_config_variable("region"),
                  "arn": client.get_caller_identity()["Arn"]})
print(json.dumps(found))
`;
const needsBotocore = needsPython("botocore");

for (const [shape, shaped] of Object.entries(shapes).slice(0, 2)) {
  testOrSkip({
    name: `botocore reads back what was written (${shape})${needsBotocore.name}`,
    ignore: needsBotocore.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
      const all = [...names, withSpaces];
      await using test = await renewedHome(sts, shaped, all);
      const found: Reading[] = JSON.parse(
        await runPython(["-c", botocore], {
          input: JSON.stringify(all),
          env: sdkEnv(test, sts),
        }),
      );
      assertReadings(found, await written(test, all));
    },
  });
}

function assertReadings(found: readonly Reading[], expected: readonly Reading[]): void {
  assertEquals(found.map(({ profile, keys }) => ({ profile, keys })), expected);
  for (const { profile, arn = "", region } of found) {
    assertMatch(arn, profile === "role" ? /:assumed-role\/Administrator\// : /:user\/alice$/);
    assertEquals(region, "eu-west-1");
  }
}

const sdkReader = `
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
const found = [];
for (const profile of JSON.parse(Deno.args[0])) {
  Deno.env.set("AWS_PROFILE", profile);
  const client = new STSClient({});
  const keys = await client.config.credentials();
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  found.push({ profile, keys: [keys.accessKeyId, keys.secretAccessKey, keys.sessionToken],
    region: await client.config.region(), arn: Arn });
}
console.log(JSON.stringify(found));
`;

for (const [shape, shaped] of Object.entries(shapes)) {
  Deno.test(`the AWS SDK for JavaScript reads back what was written (${shape})`, async () => {
    await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
    await using test = await renewedHome(sts, shaped);
    await test.write("reader.ts", sdkReader);
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--cached-only",
        "--config",
        config,
        test.path("reader.ts"),
        JSON.stringify(names),
      ],
      clearEnv: true,
      env: outsideEnv(sdkEnv(test, sts)),
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    assertReadings(JSON.parse(new TextDecoder().decode(stdout)), await written(test));
  });
}

const aws = needsAwsCommand();

testOrSkip({
  name: `the aws command reads back what was written${aws.name}`,
  ignore: aws.ignore,
  fn: async () => {
    await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
    await using test = await renewedHome(sts, shapes["CRLF"]);
    const run = async (...args: string[]) => {
      const { stdout, stderr, success } = await new Deno.Command("aws", {
        args,
        clearEnv: true,
        env: outsideEnv(sdkEnv(test, sts)),
      }).output();
      assertEquals(success, true, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    const identity = (profile: string) =>
      run("sts", "get-caller-identity", "--profile", profile, "--query", "Arn", "--output", "text");
    const [plain, role, token] = await Promise.all([
      identity("team/prod"),
      identity("role"),
      run("configure", "get", "aws_session_token", "--profile", "plain"),
    ]);
    assertMatch(plain, /:user\/alice$/);
    assertMatch(role, /:assumed-role\/Administrator\//);
    assertEquals(token, (await written(test))[0]!.keys[2]);

    // And the other way round: what the command writes there does no harm.
    await run("configure", "set", "region", "us-east-1", "--profile", "plain");
    assertEquals(await test.run("plain"), 0);
    assertMatch(test.stdout, /^plain {2}valid/);
  },
});
