/**
 * Endpoints, compared with botocore's: the host of the signed request, and the region in its
 * signature.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { StsmfaError } from "../../lib/errors.ts";
import { type Service, services } from "../../lib/profile/aws_host.ts";
import { resolveEndpoint } from "../../lib/profile/endpoint.ts";
import type { Resolved } from "../../lib/profile/origin.ts";
import { testOrSkip } from "../support/abilities.ts";
import { fakeEnv, fakeFiles } from "../support/aws_files.ts";
import {
  botocoreEndpoints,
  type EndpointAnswer,
  type EndpointWorld,
} from "../support/botocore_endpoints.ts";
import { needsPython } from "../support/python.ts";
import { Chooser } from "../support/seeded.ts";
import { factor, seed } from "../support/thorough.ts";

const { name: missing, ignore } = needsPython("botocore");

/** Returns what we ask, as `host signing-region`; or `refused`. */
function ours({ config, credentials = "", env, profile, region }: EndpointWorld, service: Service) {
  const asked: Resolved<string> = region === undefined
    ? { value: "us-east-1", origin: { kind: "default", reason: "default" } }
    : { value: region, origin: { kind: "flag", flag: "--region" } };
  try {
    const files = fakeFiles({ config, credentials });
    const found = resolveEndpoint(files, fakeEnv(env), profile, service, asked);
    return `${new URL(found.value).host} ${found.signingRegion}`;
  } catch (error) {
    if (error instanceof StsmfaError && error.code !== "Unexpected") return "refused";
    throw error;
  }
}

/** Returns what botocore asks, in the same form; with our deliberate differences. */
function theirs({ region }: EndpointWorld, service: Service, answer: EndpointAnswer): string {
  if ("error" in answer) return "refused";
  // Behind a path botocore takes a comment for a part of the URL, and sends it.
  if (/[\s#]/.test(answer.url)) return "refused";
  const { host } = new URL(answer.url);
  // There are no such hosts: the global STS has neither FIPS nor dual-stack endpoints.
  if (service === "sts" && host.includes(".aws-global.")) return "refused";
  // What is not signed is not compared.
  return `${host} ${answer.signingRegion ?? region?.replace(/fips-|-fips/, "")}`;
}

/** Reports whether we ask somebody where botocore wants a region, and we take the usual one. */
function needsRegion(answer: EndpointAnswer): boolean {
  return "error" in answer && answer.error.startsWith("NoRegionError");
}

async function compare(worlds: readonly EndpointWorld[], asked: readonly Service[]): Promise<void> {
  const answers = await botocoreEndpoints(worlds, asked);
  const differences = worlds.flatMap((world, at) =>
    asked.flatMap((service) => {
      const answer = answers[at]![service];
      if (needsRegion(answer)) return [];
      const [our, their] = [ours(world, service), theirs(world, service, answer)];
      return our === their ? [] : [{ ...world, service, our, their, answer }];
    })
  );
  assertEquals(differences, []);
  assertEquals(answers.length, worlds.length);
}

const regions = [
  "us-east-1",
  "eu-west-1",
  "me-south-1",
  "ca-central-1",
  "us-gov-west-1",
  "us-gov-east-1",
  "cn-north-1",
  "cn-northwest-1",
  "eusc-de-east-1",
  "us-iso-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "us-isof-east-1",
  "nz-north-1",
  "aws-global",
  "fips-us-east-1",
  "us-gov-west-1-fips",
];

testOrSkip({
  name: `in every partition, hosts and signing regions are botocore's${missing}`,
  ignore,
  fn: async () => {
    const switches = ["", "true"];
    await compare(
      regions.flatMap((region) =>
        switches.flatMap((fips) =>
          switches.map((dualStack) => ({
            config: "[profile p]\n",
            env: { AWS_USE_FIPS_ENDPOINT: fips, AWS_USE_DUALSTACK_ENDPOINT: dualStack },
            profile: "p",
            region,
          }))
        )
      ),
      services,
    );
  },
});

/** A profile with some of the settings that shape endpoints, each with some value. */
function generated(choose: Chooser): EndpointWorld {
  const env: Record<string, string> = {};
  const lines: string[] = [];
  const some = (times: number) => choose.below(times) === 0;
  const url = () =>
    choose.of(["http://a.test", "https://b.test:444", "http://127.0.0.1:4566/x", ""]);
  const truth = () => choose.of(["true", "True", "TRUE", "false", "1", "yes", "", " true"]);
  const comment = () => some(10) ? " # why" : "";
  for (const key of ["use_fips_endpoint", "use_dualstack_endpoint"]) {
    if (some(4)) env[`AWS_${key.toUpperCase()}`] = truth();
    if (some(3)) lines.push(`${key} = ${truth()}${comment()}`);
  }
  if (some(8)) env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = truth();
  if (some(8)) lines.push(`ignore_configured_endpoint_urls = ${truth()}${comment()}`);
  const modes = ["legacy", "legacy", "regional", "Legacy", "global", ""];
  if (some(4)) env["AWS_STS_REGIONAL_ENDPOINTS"] = choose.of(modes);
  if (some(5)) lines.push(`sts_regional_endpoints = ${choose.of(modes)}`);
  for (const name of ["", "_STS", "_IAM", "_ECR", "_ECR_PUBLIC", "_EKS"]) {
    if (some(name === "" ? 10 : 14)) env[`AWS_ENDPOINT_URL${name}`] = url();
  }
  if (some(8)) lines.push(`endpoint_url = ${url()}${comment()}`);
  const sections: string[] = [];
  if (some(3)) {
    lines.push(`services = ${choose.of(["local", "local", "two words", "gone", ""])}`);
    const headers = [
      "services local",
      "services  'local'",
      "services lo\\cal",
      'services-x "two words"',
      "services two words",
    ];
    for (const header of headers.filter(() => some(2))) {
      const body = ["sts", "iam", "ecr", "ecr_public", "eks", "s3"].filter(() => some(3))
        .map((service) => `${service} =\n  endpoint_url = ${url()}${comment()}\n  other = x\n`);
      sections.push(`[${header}]\n${body.join("")}`);
    }
  }
  const other = "[default]\nendpoint_url = http://never.test\nuse_fips_endpoint = true\n";
  // What is in both files, in one of them, or in what all sections of one inherit.
  const inCredentials = lines.filter(() => some(4));
  const inConfig = lines.filter((line) => !inCredentials.includes(line) || some(3));
  const inherited = some(6) ? [`use_fips_endpoint = ${truth()}`, `endpoint_url = ${url()}`] : [];
  const region = some(8) ? undefined : choose.of(regions);
  return {
    config: `[DEFAULT]\n${inherited.join("\n")}\n${other}[profile p]\n${inConfig.join("\n")}\n${
      sections.join("")
    }`,
    credentials: `[p]\n${inCredentials.join("\n")}\n`,
    env,
    profile: "p",
    ...(region !== undefined && { region }),
  };
}

testOrSkip({
  name: `generated settings lead to botocore's hosts and signing regions${missing}`,
  ignore,
  fn: async () => {
    const choose = new Chooser(seed);
    const worlds = Array.from({ length: 40 * factor }, () => generated(choose));
    await compare(worlds, ["sts", "iam", "ecr", "ecr-public", "eks"]);
  },
});
