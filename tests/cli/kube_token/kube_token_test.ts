/**
 * `stsmfa kube-token`: tokens that clusters take, and what kubectl says about the call.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Home, type HomeOptions, longTerm, openHome, session } from "../../support/homes.ts";
import { reviewToken } from "../../support/loopback_kube.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";
import { ctrlC } from "../../support/test_context.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const group = "client.authentication.k8s.io";
const stored = `${longTerm("prod-long-term")}mfa_serial = ${ALICE_DEVICE}\n`;

function open(options: HomeOptions = {}): Promise<Home> {
  return openHome({
    credentials: stored,
    config: "[profile prod]\nregion = eu-west-1\n",
    ...options,
    sts: { roles: [{ roleArn }], ...options.sts },
  });
}

/** What kubectl puts into KUBERNETES_EXEC_INFO. */
function execInfo(version: string, interactive = true): string {
  const apiVersion = version === "" ? undefined : `${group}/${version}`;
  return JSON.stringify({ kind: "ExecCredential", apiVersion, spec: { interactive } });
}

/** The URL in a token. */
function urlOf(token: string): URL {
  const encoded = token.replace("k8s-aws-v1.", "").replaceAll("-", "+").replaceAll("_", "/");
  return new URL(atob(encoded));
}

function review(home: Home, cluster: string, token: string): Promise<string> {
  const now = () => home.test.clock.now();
  const stsHost = new URL(home.sts.url).host;
  return reviewToken(token, { cluster, stsHost, now, isPlain: true });
}

Deno.test("kube-token gives what a cluster takes, as the profile's role, for 14 minutes", async () => {
  await using home = await open({
    config: `[profile prod]\nregion = eu-west-1\nstsmfa =\n  role_arn = ${roleArn}\n`,
  });
  home.types();
  assertEquals(await home.run("kube-token", "--cluster", "shop", "prod"), 0, home.stderr);
  const { status, ...rest } = home.json;
  assertEquals(rest, { kind: "ExecCredential", apiVersion: `${group}/v1beta1`, spec: {} });
  assertEquals(status.expirationTimestamp, "2026-03-04T05:20:07Z");
  assertEquals(
    await review(home, "shop", status.token),
    "arn:aws:sts::222222222222:assumed-role/Administrator/alice",
  );
  await assertRejects(() => review(home, "other", status.token), Error, "SignatureDoesNotMatch");
  assertEquals(home.sts.requests.at(-1)!.params["X-Amz-Expires"], "60");
  home.test.clock.advance(901);
  await assertRejects(() => review(home, "shop", status.token), Error, "is from 2026");
});

Deno.test("kube-token answers in the version that kubectl asks for", async () => {
  await using home = await open({ credentials: session("prod", "2026-03-04T06:00:00Z") });
  for (const version of ["v1", "v1beta1"]) {
    home.test.env["KUBERNETES_EXEC_INFO"] = execInfo(version);
    assertEquals(await home.run("kube-token", "--cluster", "shop", "prod"), 0, home.stderr);
    assertEquals(home.json.apiVersion, `${group}/${version}`);
  }
  for (
    const [info, message] of [
      [execInfo("v1alpha1"), `apiVersion ${group}/v1alpha1 is neither`],
      [execInfo(""), "apiVersion undefined is neither"],
      ["null", "apiVersion undefined is neither"],
      ["{", "it is not JSON"],
    ] as const
  ) {
    home.test.env["KUBERNETES_EXEC_INFO"] = info;
    assertEquals(await home.run("kube-token", "--cluster", "shop", "prod"), 3);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, `variable KUBERNETES_EXEC_INFO: ${message}`);
  }
});

Deno.test("a token ends before its session, when that is sooner", async () => {
  for (
    const [ends, token, ...flags] of [
      ["2026-03-04T05:12:00Z", "2026-03-04T05:11:00Z"],
      ["2026-03-04T05:06:27Z", "2026-03-04T05:06:17Z", "--min-left=1"],
    ] as const
  ) {
    await using home = await open({ credentials: session("prod", ends) });
    const args = ["--cluster=shop", "--profile", "prod", ...flags];
    assertEquals(await home.run("kube-token", ...args), 0, home.stderr);
    assertEquals(home.json.status.expirationTimestamp, token);
  }
});

Deno.test("a profile that is named is that profile, whatever the caller's variables say", async () => {
  const other = "arn:aws:iam::222222222222:role/Other";
  const identity = {
    AWS_PROFILE: "other",
    STSMFA_PROFILE: "other",
    STSMFA_ROLE_ARN: other,
    MFA_ASSUME_ROLE: other,
    STSMFA_SOURCE_PROFILE: "other",
    STSMFA_TARGET_PROFILE: "other",
    STSMFA_LONG_TERM_SUFFIX: "other",
    STSMFA_EXTERNAL_ID: "other",
    STSMFA_ROLE_SESSION_NAME: "other",
    STSMFA_MFA_SERIAL: "arn:aws:iam::123456789012:mfa/other",
    STSMFA_REGION: "us-east-2",
    AWS_REGION: "us-east-2",
    AWS_DEFAULT_REGION: "us-east-2",
    AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2",
    AWS_SECRET_ACCESS_KEY: "other",
  };
  const config = `[profile prod]\nregion = eu-west-1\nstsmfa =\n  role_arn = ${roleArn}\n`;
  for (const words of [["prod"], ["--profile", "prod"], ["--profile=prod", "--force"]]) {
    await using home = await open({ config, env: identity });
    home.types();
    assertEquals(await home.run("kube-token", "--cluster", "shop", ...words), 0, home.stderr);
    const { token } = home.json.status;
    assertEquals(
      await review(home, "shop", token),
      "arn:aws:sts::222222222222:assumed-role/Administrator/alice",
    );
    const [, , region] = urlOf(token).searchParams.get("X-Amz-Credential")!.split("/");
    assertEquals(region, "eu-west-1");
    assertEquals(Object.keys(await home.section("other")), []);
  }
});

Deno.test("process is the profile that is named, too; where none is, variables say who one is", async () => {
  const config = "[profile prod]\nregion = eu-west-1\nstsmfa =\n";
  const env = { STSMFA_ROLE_ARN: roleArn, AWS_PROFILE: "prod" };
  for (const [words, role] of [[["prod"], undefined], [[], roleArn]] as const) {
    await using home = await open({ config, env });
    home.types();
    assertEquals(await home.run("process", ...words), 0, home.stderr);
    assertEquals((await home.section("prod"))["assumed_role_arn"], role);
  }
});

Deno.test("a token is for the STS of the region: the flag's, the profile's, the environment's", async () => {
  const hosts: [string, string[], Record<string, string>][] = [
    ["sts.eu-west-1.amazonaws.com", ["prod"], { AWS_REGION: "us-east-2" }],
    ["sts.cn-north-1.amazonaws.com.cn", ["prod", "--region", "cn-north-1"], {}],
    ["sts.us-gov-west-1.amazonaws.com", ["plain"], { AWS_REGION: "us-gov-west-1" }],
    ["sts.us-east-1.amazonaws.com", ["plain"], {}],
  ];
  for (const [host, args, env] of hosts) {
    const end = "2026-03-04T06:00:00Z";
    await using home = await open({
      credentials: session("prod", end) + session("plain", end),
      env,
    });
    delete home.test.env["AWS_ENDPOINT_URL_STS"];
    assertEquals(await home.run("kube-token", "--cluster", "shop", ...args), 0, home.stderr);
    const url = urlOf(home.json.status.token);
    assertEquals([url.protocol, url.host, url.pathname], ["https:", host, "/"]);
    const [, , region, service] = url.searchParams.get("X-Amz-Credential")!.split("/");
    assertEquals([region, service], [host.split(".")[1], "sts"]);
  }
});

Deno.test("a token is for the STS that the AWS CLI presigns for: FIPS, legacy, services, pseudo regions", async () => {
  const hosts: [host: string, lines: string[], env: Record<string, string>, args?: string[]][] = [
    ["https://sts-fips.eu-west-1.amazonaws.com/ eu-west-1", ["use_fips_endpoint = true"], {}],
    ["https://sts.eu-west-1.api.aws/ eu-west-1", [], { AWS_USE_DUALSTACK_ENDPOINT: "true" }],
    ["https://sts.amazonaws.com/ us-east-1", ["sts_regional_endpoints = legacy"], {}],
    ["https://sts-fips.us-east-1.amazonaws.com/ us-east-1", [], {}, ["--region", "us-east-1-fips"]],
    ["http://sts.test:4566/aws/ eu-west-1", [], {
      AWS_ENDPOINT_URL_STS: "http://sts.test:4566/aws/",
    }],
    [
      "http://sts.test/ eu-west-1",
      ["services = x", "[services x]", "sts =", "  endpoint_url = http://sts.test"],
      { AWS_ENDPOINT_URL_EKS: "http://eks.test" },
    ],
  ];
  for (const [expected, lines, env, args = []] of hosts) {
    await using home = await open({
      credentials: session("prod", "2026-03-04T06:00:00Z"),
      config: `[profile prod]\nregion = eu-west-1\n${lines.join("\n")}\n`,
      env,
    });
    if (!("AWS_ENDPOINT_URL_STS" in env)) delete home.test.env["AWS_ENDPOINT_URL_STS"];
    assertEquals(
      await home.run("kube-token", "--cluster", "shop", "prod", ...args),
      0,
      home.stderr,
    );
    const url = urlOf(home.json.status.token);
    const [, , region] = url.searchParams.get("X-Amz-Credential")!.split("/");
    assertEquals(`${url.origin}${url.pathname} ${region}`, expected);
  }
});

Deno.test("nobody is asked when kubectl says so, or nobody is there", async () => {
  for (
    const [interactive, nobody, exitStatus] of [
      [false, false, 2],
      [true, true, 2],
      [true, false, 130],
    ] as const
  ) {
    await using home = await open({ nobody, ...(!nobody && { answers: [ctrlC] }) });
    home.test.env["KUBERNETES_EXEC_INFO"] = execInfo("v1", interactive);
    assertEquals(await home.run("kube-token", "--cluster", "shop", "prod"), exitStatus);
    assertEquals(home.test.questions.length, exitStatus === 130 ? 1 : 0);
    assertEquals(home.stdout, "");
    assert(home.stderr.startsWith("stsmfa: error: "), home.stderr);
  }
});

Deno.test("a token that no cluster would take is not given: the session's own is too long", async () => {
  const long = session("prod", "2026-03-04T06:00:00Z")
    .replace("old/token", `old/token${"x".repeat(3000)}`);
  await using home = await open({ credentials: long });
  assertEquals(await home.run("kube-token", "--cluster", "shop", "prod"), 4);
  assertEquals(home.stdout, "");
  assertStringIncludes(home.stderr, "and clusters take no more than 4096");
  assertEquals(home.stderr.includes("xxx"), false);
});

Deno.test("without a cluster, or with what is none, it is an error before anything else", async () => {
  await using home = await open();
  for (
    const [args, message] of [
      [["prod"], "no cluster is given"],
      [["prod", "--cluster", ""], "no cluster is given"],
      [["prod", "--cluster", "a/b"], "--cluster: a/b is not a valid cluster name"],
      [["prod", "--cluster", "a\nb"], "is not a valid cluster name"],
    ] as const
  ) {
    assertEquals(await home.unchanged(() => home.run("kube-token", ...args)), 2);
    assertStringIncludes(home.stderr, message);
    assertEquals([home.stdout, home.sts.count(), home.test.questions], ["", 0, []]);
  }
});
