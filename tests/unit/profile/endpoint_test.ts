import { assertEquals, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { resolveEndpoints } from "../../../lib/profile/endpoint.ts";
import { partitionOfRegion } from "../../../lib/profile/partition.ts";
import { configPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

function endpoints(
  options: { config?: string; env?: Record<string, string>; region?: string } = {},
) {
  const { config = "", env = {}, region = "eu-west-1" } = options;
  return resolveEndpoints(
    fakeFiles({ config }),
    fakeEnv(env),
    ["p", "source"],
    region,
    partitionOfRegion(region),
  );
}

const regional = { kind: "default", reason: "regional endpoint" } as const;
const regions: [region: string, sts: string, iam: string][] = [
  ["us-east-1", "sts.us-east-1.amazonaws.com", "iam.amazonaws.com"],
  ["ap-east-1", "sts.ap-east-1.amazonaws.com", "iam.amazonaws.com"],
  [
    "cn-northwest-1",
    "sts.cn-northwest-1.amazonaws.com.cn",
    "iam.cn-north-1.amazonaws.com.cn",
  ],
  ["us-gov-east-1", "sts.us-gov-east-1.amazonaws.com", "iam.us-gov.amazonaws.com"],
  ["eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu", "iam.eusc-de-east-1.amazonaws.eu"],
  ["us-iso-west-1", "sts.us-iso-west-1.c2s.ic.gov", "iam.us-iso-east-1.c2s.ic.gov"],
  [
    "us-isob-east-1",
    "sts.us-isob-east-1.sc2s.sgov.gov",
    "iam.us-isob-east-1.sc2s.sgov.gov",
  ],
  [
    "eu-isoe-west-1",
    "sts.eu-isoe-west-1.cloud.adc-e.uk",
    "iam.eu-isoe-west-1.cloud.adc-e.uk",
  ],
  [
    "us-isof-east-1",
    "sts.us-isof-east-1.csp.hci.ic.gov",
    "iam.us-isof-south-1.csp.hci.ic.gov",
  ],
];
for (const [region, sts, iam] of regions) {
  Deno.test(`resolveEndpoints() asks the STS of ${region} and never the global one`, () => {
    assertEquals(endpoints({ region }), {
      sts: { value: `https://${sts}`, origin: regional },
      iam: { value: `https://${iam}`, origin: regional },
    });
  });
}

const inFile = `[profile p]
services = local
endpoint_url = https://file.test
[services local]
s3 =
  endpoint_url = https://s3.test
sts =
  endpoint_url = https://services.test
`;
const file = (line: number) =>
  ({ kind: "file", path: configPath, line, key: "endpoint_url" }) as const;

Deno.test("resolveEndpoints() takes variables of the service, of all, services, endpoint_url", () => {
  const env: Record<string, string> = {
    AWS_ENDPOINT_URL_STS: "https://sts.test",
    AWS_ENDPOINT_URL: "http://all.test:4566",
  };
  const variable = (name: string) => ({ kind: "variable", variable: name }) as const;
  assertEquals(endpoints({ config: inFile, env }), {
    sts: { value: "https://sts.test", origin: variable("AWS_ENDPOINT_URL_STS") },
    iam: { value: "http://all.test:4566", origin: variable("AWS_ENDPOINT_URL") },
  });
  delete env.AWS_ENDPOINT_URL_STS;
  assertEquals(endpoints({ config: inFile, env }).sts, {
    value: "http://all.test:4566",
    origin: variable("AWS_ENDPOINT_URL"),
  });
  delete env.AWS_ENDPOINT_URL;
  assertEquals(endpoints({ config: inFile, env }), {
    sts: { value: "https://services.test", origin: file(8) },
    iam: { value: "https://file.test", origin: file(3) },
  });
  env.AWS_ENDPOINT_URL_IAM = "https://iam.test";
  assertEquals(endpoints({ config: inFile, env }).iam, {
    value: "https://iam.test",
    origin: variable("AWS_ENDPOINT_URL_IAM"),
  });
});

Deno.test("resolveEndpoints() takes the source's endpoint where the profile has none", () => {
  const config = "[profile p]\nregion = x\n[profile source]\nendpoint_url = https://source.test\n";
  assertEquals(endpoints({ config }).sts, { value: "https://source.test", origin: file(4) });
  assertEquals(
    endpoints({ config: config.replace("region = x", "endpoint_url = https://own.test") }).sts,
    { value: "https://own.test", origin: file(2) },
  );
});

Deno.test({
  name: "resolveEndpoints() prefers anything the profile says to what its source says",
  fn: () => {
    const config = "[profile p]\nendpoint_url = https://own.test\n[profile source]\n" +
      "services = s\n[services s]\nsts =\n  endpoint_url = https://source.test\n";
    assertEquals(endpoints({ config }).sts.value, "https://own.test");
  },
});

Deno.test("resolveEndpoints() names the comment behind a URL, which is a part of it", () => {
  const config = inFile.replace("services.test", "services.test # local");
  const error = assertThrows(() => endpoints({ config }), StsmfaError);
  assertEquals([error.exitStatus, error.hint], [
    3,
    "# local is part of the value for the AWS CLI: put the comment on a line of its own",
  ]);
});

const ignoring: [env: Record<string, string>, key: string, ignored: boolean][] = [
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, "", true],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE" }, "", true],
  [{}, "ignore_configured_endpoint_urls = true", true],
  [{}, "ignore_configured_endpoint_urls = false", false],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" }, "ignore_configured_endpoint_urls=true", false],
];
for (const [env, key, ignored] of ignoring) {
  const given = [...Object.entries(env).map((each) => each.join("=")), key].join(" ");
  Deno.test(`resolveEndpoints() ${ignored ? "ignores" : "heeds"} configured URLs with ${given}`, () => {
    const config = inFile.replace("[profile p]", `[profile p]\n${key}`);
    assertEquals(
      endpoints({ config, env: { ...env, AWS_ENDPOINT_URL: "https://all.test" } }).sts.value,
      ignored ? "https://sts.eu-west-1.amazonaws.com" : "https://all.test",
    );
  });
}

for (const url of ["localhost:4566", "ftp://x.test", "sts.test", "https://", "file:///x"]) {
  Deno.test(`resolveEndpoints() refuses ${url} and names its place`, () => {
    const byVariable = assertThrows(
      () => endpoints({ env: { AWS_ENDPOINT_URL_STS: url } }),
      StsmfaError,
    );
    assertEquals([byVariable.code, byVariable.message], [
      "InvalidSetting",
      `variable AWS_ENDPOINT_URL_STS: ${url} is not an http or https URL`,
    ]);
    const byFile = assertThrows(
      () => endpoints({ config: `[profile p]\nendpoint_url = ${url}\n` }),
      StsmfaError,
    );
    assertEquals(
      byFile.message,
      `${configPath}:2 endpoint_url: ${url} is not an http or https URL`,
    );
  });
}

Deno.test("resolveEndpoints() takes a CA bundle from the variable, then the file", () => {
  const config = "[profile source]\nca_bundle = /file.pem\n";
  assertEquals(endpoints({ config }).caBundle, {
    value: "/file.pem",
    origin: { kind: "file", path: configPath, line: 2, key: "ca_bundle" },
  });
  assertEquals(endpoints({ config, env: { AWS_CA_BUNDLE: "/env.pem" } }).caBundle, {
    value: "/env.pem",
    origin: { kind: "variable", variable: "AWS_CA_BUNDLE" },
  });
});

Deno.test("resolveEndpoints() refuses a password in a URL and does not repeat it", () => {
  const env = fakeEnv({ AWS_ENDPOINT_URL_STS: "https://u:hunter2@x.test" });
  const { partition, region } = { partition: partitionOfRegion("eu-west-1"), region: "eu-west-1" };
  const error = assertThrows(
    () => resolveEndpoints(fakeFiles({}), env, ["a"], region, partition),
    StsmfaError,
  );
  assertEquals(error.code, "InvalidSetting");
  assertEquals(error.message.includes("hunter2"), false);
});
