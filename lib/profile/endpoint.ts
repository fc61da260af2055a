/**
 * Where to send requests, and which certificates to trust.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @module
 */

import { nestedValues, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { fromFile, type Resolved, settingError } from "./origin.ts";
import type { Partition } from "./partition.ts";

/** The endpoints of one profile's requests. */
export interface Endpoints {
  /** The URL of STS. */
  readonly sts: Resolved<string>;
  /** The URL of IAM. */
  readonly iam: Resolved<string>;
  /** A file of certificates (PEM) to trust in addition to the built-in ones. */
  readonly caBundle?: Resolved<string>;
}

/**
 * Finds the endpoints: `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, the profile's `services` section
 * and `endpoint_url`, else the regional one. A token from the global STS endpoint is not valid in
 * opt-in regions; one from a regional endpoint is valid everywhere, so the global one is never
 * used.
 *
 * @param profiles the profile, then its source
 * @throws StsmfaError `InvalidSetting` if one is not an http(s) URL
 */
export function resolveEndpoints(
  files: AwsFiles,
  env: Environment,
  profiles: readonly string[],
  region: string,
  partition: Partition,
): Endpoints {
  const regional = (url: string): Resolved<string> => ({
    value: url,
    origin: { kind: "default", reason: "regional endpoint" },
  });
  const configured = (service: string) => configuredEndpoint(files, env, profiles, service);
  const caBundle = variable(env, "AWS_CA_BUNDLE") ?? setting(files, profiles, "ca_bundle");
  return {
    sts: configured("sts") ?? regional(`https://sts.${region}.${partition.dnsSuffix}`),
    iam: configured("iam") ?? regional(partition.iamEndpoint),
    ...(caBundle === undefined ? {} : { caBundle }),
  };
}

/** Returns the endpoint that variables and files set for a service, if any. */
export function configuredEndpoint(
  files: AwsFiles,
  env: Environment,
  profiles: readonly string[],
  service: string,
): Resolved<string> | undefined {
  const ignored = env.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ??
    setting(files, profiles, "ignore_configured_endpoint_urls")?.value;
  if (ignored?.toLowerCase() === "true") return undefined;
  const endpoint = variable(env, `AWS_ENDPOINT_URL_${service.toUpperCase()}`) ??
    variable(env, "AWS_ENDPOINT_URL") ??
    profiles.map((profile) =>
      servicesEndpoint(files, profile, service) ?? setting(files, [profile], "endpoint_url")
    ).find((each) => each !== undefined);
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint.value) ? new URL(endpoint.value) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw settingError(
      endpoint,
      `${endpoint.value.includes("@") ? "it" : endpoint.value} is not an http or https URL`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw settingError(endpoint, "the URL of an endpoint must not hold a user name or password");
  }
  return endpoint;
}

/** Finds `endpoint_url` below `sts =` in `[services X]`, for a profile with `services = X`. */
function servicesEndpoint(
  files: AwsFiles,
  profile: string,
  service: string,
): Resolved<string> | undefined {
  const name = setting(files, [profile], "services")?.value;
  if (name === undefined) return undefined;
  const found = nestedValues(files.config, `services ${name}`, service)
    .find((each) => each.key === "endpoint_url" && each.value !== "");
  return found && fromFile(found);
}

function variable(env: Environment, name: string): Resolved<string> | undefined {
  const value = env.get(name);
  return value === undefined ? undefined : { value, origin: { kind: "variable", variable: name } };
}

function setting(
  files: AwsFiles,
  profiles: readonly string[],
  key: string,
): Resolved<string> | undefined {
  const found = profiles.map((profile) => profileValue(files, profile, key))
    .find((each) => each !== undefined);
  return found && fromFile(found);
}
