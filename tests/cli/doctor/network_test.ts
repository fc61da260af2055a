import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Context } from "../../../lib/context.ts";
import { type HomeOptions, MORNING, openHome } from "../../support/homes.ts";

/** Runs the doctor; gives exit status and findings. */
async function doctor(options: HomeOptions, ...args: string[]) {
  await using home = await openHome({ nobody: true, ...options });
  const status = await home.unchanged(() => home.run("doctor", "--json", ...args));
  assertEquals(home.test.output.includes("hunter2"), false);
  const findings: { level: string; code: string; what: string; where: string }[] = home.json;
  return { status, findings, sent: home.sts.requests };
}

/** A network in which everything answers the same. */
function answering(status: number, headers: Record<string, string>): Context["fetch"] {
  return () => Promise.resolve(new Response("", { status, headers }));
}

const id = { "x-amzn-requestid": "1" };

for (
  const [minutes, level, words] of [
    [0.5, undefined, ""],
    [2, "warning", "this machine's clock is 2m behind AWS's"],
    [-2, "warning", "this machine's clock is 2m ahead of AWS's"],
    [
      6,
      "problem",
      "this machine's clock is 6m behind AWS's, and some services of AWS refuse what it signs",
    ],
    [16, "problem", "this machine's clock is 16m behind AWS's, and AWS refuses what it signs"],
    [-780, "problem", "this machine's clock is 13h ahead of AWS's, and AWS refuses what it signs"],
  ] as const
) {
  Deno.test(`doctor compares the clock with that of AWS: ${minutes} minutes`, async () => {
    const date = new Date(MORNING.getTime() + minutes * 60_000).toUTCString();
    const { status, findings } = await doctor({ network: answering(403, { ...id, date }) });
    assertEquals(
      findings.map((each) => [each.level, each.code, each.what]),
      level === undefined ? [] : [[level, "ClockSkew", words]],
    );
    assertEquals(status, level === "problem" ? 3 : 0);
  });
}

Deno.test("doctor asks STS without a signature, once for each endpoint, and with --offline not at all", async () => {
  const config = "[profile a]\nstsmfa =\n  source_profile = default\n";
  const { status, findings, sent } = await doctor({ config });
  assertEquals([status, findings, sent.length, sent[0]?.accessKeyId], [0, [], 1, undefined]);
  assertEquals((await doctor({ config }, "--offline")).sent.length, 0);
});

const refused = () => Promise.reject(new TypeError("connection refused"));

for (
  const [name, options, code, words] of [
    [
      "a network that is not there",
      { network: refused },
      "NetworkUnreachable",
      "connection refused",
    ],
    [
      "a proxy on a way that leads nowhere",
      { network: refused, env: { HTTPS_PROXY: "http://me:hunter2@proxy.test:3128" } },
      "NetworkUnreachable",
      "(through HTTPS_PROXY, proxy.test:3128)",
    ],
    [
      "somebody else who answers",
      { network: answering(302, { date: MORNING.toUTCString() }) },
      "NetworkUnreachable",
      "(HTTP 302) is not from AWS",
    ],
    [
      "an STS that is ill",
      { network: answering(503, id) },
      "ServiceUnavailable",
      "HTTP 503",
    ],
  ] as [string, HomeOptions, string, string][]
) {
  Deno.test(`doctor finds ${name}: exit 5`, async () => {
    const { status, findings } = await doctor(options);
    assertEquals([status, findings.map((each) => each.code)], [5, [code]]);
    assertStringIncludes(findings[0]!.what, words);
  });
}

Deno.test("doctor gives up on an STS that does not answer: exit 5", async () => {
  const network: Context["fetch"] = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      home.test.clock.deadlines[0]!.pass();
    });
  await using home = await openHome({ nobody: true, network });
  assertEquals(await home.run("doctor", "--json"), 5);
  assertEquals(home.json[0].code, "NetworkTimeout");
});

Deno.test("doctor can be interrupted while it waits", async () => {
  const network: Context["fetch"] = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      home.test.interrupt();
    });
  await using home = await openHome({ nobody: true, network });
  assertEquals(await home.run("doctor"), 130);
  assertEquals(home.stdout, "");
});

Deno.test("a problem in a file and one of the network: exit 3", async () => {
  const { status } = await doctor({ network: refused, credentials: "[ a ]\n" });
  assertEquals(status, 3);
});

Deno.test("doctor finds endpoint settings that cannot be followed, in profiles of others too", async () => {
  const config = `[profile a]
services = gone
sso_start_url = https://a.awsapps.com/start
[profile b]
services = gone
sso_start_url = https://b.awsapps.com/start
[profile c]
region = us-isof-south-1
use_dualstack_endpoint = true
stsmfa =
  source_profile = default
`;
  await using home = await openHome({ config, nobody: true });
  for (const name of Object.keys(home.sts.env())) delete home.test.env[name];
  assertEquals(await home.run("doctor", "--offline", "--json"), 3);
  const findings: { code: string; what: string; where: string }[] = home.json;
  const found = findings.filter(({ code }) => code === "InvalidSetting")
    .map(({ what, where }) => `${where.replace(/^.*:/, "")} ${what}`);
  assertEquals(found, [
    "9 use_dualstack_endpoint: there are no dual-stack endpoints in aws-iso-f",
    "2 services: there is no [services gone], which [profile a] names",
    "5 services: there is no [services gone], which [profile b] names",
  ]);
});

Deno.test("a FIPS endpoint that is not there is told from a network that is not there", async () => {
  const network = () => Promise.reject(new TypeError("dns error: no address"));
  const env = { AWS_USE_FIPS_ENDPOINT: "true", AWS_REGION: "eu-west-1" };
  await using home = await openHome({ network, env });
  delete home.test.env["AWS_ENDPOINT_URL_STS"];
  assertEquals(await home.run("doctor", "--json"), 5);
  const [{ what, fix }] = home.json;
  assertStringIncludes(what, "sts-fips.eu-west-1.amazonaws.com");
  assertStringIncludes(fix, "since few regions have FIPS endpoints");
});

Deno.test("where nothing is set up yet, that comes first, and the network behind it", async () => {
  const { findings } = await doctor({
    credentials: null,
    network: () => Promise.reject(new TypeError("no network")),
  });
  assertEquals(findings[0]?.code, "ProfileNotFound");
  assertEquals(findings.length > 1 && findings[1]!.level, "problem");
});
