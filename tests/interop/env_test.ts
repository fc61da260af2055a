/**
 * What `stsmfa env` prints, evaluated by a real shell, as the AWS CLI, boto3 and the SDK for JavaScript
 * then see it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { posix, testOrSkip } from "../support/abilities.ts";
import { needsAwsCommand } from "../support/aws_command.ts";
import { startLoopbackSts } from "../support/loopback_sts.ts";
import { needsPython, outsideEnv } from "../support/python.ts";
import { runShell, type ShellRun } from "../support/shells.ts";
import { cliCommand, denoDir, longTermSection, SpawnedHome } from "../support/spawned_cli.ts";
import { alice } from "../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const arn = "arn:aws:sts::222222222222:assumed-role/Administrator/deploy";

/** What other tools left in the shell; each of these would win over the session. */
const stale = {
  AWS_PROFILE: "nosuch",
  AWS_DEFAULT_PROFILE: "nosuch",
  AWS_ACCESS_KEY_ID: "AKIASTALESTALESTALE2",
  AWS_SECRET_ACCESS_KEY: "stale",
  AWS_SESSION_TOKEN: "stale",
  AWS_SECURITY_TOKEN: "stale",
  AWS_REGION: "us-west-2",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/stale",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent",
  AWS_ROLE_ARN: "arn:aws:iam::999999999999:role/stale",
  AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z",
};

/** What would count for the profile, if it were not kept out: JavaScript ends at the first line. */
const ofDefault =
  "[default]\nuse_fips_endpoint = true\nregion = us-east-2\nretry_mode = adaptive\n";

const boto3 = `
import boto3
session = boto3.Session()
print(session.client("sts").get_caller_identity()["Arn"], session.region_name)
`;

const readers = [
  {
    what: "the aws command",
    needs: needsAwsCommand(),
    program: "aws sts get-caller-identity --query Arn --output text",
    shown: `${arn}\n`,
  },
  {
    what: "boto3",
    needs: needsPython("boto3"),
    program: 'python3 -c "$BOTO3"',
    shown: `${arn} eu-west-1\n`,
  },
  {
    what: "the SDK for JavaScript",
    needs: { name: "", ignore: false },
    program: '"$DENO" run -A --quiet --no-check "$SCRIPT"',
    shown: `${arn} eu-west-1\n`,
  },
];

/** The same for the SDK for JavaScript on Windows: what cmd runs is a file. */
async function runBatch(
  home: SpawnedHome,
  args: readonly [string, ...string[]],
  env: Record<string, string>,
): Promise<ShellRun> {
  const printed = await runShell([...args, "--shell", "cmd"], { env });
  if (printed.code !== 0) return printed;
  const program = '"%DENO%" run -A --quiet --no-check "%SCRIPT%"';
  await home.write("session.cmd", `@echo off\r\n${printed.stdout}${program}\r\n`);
  return await runShell(["cmd", "/d", "/c", "session.cmd"], { env, cwd: home.home });
}

for (const { what, needs, program, shown } of readers) {
  testOrSkip({
    name: `${what} is the role after eval of env, whatever was set before${needs.name}`,
    ignore: needs.ignore,
    fn: async () => {
      await using sts = await startLoopbackSts({ roles: [{ roleArn }] });
      await using home = await SpawnedHome.create(sts.env());
      await home.write(".aws/credentials", longTermSection("me-long-term", alice()));
      await home.write(".aws/config", `${ofDefault}[profile me]\nregion = eu-west-1\n`);
      const command = cliCommand(
        "env",
        "me",
        "--role-arn",
        roleArn,
        "--role-session-name",
        "deploy",
      );
      const args: [string, ...string[]] = [...command, "--token-code", await sts.code()];
      const env = outsideEnv({
        ...home.env,
        ...stale,
        BOTO3: boto3,
        DENO: Deno.execPath(),
        DENO_DIR: denoDir(),
        SCRIPT: fileURLToPath(new URL("../support/sdk_identity.ts", import.meta.url)),
      });
      const { code, stdout, stderr } = posix.isHere
        ? await runShell(["sh", "-c", `eval "$("$@")" && ${program}`, "sh", ...args], { env })
        : await runBatch(home, args, env);
      assertEquals([code, stdout, stderr], [0, shown, ""]);
    },
  });
}
