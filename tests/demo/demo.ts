/**
 * `deno task demo`: the main job on this machine alone. An STS on loopback that checks real
 * signatures, an MFA device that makes real codes, and a home directory that is thrown away.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startLoopbackSts } from "../support/loopback_sts.ts";

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bold = (text: string) => Deno.noColor ? text : `\x1b[1m${text}\x1b[0m`;
const green = (text: string) => Deno.noColor ? text : `\x1b[32m${text}\x1b[0m`;

await using sts = await startLoopbackSts({
  roles: [{ roleArn: "arn:aws:iam::222222222222:role/Administrator" }],
});
const home = await Deno.makeTempDir({ prefix: "stsmfa-demo-" });
const credentialsFile = join(home, ".aws", "credentials");
const env = {
  ...sts.env(),
  HOME: home,
  PATH: Deno.env.get("PATH") ?? "",
  DENO_DIR: await denoDirectory(),
  ...(Deno.noColor ? { NO_COLOR: "1" } : {}),
};

try {
  const { accessKeyId, secretAccessKey } = sts.credentials();
  await Deno.mkdir(dirname(credentialsFile), { mode: 0o700 });
  await Deno.writeTextFile(
    credentialsFile,
    `# work laptop, keep in sync with the password manager
[default-long-term]
aws_access_key_id     = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}

; the build server uses this one
[ci]
region=eu-west-1
`,
    { mode: 0o600 },
  );
  await Deno.writeTextFile(
    join(home, ".aws", "config"),
    `[profile prod]
region = eu-west-1
stsmfa =
  source_profile = default
  role_arn = arn:aws:iam::222222222222:role/Administrator
`,
  );

  say("The credentials file before:");
  const before = await Deno.readTextFile(credentialsFile);
  console.log(shown(before));

  say("An MFA code goes in, a session comes out:");
  await stsmfa("--token-code", await sts.code());
  say("A second run finds it valid, without a prompt or a request:");
  await stsmfa();
  say("A role on the same MFA session needs no second code:");
  await stsmfa("prod");

  say("The credentials file afterwards; what was there is there, byte for byte:");
  const after = await Deno.readTextFile(credentialsFile);
  if (!after.startsWith(before)) throw new Error("the file lost something");
  console.log(shown(before) + green(shown(after.slice(before.length))));

  for (const profile of ["default", "prod"]) {
    say(`Who the AWS SDK is with AWS_PROFILE=${profile}:`);
    await run(["run", "-A", join(project, "tests", "demo", "caller_identity.ts")], {
      AWS_PROFILE: profile,
      AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
      AWS_CONFIG_FILE: join(home, ".aws", "config"),
      AWS_REGION: "eu-west-1",
    });
  }
  say(`All that AWS was asked: ${sts.requests.map((request) => request.action).join(", ")}`);
} finally {
  await Deno.remove(home, { recursive: true });
}

function say(text: string): void {
  console.log(`\n${bold(text)}`);
}

/** The file without the parts of secrets that do not fit on a screen. */
function shown(text: string): string {
  return text.replaceAll(
    /^(aws_(?:secret_access_key|session_token)\s*=\s*)(\S{6})\S*/gm,
    "$1$2...",
  );
}

async function stsmfa(...args: string[]): Promise<void> {
  console.log(["$ stsmfa", ...args].join(" "));
  await run(["run", "-A", join(project, "cli.ts"), ...args], {});
}

async function run(args: string[], more: Record<string, string>): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    clearEnv: true,
    env: { ...env, ...more },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const { code } = await child.status;
  if (code !== 0) throw new Error(`exit status ${code}`);
}

/** The children have another home, and shall not fetch packages into it. */
async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
