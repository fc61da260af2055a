/**
 * `credential_process = stsmfa process ...` in the config file, as AWS's own tools run it: the AWS
 * CLI, boto3, and the AWS SDK for JavaScript.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exec } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { native } from "../../lib/path.ts";
import { posix, testOrSkip } from "../support/abilities.ts";
import { needsAwsCommand } from "../support/aws_command.ts";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { atTerminal, needsPython, outsideEnv, runPython } from "../support/python.ts";
import { cliCommand, denoDir, longTermSection } from "../support/spawned_cli.ts";
import { alice, ALICE_DEVICE } from "../support/sts_people.ts";
import { homeVariables } from "../support/system_variables.ts";
import { TestContext } from "../support/test_context.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const topArn = "arn:aws:iam::333333333333:role/Auditor";

/** The profile of each kind, and whom AWS takes its session for. */
const identities: Readonly<Record<string, RegExp>> = {
  "user": /^arn:aws:iam::123456789012:user\/alice$/,
  "role": /^arn:aws:sts::222222222222:assumed-role\/Administrator\//,
  "of-a-standard-role": /^arn:aws:sts::222222222222:assumed-role\/Administrator\//,
  "of-keys-in-the-section": /^arn:aws:iam::123456789012:user\/alice$/,
  "on-top": /^arn:aws:sts::333333333333:assumed-role\/Auditor\//,
};
const profiles = Object.keys(identities);

/** A command line as the config file has it; every SDK knows these quotes. */
function processLine(profile: string): string {
  const words = cliCommand("process", profile).map((word) => `"${word}"`).join(" ");
  return `credential_process = ${words}`;
}

/** A home with a profile of each kind, and an `mfa_process` that prints one code, if it may. */
async function createHome(sts: LoopbackSts, mayPrintCode = true): Promise<TestContext> {
  const test = await TestContext.create();
  if (mayPrintCode) await test.write("code", await sts.code());
  const print = posix.isHere ? `cat '${test.path("code")}'` : `type "${native(test.path("code"))}"`;
  const mfaProcess = mayPrintCode ? [`mfa_process = ${print}`] : [];
  await test.write("identity.ts", sdkScript);
  await test.write(
    ".aws/credentials",
    longTermSection("user-long-term", alice()) + longTermSection("keys", alice()),
  );
  const sections: Readonly<Record<string, readonly string[]>> = {
    "user": [processLine("user")],
    "role": [
      processLine("role"),
      "stsmfa =",
      "  source_profile = user",
      `  role_arn = ${roleArn}`,
    ],
    "of-a-standard-role": [processLine("standard")],
    "standard": [`role_arn = ${roleArn}`, "source_profile = user", `mfa_serial = ${ALICE_DEVICE}`],
    "of-keys-in-the-section": [processLine("keys")],
    "keys": [],
    "on-top": [`role_arn = ${topArn}`, "source_profile = user"],
  };
  await test.write(
    ".aws/config",
    Object.entries(sections).map(([name, lines]) =>
      [
        `[profile ${name}]`,
        "region = eu-west-1",
        ...mfaProcess,
        ...lines,
        "",
      ].join("\n")
    ).join("\n"),
  );
  return test;
}

/** The environment that SDKs get, and stsmfa from them. */
function sdkEnv(test: TestContext, sts: LoopbackSts): Record<string, string> {
  return outsideEnv({
    AWS_SHARED_CREDENTIALS_FILE: test.path(".aws/credentials"),
    AWS_CONFIG_FILE: test.path(".aws/config"),
    AWS_EC2_METADATA_DISABLED: "true",
    [posix.isHere ? "XDG_STATE_HOME" : "LOCALAPPDATA"]: test.path("state"),
    TERM: "xterm",
    ...sts.env(),
  });
}

interface Reading {
  readonly arn: string;
  readonly accountId: string;
}

/** Lets a reader look at every profile; all of them have to be served, with one code. */
async function check(
  read: (test: TestContext, sts: LoopbackSts) => Promise<Reading[]>,
): Promise<void> {
  await using sts = await startLoopbackSts({ roles: [{ roleArn }, { roleArn: topArn }] });
  await using test = await createHome(sts);
  const before = await test.read(".aws/credentials");
  const found = await read(test, sts);
  for (const [at, profile] of profiles.entries()) {
    const { arn, accountId } = found[at]!;
    assertMatch(arn, identities[profile]!, profile);
    assertEquals(accountId, arn.split(":")[4], profile);
  }
  assertEquals(sts.count("GetSessionToken"), 1);
  assertEquals(await test.read(".aws/credentials"), before);
}

const boto3Script = `
import boto3, json, sys
found = []
for profile in json.load(sys.stdin):
    session = boto3.Session(profile_name=profile)
    arn = session.client("sts").get_caller_identity()["Arn"]
    found.append({"arn": arn, "accountId": session.get_credentials().account_id})
print(json.dumps(found))
`;
const needsBoto3 = needsPython("boto3");

testOrSkip({
  name: `boto3 uses stsmfa for profiles of every kind, on one code${needsBoto3.name}`,
  ignore: needsBoto3.ignore,
  fn: () =>
    check(async (test, sts) =>
      JSON.parse(
        await runPython(["-c", boto3Script], {
          input: JSON.stringify(profiles),
          env: sdkEnv(test, sts),
        }),
      )
    ),
});

const sdkScript = `
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
const found = [];
for (const profile of JSON.parse(Deno.args[0])) {
  const client = new STSClient({ profile });
  const { accountId } = await client.config.credentials();
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  found.push({ arn: Arn, accountId });
}
console.log(JSON.stringify(found));
`;

Deno.test("the AWS SDK for JavaScript uses stsmfa for profiles of every kind, on one code", () =>
  check(async (test, sts) => {
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--cached-only",
        "--config",
        config,
        test.path("identity.ts"),
        JSON.stringify(profiles),
      ],
      clearEnv: true,
      env: sdkEnv(test, sts),
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    return JSON.parse(new TextDecoder().decode(stdout));
  }));

const needsAws = needsAwsCommand();
const askWho = (profile: string) => [
  "sts",
  "get-caller-identity",
  "--profile",
  profile,
  "--output",
  "json",
];

async function aws(
  env: Record<string, string>,
  profile: string,
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command("aws", {
    args: askWho(profile),
    clearEnv: true,
    env,
  }).output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

testOrSkip({
  name: `the aws command uses stsmfa, and passes on why it can't${needsAws.name}`,
  ignore: needsAws.ignore,
  fn: async () => {
    await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
    await using test = await createHome(sts, false);
    const env = { ...sdkEnv(test, sts), STSMFA_NON_INTERACTIVE: "1" };
    const failed = await aws(env, "user");
    assertEquals([failed.success, failed.stdout], [false, ""]);
    assertStringIncludes(failed.stderr, "stsmfa: error: an MFA code is needed");
    assertStringIncludes(failed.stderr, "stsmfa: hint: in a terminal: stsmfa ");

    await test.write("code", await sts.code());
    const served = ["user", "role"].map((profile) =>
      aws({ ...env, STSMFA_MFA_PROCESS: `cat '${test.path("code")}'` }, profile)
    );
    const [user, role] = (await Promise.all(served)).map(({ stdout }) => JSON.parse(stdout).Arn);
    assertMatch(user, identities["user"]!);
    assertMatch(role, identities["role"]!);
    assertEquals(sts.count("GetSessionToken"), 1);
  },
});

const needsTerminal = needsPython("termios");

testOrSkip({
  name:
    `the aws command at a terminal: stsmfa asks there, though its streams are captured${needsAws.name}${needsTerminal.name}`,
  ignore: needsAws.ignore || needsTerminal.ignore,
  fn: async () => {
    await using sts = await startLoopbackSts();
    await using test = await createHome(sts, false);
    const ended = await atTerminal({
      argv: ["aws", ...askWho("user")],
      env: sdkEnv(test, sts),
      cwd: test.home,
      streams: "terminal",
      steps: [
        { expect: `MFA code for ${ALICE_DEVICE}:` },
        { send: `${await sts.code()}\r` },
        { expect: '"arn:aws:iam::123456789012:user/alice"' },
      ],
      seconds: 20,
    });
    assertEquals([ended.unmet, ended.code, ended.restored], [null, 0, true], ended.terminal);
  },
});

/** Reads a profile of a file that no variable names, so that nothing leads stsmfa there either. */
const botocoreScript = `
import json, sys
from botocore.session import Session
paths = json.load(sys.stdin)
session = Session(profile="prod")
session.set_config_variable("config_file", paths["config"])
session.set_config_variable("credentials_file", paths["credentials"])
print(session.create_client("sts").get_caller_identity()["Arn"])
`;
const needsBotocore = needsPython("botocore");

const folders = ["files", "my files (1) & more", "it's"];

/** A home whose role is adopted, of files that flags alone have named, and `stsmfa` in `bin`. */
async function adopt(sts: LoopbackSts, folder: string) {
  const test = await TestContext.create({ network: true, answers: [() => sts.code()] });
  const config = test.path(`${folder}/config`);
  const credentials = test.path(`${folder}/credentials`);
  const role = `role_arn = ${roleArn}\nsource_profile = me\nmfa_serial = ${ALICE_DEVICE}\n`;
  await test.write(`${folder}/config`, `[profile prod]\nregion = eu-west-1\n${role}`);
  await test.write(`${folder}/credentials`, longTermSection("me", alice()));
  if (posix.isHere) {
    const words = cliCommand().map((word) => `'${word}'`).join(" ");
    await test.write("bin/stsmfa", `#!/bin/sh\nexec ${words} "$@"\n`, 0o700);
  } else {
    const words = cliCommand().map((word) => `"${word}"`).join(" ");
    await test.write("bin/stsmfa.cmd", `@${words} %*\r\n`);
  }
  Object.assign(test.env, sts.env());
  const flags = ["--config-file", config, "--credentials-file", credentials];
  assertEquals(await test.run("init", "prod", "--adopt", ...flags), 0, test.stderr);
  const env = outsideEnv({
    ...sts.env(),
    ...homeVariables(test.home),
    USER: test.env["USER"] ?? "",
    PATH: [test.path("bin"), Deno.env.get("PATH")].join(posix.isHere ? ":" : ";"),
    DENO_DIR: denoDir(),
    AWS_EC2_METADATA_DISABLED: "true",
  });
  return { test, config, credentials, env };
}

for (const folder of folders) {
  Deno.test(`a shell runs an adopted role's line as it is written: ${folder}`, async () => {
    await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
    const { test, env } = await adopt(sts, folder);
    await using _ = test;
    const text = await test.read(`${folder}/config`);
    const [, line] = /^credential_process = (.*)$/m.exec(text)!;
    // As the SDKs for JavaScript and Go do it.
    const { stdout } = await promisify(exec)(line!, { env, cwd: test.home });
    const { AccessKeyId, AccountId } = JSON.parse(stdout);
    assertEquals([AccessKeyId.slice(0, 4), AccountId], ["ASIA", "222222222222"]);
    assertEquals(sts.count("AssumeRole"), 1);
  });

  testOrSkip({
    name:
      `botocore gets an adopted role of files that flags have named: ${folder}${needsBotocore.name}`,
    ignore: needsBotocore.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
      const { test, config, credentials, env } = await adopt(sts, folder);
      await using _ = test;
      const arn = await runPython(["-c", botocoreScript], {
        input: JSON.stringify({ config, credentials }),
        env,
      });
      assertMatch(arn.trim(), identities["role"]!);
      assertEquals(sts.count("AssumeRole"), 1);
    },
  });
}
