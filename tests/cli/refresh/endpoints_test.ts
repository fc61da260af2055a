/**
 * Where `stsmfa refresh` sends its requests, and for which region they are signed.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, longTerm, openHome } from "../../support/homes.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";

/** Opens a home whose only endpoints are those of its files and variables. */
async function open(config: string, options: HomeOptions = {}): Promise<Home> {
  const home = await openHome({ config, sts: { roles: [{ roleArn }] }, ...options });
  delete home.test.env["AWS_ENDPOINT_URL_STS"];
  delete home.test.env["AWS_ENDPOINT_URL_IAM"];
  return home;
}

type Value = { readonly value: string; readonly origin: string };

interface Plan {
  readonly what: string;
  readonly lines?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The host, and what it is said to come from; PATH stands for the config file. */
  readonly endpoint: readonly [host: string, origin: string];
  readonly signingRegion?: string;
}

const plans: readonly Plan[] = [
  {
    what: "nothing is set but the region",
    endpoint: ["sts.eu-west-1.amazonaws.com", "regional endpoint"],
  },
  {
    what: "FIPS is asked for by the profile",
    lines: ["use_fips_endpoint = true"],
    endpoint: ["sts-fips.eu-west-1.amazonaws.com", "PATH:3 use_fips_endpoint"],
  },
  {
    what: "FIPS and dual-stack are asked for by variables",
    env: { AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "True" },
    endpoint: [
      "sts-fips.eu-west-1.api.aws",
      "variable AWS_USE_FIPS_ENDPOINT and variable AWS_USE_DUALSTACK_ENDPOINT",
    ],
  },
  {
    what: "the global STS is asked for",
    lines: ["sts_regional_endpoints = legacy"],
    endpoint: ["sts.amazonaws.com", "PATH:3 sts_regional_endpoints"],
    signingRegion: "us-east-1",
  },
  {
    what: "the region is a pseudo region",
    args: ["--region", "fips-us-east-1"],
    endpoint: ["sts-fips.us-east-1.amazonaws.com", "flag --region"],
    signingRegion: "us-east-1",
  },
  {
    what: "a services section names the endpoint",
    lines: ["services = local", "[services local]", "sts =", "  endpoint_url = http://sts.test"],
    endpoint: ["sts.test", "PATH:6 endpoint_url"],
  },
];

for (const { what, lines = [], env = {}, args = [], endpoint, signingRegion } of plans) {
  Deno.test(`refresh --dry-run shows host, origin and signing region where ${what}`, async () => {
    const config = `[default]\nregion = eu-west-1\n${lines.join("\n")}\n`;
    await using home = await open(config, { env, nobody: true });
    assertEquals(await home.run("--dry-run", "--json", ...args), 0, home.stderr);
    const values: Record<string, Value> = home.json[0].values;
    const { value, origin } = values["endpoint"]!;
    assertEquals(
      [new URL(value).host, origin.replace(home.test.path(".aws/config"), "PATH")],
      endpoint,
    );
    assertEquals(values["signing region"]?.value, signingRegion);
  });
}

Deno.test("without a region the global STS is shown, as SDKs ask it", async () => {
  await using home = await open("", { nobody: true });
  assertEquals(await home.run("--dry-run"), 0, home.stderr);
  assertStringIncludes(home.stdout, "https://sts.amazonaws.com");
  assertStringIncludes(home.stdout, "no region is set");
});

Deno.test("a setting that cannot be followed is refused before anything is asked or sent", async () => {
  const refusals: [line: string, message: string][] = [
    ["services = x", "PATH:3 services: there is no [services x], which [default] names"],
    ["endpoint_url = sts.test", "PATH:3 endpoint_url: sts.test in [default] is not an http"],
    ["sts_regional_endpoints = global", "PATH:3 sts_regional_endpoints: sts_regional_endpoints is"],
    ["services = x\n[services x]\nsts =\n  endpoint_url = x:1", "PATH:6 endpoint_url: x:1 in"],
  ];
  for (const [line, message] of refusals) {
    await using home = await open(`[default]\nregion = eu-west-1\n${line}\n`);
    for (const args of [["--force"], ["--dry-run"], ["--all"]]) {
      assertEquals(await home.unchanged(() => home.run(...args)), 3, home.stderr);
      assertStringIncludes(home.stderr.replace(home.test.path(".aws/config"), "PATH"), message);
    }
    assertEquals([home.sts.count(), home.test.questions], [0, []]);
  }
});

Deno.test("the session is from the profile's own endpoint, never from its source's or default's", async () => {
  await using home = await open("", { credentials: longTerm("me") });
  const wrong = "http://127.0.0.1:9";
  await home.test.write(
    ".aws/config",
    `[default]
endpoint_url = ${wrong}
use_fips_endpoint = true
[profile me]
endpoint_url = ${wrong}
[profile prod]
region = eu-west-1
services = local
stsmfa =
  source_profile = me
  role_arn = ${roleArn}
[services local]
sts =
  endpoint_url = ${home.sts.url}
iam =
  endpoint_url = ${home.sts.url}
`,
  );
  home.types();
  assertEquals(await home.run("prod"), 0, home.stderr);
  assertEquals(home.sts.requests.map(({ action, region }) => [action, region]), [
    ["ListMFADevices", "eu-west-1"],
    ["GetSessionToken", "eu-west-1"],
    ["AssumeRole", "eu-west-1"],
  ]);

  await home.test.write(
    ".aws/config",
    `[profile me]\nendpoint_url = ${home.sts.url}\nuse_fips_endpoint = true\n` +
      "[profile prod]\nregion = eu-west-1\nstsmfa =\n  source_profile = me\n",
  );
  assertEquals(await home.run("prod", "--dry-run"), 0, home.stderr);
  assertStringIncludes(home.stdout, "https://sts.eu-west-1.amazonaws.com");
});

Deno.test("a pseudo region signs for the real one, at a custom endpoint too", async () => {
  await using home = await open("");
  await home.test.write(
    ".aws/config",
    `[default]\nregion = us-east-1-fips\nendpoint_url = ${home.sts.url}\n`,
  );
  home.types();
  assertEquals(await home.run(), 0, home.stderr);
  assertEquals(
    home.sts.requests.map(({ action, region }) => [action, region]),
    [["ListMFADevices", "us-east-1"], ["GetSessionToken", "us-east-1"]],
  );
});
