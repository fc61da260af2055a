/**
 * Where IAM Identity Center and AWS's sign-in are. Pure.
 *
 * Source: the endpoint rules of the AWS SDKs.
 *
 * @module
 */

import { profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { configuredEndpoint } from "../profile/endpoint.ts";
import { partitionOfRegion } from "../profile/partition.ts";

/** A service, by its name in variables and in `services` sections. */
export type SignInService = "sso" | "sso_oidc" | "signin";

const hostParts: Readonly<Record<SignInService, string>> = {
  sso: "portal.sso",
  sso_oidc: "oidc",
  signin: "signin",
};

const dualStackSuffixes: Readonly<Record<string, string>> = {
  "aws": "api.aws",
  "aws-cn": "api.amazonwebservices.com.cn",
  "aws-eusc": "api.amazonwebservices.eu",
  "aws-iso": "api.aws.ic.gov",
  "aws-iso-b": "api.aws.scloud",
  "aws-iso-e": "api.cloud-aws.adc-e.uk",
  "aws-iso-f": "api.aws.hci.ic.gov",
  "aws-us-gov": "api.aws",
};

const signInSuffixes: Readonly<Record<string, string>> = {
  "aws": "signin.aws.amazon.com",
  "aws-cn": "signin.amazonaws.cn",
  "aws-us-gov": "signin.amazonaws-us-gov.com",
};

/**
 * Returns the URL of a service in a region, without a final slash.
 *
 * @param profile the profile that is used: its settings count, not the source's
 * @throws StsmfaError `InvalidSetting` if one is set that is not an http(s) URL
 */
export function signInEndpoint(
  files: AwsFiles,
  env: Environment,
  profile: string,
  service: SignInService,
  region: string,
): string {
  const configured = configuredEndpoint(files, env, [profile], service);
  if (configured !== undefined) return configured.value.replace(/\/+$/, "");
  const isOn = (variable: string, key: string) =>
    (env.has(variable) ? env.get(variable) : profileValue(files, profile, key)?.value)
      ?.toLowerCase() === "true";
  const isFips = isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  const isDualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  const { name, dnsSuffix } = partitionOfRegion(region);
  const part = hostParts[service];
  if (service === "signin" && !isFips && !isDualStack && name in signInSuffixes) {
    return `https://${region}.${signInSuffixes[name]}`;
  }
  const isPlainName = !isFips || (name === "aws-us-gov" && !isDualStack && service !== "signin");
  const suffix = isDualStack ? dualStackSuffixes[name] : dnsSuffix;
  return `https://${part}${isPlainName ? "" : "-fips"}.${region}.${suffix}`;
}
