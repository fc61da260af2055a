import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AttachedCommand } from "../../../lib/context.ts";
import { type Home, type HomeOptions, longTerm, openHome, session } from "../../support/homes.ts";
import { rememberingChanges } from "../../support/statements.ts";

const credentials = ["prod", "other", "bare"].map((name) =>
  `${longTerm(`${name}-long-term`)}\n${session(name, "2026-03-04T06:00:00Z")}`
).join("\n");

const config = `[default]
region = us-west-2
use_fips_endpoint = true
retry_mode = adaptive
[profile prod]
region = eu-west-1
endpoint_url = https://prod.test
services = of-prod
use_dualstack_endpoint = TRUE
max_attempts = 7
ca_bundle = /prod.pem
[services of-prod]
s3 =
  endpoint_url = https://s3.prod.test
[profile other]
region = eu-central-1
[profile bare]
output = text
`;

const ofProd = {
  AWS_REGION: "eu-west-1",
  AWS_DEFAULT_REGION: "eu-west-1",
  AWS_ENDPOINT_URL: "https://prod.test",
  AWS_ENDPOINT_URL_S3: "https://s3.prod.test",
  AWS_USE_FIPS_ENDPOINT: "false",
  AWS_USE_DUALSTACK_ENDPOINT: "true",
  AWS_RETRY_MODE: "standard",
  AWS_MAX_ATTEMPTS: "7",
  AWS_CA_BUNDLE: "/prod.pem",
};

async function open(options: HomeOptions = {}) {
  const ran: AttachedCommand[] = [];
  const runAttached = (command: AttachedCommand) => {
    ran.push(command);
    return Promise.resolve(0);
  };
  const home = await openHome({ credentials, config, runAttached, nobody: true, ...options });
  return { home, ran };
}

/** Runs a program in the session of a profile, and goes on inside its environment. */
async function enter(home: Home, ran: AttachedCommand[], ...args: string[]) {
  const { env } = home.test;
  assertEquals(await home.run("exec", ...args, "--", "true"), 0, home.stderr);
  const { set, unset } = ran.at(-1)!.environment;
  for (const name of unset) delete env[name];
  return Object.assign(env, set);
}

/** The settings in an environment, without those of the test's own AWS. */
function settings(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      /^AWS_/.test(name) &&
      !/^AWS_(ENDPOINT_URL_(STS|IAM)|.*KEY.*|SESSION_TOKEN|CRED.*)$/.test(name)
    ),
  );
}

Deno.test("a program has the profile's settings, and nothing of [default] or of another", async () => {
  const { home, ran } = await open({ env: { AWS_PROFILE: "other" } });
  await using _ = home;
  assertEquals(settings(await enter(home, ran, "prod")), ofProd);
  assertEquals(home.test.output, "");
  assertEquals(settings(await enter(home, ran, "other")), {
    AWS_REGION: "eu-central-1",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_RETRY_MODE: "standard",
  });
  const marks = Object.keys(home.test.env).filter((name) => /^STSMFA_/.test(name)).sort();
  assertEquals(marks, [
    "STSMFA_PROFILE",
    "STSMFA_SET_DEFAULT_REGION",
    "STSMFA_SET_KEY",
    "STSMFA_SET_REGION",
    "STSMFA_SET_RETRY_MODE",
    "STSMFA_SET_USE_FIPS_ENDPOINT",
  ]);
});

Deno.test("what the person has set stays, inside of one session and of the next", async () => {
  const own = { AWS_USE_FIPS_ENDPOINT: "true", AWS_ENDPOINT_URL_S3: "https://mine.test" };
  const { home, ran } = await open({ env: own });
  await using _ = home;
  assertEquals(settings(await enter(home, ran, "prod")), { ...ofProd, ...own });
  const inside = settings(await enter(home, ran, "other"));
  assertEquals([inside["AWS_USE_FIPS_ENDPOINT"], inside["AWS_ENDPOINT_URL_S3"]], [
    "true",
    "https://mine.test",
  ]);
});

Deno.test("an endpoint that a session has brought is not asked for another profile's session", async () => {
  const { home, ran } = await open({ nobody: false });
  await using _ = home;
  const { env } = home.test;
  const loopback = env["AWS_ENDPOINT_URL_STS"]!;
  delete env["AWS_ENDPOINT_URL_STS"];
  await home.test.write(
    ".aws/config",
    `${config}\n[profile asked]\nendpoint_url = ${loopback}\nmfa_serial = ` +
      "arn:aws:iam::123456789012:mfa/alice\n",
  );
  await home.test.write(".aws/credentials", `${credentials}\n${longTerm("asked-long-term")}`);
  assertEquals((await enter(home, ran, "prod"))["AWS_ENDPOINT_URL"], "https://prod.test");
  home.types();
  assertEquals(await home.run("refresh", "asked"), 0, home.stderr);
  assertEquals(home.sts.count("GetSessionToken"), 1);
});

Deno.test("a profile without a region gets none, not that of [default], and it is said", async () => {
  const { home, ran } = await open();
  await using _ = home;
  const env = await enter(home, ran, "bare");
  assertEquals([env["AWS_REGION"], env["AWS_DEFAULT_REGION"]], ["aws-global", "aws-global"]);
  assertEquals(
    home.stderr,
    "stsmfa: bare has no region, and that of [default] is not used; to set one: " +
      "aws configure set region REGION --profile bare\n",
  );
  assertEquals(await home.run("use", "--json"), 0);
  assertEquals(home.json.region ?? null, null);
  // It is no region for anybody else, nor for the profile itself.
  assertEquals((await enter(home, ran, "bare", "--quiet"))["AWS_REGION"], "aws-global");
  assertEquals(home.stderr, "");
  assertEquals((await enter(home, ran, "other"))["AWS_REGION"], "eu-central-1");
  const owns = await open({ env: { AWS_DEFAULT_REGION: "sa-east-1" } });
  await using __ = owns.home;
  assertEquals((await enter(owns.home, owns.ran, "bare"))["AWS_REGION"], "sa-east-1");
});

Deno.test("no region is that of the partition of the role", async () => {
  const role = "arn:aws-cn:iam::123456789012:role/Administrator";
  const { home, ran } = await open({
    config: `[default]\nregion = us-west-2\n[profile bare]\nstsmfa =\n  role_arn = ${role}\n`,
    credentials: `${longTerm("bare-long-term")}\n${
      session("bare", "2026-03-04T06:00:00Z", `assumed_role_arn = ${role}`)
    }`,
  });
  await using _ = home;
  assertEquals((await enter(home, ran, "bare"))["AWS_REGION"], "aws-cn-global");
});

Deno.test("the account is given where the profile's endpoints must have it", async () => {
  const mode = "account_id_endpoint_mode = required";
  const serial = "arn:aws:iam::123456789012:mfa/alice";
  const { home, ran } = await open({
    config: `[profile prod]\n${mode}\nmfa_serial = ${serial}\n[profile other]\n` +
      `mfa_serial = ${serial}\n`,
    env: { AWS_ACCOUNT_ID: "999999999999" },
  });
  await using _ = home;
  assertEquals((await enter(home, ran, "prod"))["AWS_ACCOUNT_ID"], "123456789012");
  assertEquals((await enter(home, ran, "other"))["AWS_ACCOUNT_ID"], undefined);
});

Deno.test("with files of its own, [default] is that of the files that the program will read", async () => {
  const { home, ran } = await open();
  await using _ = home;
  await home.test.write("config", "[profile prod]\nregion = eu-west-1\n");
  await home.test.write("credentials", credentials);
  const files = ["--config-file", home.test.path("config")];
  const env = await enter(home, ran, "prod", ...files);
  assertEquals(settings(env), {
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_RETRY_MODE: "standard",
  });
});

const refused = [
  ["endpoint_url = http://localhost:4566", "would have SDKs send bare's session there"],
  ["ca_bundle = /etc/corp.pem", "ca_bundle in [default] would also count for bare"],
];
for (const [line, problem] of refused) {
  Deno.test(`what no variable keeps out is refused before anything is asked or sent: ${line}`, async () => {
    const { home, ran } = await open({
      config: `[default]\n${line}\n[profile bare]\nregion = eu-west-1\n`,
      credentials: longTerm("bare-long-term"),
      nobody: false,
    });
    await using _ = home;
    const commands = [
      ["env", "bare"],
      ["exec", "bare", "--", "true"],
      ["use", "bare", "--shell", "sh", "--mark", "31415"],
    ];
    for (const words of commands) {
      assertEquals(await home.unchanged(() => home.run(...words)), 3, words.join(" "));
      assertEquals(home.stdout, "");
      assertStringIncludes(home.stderr, `stsmfa: error: ${home.test.path(".aws/config")}:2 `);
      assertStringIncludes(home.stderr, problem!);
      assertStringIncludes(home.stderr, "stsmfa: hint: ");
    }
    assertEquals([ran.length, home.test.questions, home.sts.count()], [0, [], 0]);
    // The others do not hand the session to programs that read [default].
    home.types();
    assertEquals(await home.run("process", "bare"), 0, home.stderr);
  });
}

Deno.test("use and unset take settings along, and leave those of the person", async () => {
  const { home } = await open({ env: { AWS_MAX_ATTEMPTS: "4" } });
  await using _ = home;
  const shell = ["--shell", "sh", "--mark", "31415"];
  assertEquals(await home.run("use", "prod", ...shell), 0, home.stderr);
  const { set } = rememberingChanges(home.stdout);
  const { AWS_MAX_ATTEMPTS: _2, ...others } = ofProd;
  assertEquals(settings(set), { ...others, AWS_VAULT: "prod" });
  Object.assign(home.test.env, set);
  assertEquals(await home.run("unset", ...shell), 0);
  const { restore, inherited } = rememberingChanges(home.stdout);
  for (const name of Object.keys(others)) {
    assert(restore.includes(name) && inherited.includes(name), name);
  }
  assert(!restore.includes("AWS_MAX_ATTEMPTS"));
  assertEquals(await home.run("env", "--unset"), 0);
  for (const name of Object.keys(others)) assertStringIncludes(home.stdout, `unset ${name};\n`);
  assert(!home.stdout.includes("AWS_MAX_ATTEMPTS"));
});
