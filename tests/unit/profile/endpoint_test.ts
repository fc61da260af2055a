import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import type { Service } from "../../../lib/profile/aws_host.ts";
import { resolveEndpoint, resolveEndpoints } from "../../../lib/profile/endpoint.ts";
import type { Resolved } from "../../../lib/profile/origin.ts";
import { configPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

interface World {
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly region?: string | undefined;
  readonly service?: Service;
}

const given = (value: string): Resolved<string> => ({
  value,
  origin: { kind: "flag", flag: "--region" },
});
const none: Resolved<string> = {
  value: "us-east-1",
  origin: { kind: "default", reason: "default" },
};

function endpoint({ config = "", env = {}, service = "sts", ...rest }: World) {
  const region = "region" in rest ? rest.region : "eu-west-1";
  const asked = region === undefined ? none : given(region);
  return resolveEndpoint(fakeFiles({ config }), fakeEnv(env), "p", service, asked);
}

/** Returns the host and the region that signs, as `host@region`. */
function asked(world: World): string {
  const { value, signingRegion } = endpoint(world);
  return `${new URL(value).host}@${signingRegion}`;
}

function refused(world: World): string {
  const error = assertThrows(() => endpoint(world), StsmfaError);
  assertEquals(error.code, "InvalidSetting");
  return error.message;
}

const profile = (...lines: readonly string[]) => `[profile p]\n${lines.join("\n")}\n`;
const file = (line: number, key = "endpoint_url") =>
  ({ kind: "file", path: configPath, line, key }) as const;
const variable = (name: string) => ({ kind: "variable", variable: name }) as const;
const plain = "sts.eu-west-1.amazonaws.com@eu-west-1";

Deno.test("resolveEndpoints() asks the region's STS and the partition's IAM", () => {
  const origin = { kind: "default", reason: "regional endpoint" } as const;
  assertEquals(resolveEndpoints(fakeFiles({}), fakeEnv(), "p", given("cn-northwest-1")), {
    sts: {
      value: "https://sts.cn-northwest-1.amazonaws.com.cn",
      origin,
      signingRegion: "cn-northwest-1",
    },
    iam: {
      value: "https://iam.cn-north-1.amazonaws.com.cn",
      origin,
      signingRegion: "cn-north-1",
    },
  });
});

const inFile = `[profile p]
services = local
endpoint_url = https://file.test
[services local]
s3 =
  endpoint_url = https://s3.test
sts =
  endpoint_url = https://services.test
ecr_public =
  endpoint_url = https://public.test
`;

Deno.test("resolveEndpoint() takes variables of the service, of all, services, endpoint_url", () => {
  const env: Record<string, string> = {
    AWS_ENDPOINT_URL_STS: "https://sts.test",
    AWS_ENDPOINT_URL: "http://all.test:4566",
  };
  const found = (service: Service) => endpoint({ config: inFile, env, service });
  const signingRegion = "eu-west-1";
  assertEquals(found("sts"), {
    value: "https://sts.test",
    origin: variable("AWS_ENDPOINT_URL_STS"),
    signingRegion,
  });
  assertEquals(found("iam"), {
    value: "http://all.test:4566",
    origin: variable("AWS_ENDPOINT_URL"),
    signingRegion,
  });
  delete env["AWS_ENDPOINT_URL_STS"];
  assertEquals(found("sts").origin, variable("AWS_ENDPOINT_URL"));
  delete env["AWS_ENDPOINT_URL"];
  assertEquals(found("sts"), { value: "https://services.test", origin: file(8), signingRegion });
  assertEquals(found("iam"), { value: "https://file.test", origin: file(3), signingRegion });
  assertEquals(found("ecr").origin, file(3));
  assertEquals(found("ecr-public").origin, file(10));
  env["AWS_ENDPOINT_URL_ECR_PUBLIC"] = "https://public-variable.test";
  assertEquals(found("ecr-public").origin, variable("AWS_ENDPOINT_URL_ECR_PUBLIC"));
});

Deno.test("resolveEndpoint() takes an empty URL for none", () => {
  const env = { AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL: "" };
  assertEquals(endpoint({ config: inFile, env }).origin, file(8));
  const config = inFile.replace("https://services.test", "");
  assertEquals(endpoint({ config, env }).origin, file(3));
});

Deno.test("resolveEndpoint() signs for the profile's region where the endpoint is a custom one", () => {
  const env = { AWS_ENDPOINT_URL: "http://all.test:4566" };
  for (const service of ["sts", "iam", "ecr", "ecr-public", "eks"] as const) {
    assertEquals(asked({ env, service }), "all.test:4566@eu-west-1");
    assertEquals(asked({ env, service, region: "fips-us-east-1" }), "all.test:4566@us-east-1");
    assertEquals(asked({ env, service, region: "aws-global" }), "all.test:4566@aws-global");
  }
  assertEquals(asked({ env, region: undefined }), "all.test:4566@us-east-1");
});

Deno.test("resolveEndpoint() names the comment behind a URL, which is a part of it", () => {
  const config = inFile.replace("services.test", "services.test # local");
  const error = assertThrows(() => endpoint({ config }), StsmfaError);
  assertEquals([error.exitStatus, error.hint], [
    3,
    "# local is part of the value for the AWS CLI: put the comment on a line of its own",
  ]);
});

Deno.test("a custom endpoint beats FIPS, dual-stack and legacy", () => {
  const env = {
    AWS_ENDPOINT_URL: "http://all.test",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_STS_REGIONAL_ENDPOINTS: "legacy",
  };
  assertEquals(asked({ env }), "all.test@eu-west-1");
});

const ignoring: [env: Record<string, string>, key: string, ignored: boolean][] = [
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, "", true],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE" }, "", true],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "1" }, "", false],
  [{}, "ignore_configured_endpoint_urls = True", true],
  [{}, "ignore_configured_endpoint_urls = yes", false],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" }, "ignore_configured_endpoint_urls=true", false],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "" }, "ignore_configured_endpoint_urls=true", false],
];
for (const [env, key, ignored] of ignoring) {
  const what = [...Object.entries(env).map((each) => each.join("=")), key].join(" ");
  Deno.test(`resolveEndpoint() ${ignored ? "ignores" : "heeds"} configured URLs with ${what}`, () => {
    const config = inFile.replace("[profile p]", `[profile p]\n${key}`);
    const expected = ignored ? plain : "all.test@eu-west-1";
    assertEquals(
      asked({ config, env: { ...env, AWS_ENDPOINT_URL: "https://all.test" } }),
      expected,
    );
  });
}

const switches: [env: Record<string, string>, lines: string[], host: string, reason: string][] = [
  [
    { AWS_USE_FIPS_ENDPOINT: "true" },
    [],
    "sts-fips.R.amazonaws.com",
    "variable AWS_USE_FIPS_ENDPOINT",
  ],
  [
    { AWS_USE_FIPS_ENDPOINT: "TRUE" },
    [],
    "sts-fips.R.amazonaws.com",
    "variable AWS_USE_FIPS_ENDPOINT",
  ],
  [{ AWS_USE_FIPS_ENDPOINT: "1" }, [], "sts.R.amazonaws.com", "regional endpoint"],
  [{ AWS_USE_FIPS_ENDPOINT: " true" }, [], "sts.R.amazonaws.com", "regional endpoint"],
  [
    {},
    ["use_fips_endpoint = True"],
    "sts-fips.R.amazonaws.com",
    `${configPath}:2 use_fips_endpoint`,
  ],
  [{}, ["use_fips_endpoint = yes"], "sts.R.amazonaws.com", "regional endpoint"],
  [
    { AWS_USE_FIPS_ENDPOINT: "" },
    ["use_fips_endpoint=true"],
    "sts.R.amazonaws.com",
    "regional endpoint",
  ],
  [
    { AWS_USE_FIPS_ENDPOINT: "false" },
    ["use_fips_endpoint=true"],
    "sts.R.amazonaws.com",
    "regional endpoint",
  ],
  [
    { AWS_USE_DUALSTACK_ENDPOINT: "true" },
    [],
    "sts.R.api.aws",
    "variable AWS_USE_DUALSTACK_ENDPOINT",
  ],
  [
    {},
    ["use_dualstack_endpoint = true"],
    "sts.R.api.aws",
    `${configPath}:2 use_dualstack_endpoint`,
  ],
  [
    { AWS_USE_DUALSTACK_ENDPOINT: "" },
    ["use_dualstack_endpoint=true"],
    "sts.R.amazonaws.com",
    "regional endpoint",
  ],
  [{}, ["s3 =", "  use_dualstack_endpoint = true"], "sts.R.amazonaws.com", "regional endpoint"],
  [
    { AWS_USE_FIPS_ENDPOINT: "true" },
    ["use_dualstack_endpoint = true"],
    "sts-fips.R.api.aws",
    `variable AWS_USE_FIPS_ENDPOINT and ${configPath}:2 use_dualstack_endpoint`,
  ],
];
for (const [env, lines, host, reason] of switches) {
  const what = [...Object.entries(env).map((each) => each.join("=")), ...lines].join(" ");
  Deno.test(`resolveEndpoint() asks ${host} with ${what}`, () => {
    const found = endpoint({ env, config: profile(...lines) });
    assertEquals(found, {
      value: `https://${host.replace("R", "eu-west-1")}`,
      origin: { kind: "default", reason },
      signingRegion: "eu-west-1",
    });
  });
}

const legacy: [region: string, service: Service, host: string][] = [
  ["us-east-1", "sts", "sts.amazonaws.com@us-east-1"],
  ["eu-west-1", "sts", "sts.amazonaws.com@us-east-1"],
  ["ap-northeast-1", "sts", "sts.amazonaws.com@us-east-1"],
  ["ap-northeast-3", "sts", "sts.ap-northeast-3.amazonaws.com@ap-northeast-3"],
  ["me-south-1", "sts", "sts.me-south-1.amazonaws.com@me-south-1"],
  ["us-gov-west-1", "sts", "sts.us-gov-west-1.amazonaws.com@us-gov-west-1"],
  ["cn-north-1", "sts", "sts.cn-north-1.amazonaws.com.cn@cn-north-1"],
  ["fips-us-east-1", "sts", "sts-fips.us-east-1.amazonaws.com@us-east-1"],
  ["eu-west-1", "eks", "eks.eu-west-1.amazonaws.com@eu-west-1"],
];
for (const [region, service, host] of legacy) {
  Deno.test(`sts_regional_endpoints = legacy asks ${host} for ${service} in ${region}`, () => {
    const config = profile("sts_regional_endpoints = legacy");
    assertEquals(asked({ region, service, config }), host);
    assertEquals(
      asked({ region, service, env: { AWS_STS_REGIONAL_ENDPOINTS: "legacy" } }),
      host,
    );
  });
}

Deno.test("sts_regional_endpoints: the variable wins, and FIPS and dual-stack beat legacy", () => {
  const config = profile("sts_regional_endpoints = legacy");
  for (const value of ["regional", ""]) {
    assertEquals(asked({ config, env: { AWS_STS_REGIONAL_ENDPOINTS: value } }), plain);
  }
  assertEquals(
    asked({ config, env: { AWS_USE_FIPS_ENDPOINT: "true" } }),
    "sts-fips.eu-west-1.amazonaws.com@eu-west-1",
  );
  assertEquals(
    asked({ config, env: { AWS_USE_DUALSTACK_ENDPOINT: "true" } }),
    "sts.eu-west-1.api.aws@eu-west-1",
  );
  assertEquals(endpoint({ config }).origin, {
    kind: "default",
    reason: `${configPath}:2 sts_regional_endpoints`,
  });
});

const pseudo: [region: string | undefined, sts: string, iam: string][] = [
  [
    "fips-us-east-1",
    "sts-fips.us-east-1.amazonaws.com@us-east-1",
    "iam-fips.amazonaws.com@us-east-1",
  ],
  [
    "us-west-2-fips",
    "sts-fips.us-west-2.amazonaws.com@us-west-2",
    "iam-fips.amazonaws.com@us-east-1",
  ],
  [
    "us-gov-west-1-fips",
    "sts.us-gov-west-1.amazonaws.com@us-gov-west-1",
    "iam.us-gov.amazonaws.com@us-gov-west-1",
  ],
  ["aws-global", "sts.amazonaws.com@us-east-1", "iam.amazonaws.com@us-east-1"],
  [undefined, "sts.amazonaws.com@us-east-1", "iam.amazonaws.com@us-east-1"],
];
for (const [region, sts, iam] of pseudo) {
  Deno.test(`resolveEndpoint() asks ${sts} and ${iam} in ${region ?? "no region"}`, () => {
    assertEquals([asked({ region }), asked({ region, service: "iam" })], [sts, iam]);
    // A pseudo region means what it says.
    const env = { AWS_USE_FIPS_ENDPOINT: region?.includes("fips") ? "false" : "" };
    assertEquals(asked({ region, env }), sts);
  });
}

Deno.test("the home of another partition is asked at its own STS where no region is set", () => {
  const origin = { kind: "default", reason: "home of aws-cn" } as const;
  const region = { value: "cn-north-1", origin };
  const { value } = resolveEndpoint(fakeFiles({}), fakeEnv(), "p", "sts", region);
  assertEquals(value, "https://sts.cn-north-1.amazonaws.com.cn");
});

Deno.test("FIPS can be asked for, whatever the settings say", () => {
  const files = fakeFiles({ config: profile("use_fips_endpoint = false") });
  const found = resolveEndpoint(files, fakeEnv(), "p", "ecr", given("us-east-1"), { isFips: true });
  assertEquals(found.value, "https://api.ecr-fips.us-east-1.amazonaws.com");
});

Deno.test("resolveEndpoint() finds a services section by any spelling of its header, the last one", () => {
  for (const header of ["services x y", "services  x", "services\tx", "servicesx"]) {
    const config = `${
      profile('services = "x y"')
    }[${header}]\nsts =\n  endpoint_url = http://a.test\n`;
    assertStringIncludes(refused({ config }), "there is no [services");
  }
  const section = (header: string, url: string) => `[${header}]\nsts =\n  endpoint_url = ${url}\n`;
  const config = profile("services = x") + section("services x", "http://first.test") +
    section("services-old  'x'", "http://last.test");
  assertEquals(asked({ config }), "last.test@eu-west-1");
});

Deno.test("a setting that cannot be followed is refused, and its place is named", () => {
  const services = profile("services = x");
  assertEquals(
    refused({ config: services }),
    `${configPath}:2 services: there is no [services x], which [profile p] names`,
  );
  assertEquals(
    refused({ config: `${services}[services x]\n# nothing\n` }),
    `${configPath}:2 services: there is nothing in [services x], which [profile p] names`,
  );
  assertEquals(
    refused({ config: `${services}[services x]\nsts = http://a.test\n` }),
    `${configPath}:4 sts: in [services x], the settings of a service stand below its name`,
  );
  assertEquals(
    refused({ config: profile("sts_regional_endpoints = Legacy"), service: "iam" }),
    `${configPath}:2 sts_regional_endpoints: sts_regional_endpoints is regional or legacy, not Legacy`,
  );
  for (const region of ["eu-isoe-west-1", "us-isof-south-1"]) {
    for (const more of [{}, { AWS_ENDPOINT_URL: "http://a.test" }]) {
      const env = { AWS_USE_DUALSTACK_ENDPOINT: "true", ...more };
      assertStringIncludes(
        refused({ region, env, service: "ecr" }),
        "variable AWS_USE_DUALSTACK_ENDPOINT: there are no dual-stack endpoints in aws-iso-",
      );
    }
  }
  for (const region of ["aws-global", undefined]) {
    assertEquals(
      refused({ region, env: { AWS_USE_FIPS_ENDPOINT: "true" } }),
      "variable AWS_USE_FIPS_ENDPOINT: without a region, STS has neither FIPS nor dual-stack endpoints",
    );
  }
});

Deno.test("what a variable or another setting makes unnecessary is not looked at", () => {
  const config = profile("services = x", "endpoint_url = ftp://x");
  for (
    const env of [{ AWS_ENDPOINT_URL_STS: "http://a.test" }, { AWS_ENDPOINT_URL: "http://a.test" }]
  ) {
    assertEquals(asked({ config, env }), "a.test@eu-west-1");
  }
  assertEquals(asked({ config, env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" } }), plain);
});

for (const url of ["localhost:4566", "ftp://x.test", "sts.test", "https://", "file:///x"]) {
  Deno.test(`resolveEndpoint() refuses ${url} and names its place`, () => {
    assertEquals(
      refused({ env: { AWS_ENDPOINT_URL_STS: url } }),
      `variable AWS_ENDPOINT_URL_STS: ${url} is not an http or https URL`,
    );
    assertEquals(
      refused({ config: profile(`endpoint_url = ${url}`) }),
      `${configPath}:2 endpoint_url: ${url} in [profile p] is not an http or https URL`,
    );
    assertEquals(
      refused({
        config: `${profile("services = x")}[services x]\nsts =\n  endpoint_url = ${url}\n`,
      }),
      `${configPath}:5 endpoint_url: ${url} in [services x] is not an http or https URL`,
    );
  });
}

Deno.test("resolveEndpoint() refuses a URL with a comment or a space in it", () => {
  assertEquals(
    refused({ env: { AWS_ENDPOINT_URL: "http://a.test # local" } }),
    "variable AWS_ENDPOINT_URL: the URL cannot be used: the comment # local is a part of it for AWS's tools",
  );
  assertEquals(
    refused({ env: { AWS_ENDPOINT_URL: "http://a.test/x y" } }),
    "variable AWS_ENDPOINT_URL: the URL cannot be used: a URL has no space in it",
  );
});

Deno.test("resolveEndpoint() refuses a password in a URL and does not repeat it", () => {
  for (const url of ["https://u:hunter2@x.test", "u:hunter2@x.test", "https://u:hunter2@x y"]) {
    assertEquals(refused({ env: { AWS_ENDPOINT_URL_STS: url } }).includes("hunter2"), false);
  }
});

Deno.test("no setting of the source shapes an endpoint, and none of default", () => {
  const lines = [
    "endpoint_url = https://other.test",
    "services = missing",
    "use_fips_endpoint = true",
    "use_dualstack_endpoint = true",
    "sts_regional_endpoints = nonsense",
  ].join("\n");
  const config = `[profile p]\nregion = x\n[profile source]\n${lines}\n[default]\n${lines}\n`;
  const { sts, iam } = resolveEndpoints(
    fakeFiles({ config }),
    fakeEnv(),
    "p",
    given("eu-west-1"),
    "source",
  );
  assertEquals(sts.value, "https://sts.eu-west-1.amazonaws.com");
  assertEquals(iam.value, "https://iam.amazonaws.com");
});

Deno.test("resolveEndpoints() takes a CA bundle from the variable, the profile, its source", () => {
  const source = "[profile source]\nca_bundle = /source.pem\n";
  const bundle = (config: string, env: Record<string, string> = {}) =>
    resolveEndpoints(fakeFiles({ config }), fakeEnv(env), "p", none, "source").caBundle;
  assertEquals(bundle(source), { value: "/source.pem", origin: file(2, "ca_bundle") });
  const both = profile("ca_bundle = /own.pem") + source;
  assertEquals(bundle(both), { value: "/own.pem", origin: file(2, "ca_bundle") });
  assertEquals(bundle(both, { AWS_CA_BUNDLE: "/env.pem" }), {
    value: "/env.pem",
    origin: variable("AWS_CA_BUNDLE"),
  });
});
