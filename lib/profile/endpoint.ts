/**
 * Where requests go, for which region they are signed, and which certificates to trust: for a
 * profile by its own settings, never by those of its source, as botocore resolves them.
 *
 * Sources: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html;
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html;
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html
 *
 * @module
 */

import { profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { awsHost, globalRegion, type Service } from "./aws_host.ts";
import { customEndpoint } from "./custom_endpoint.ts";
import { describeOrigin, fromFile, type Resolved, settingError } from "./origin.ts";
import { partitionOfRegion, realRegion } from "./partition.ts";
import { type SdkProfile, sdkSetting, sdkSwitch } from "./sdk_setting.ts";

/** The URL of a service; its origin is of kind `default` for AWS's own hosts, and for no others. */
export interface Endpoint extends Resolved<string> {
  /** The region that requests are signed for. */
  readonly signingRegion: string;
}

/** The endpoints of one profile's requests. */
export interface Endpoints {
  /** The URL of STS. */
  readonly sts: Endpoint;
  /** The URL of IAM. */
  readonly iam: Endpoint;
  /** A file of certificates (PEM) to trust in addition to the built-in ones. */
  readonly caBundle?: Resolved<string>;
}

/**
 * Finds the endpoints that a profile's sessions are obtained from.
 *
 * @param region as for {@link resolveEndpoint}
 * @param source whose `ca_bundle` counts where the profile has none
 * @throws StsmfaError `InvalidSetting` for a setting that cannot be followed
 */
export function resolveEndpoints(
  files: AwsFiles,
  env: Environment,
  profile: string,
  region: Resolved<string>,
  source: string = profile,
): Endpoints {
  const caBundle = resolveCaBundle(files, env, profile, source);
  return {
    sts: resolveEndpoint(files, env, profile, "sts", region),
    iam: resolveEndpoint(files, env, profile, "iam", region),
    ...(caBundle && { caBundle }),
  };
}

/** Finds the certificates to trust. */
export function resolveCaBundle(
  files: AwsFiles,
  env: Environment,
  profile: string,
  source: string = profile,
): Resolved<string> | undefined {
  const variable = env.get("AWS_CA_BUNDLE");
  if (variable !== undefined) {
    return { value: variable, origin: { kind: "variable", variable: "AWS_CA_BUNDLE" } };
  }
  const found = profileValue(files, profile, "ca_bundle") ??
    profileValue(files, source, "ca_bundle");
  return found && fromFile(found);
}

/**
 * Finds where to ask a service: at the custom endpoint of the profile, or at AWS's own host for the
 * region, of the kind that `use_fips_endpoint`, `use_dualstack_endpoint` and
 * `sts_regional_endpoints` ask for. A custom endpoint beats these, and is signed for the region.
 *
 * @param region may be a pseudo region; with an origin of kind `default` none was set
 * @param options `isFips`: whether FIPS is wanted, whatever the settings say
 * @throws StsmfaError `InvalidSetting` for a setting that cannot be followed; `Usage` if that is a
 * flag
 */
export function resolveEndpoint(
  files: AwsFiles,
  env: Environment,
  profile: string,
  service: Service,
  region: Resolved<string>,
  options: { readonly isFips?: boolean } = {},
): Endpoint {
  const at = { files, env, profile };
  const real = realRegion(region.value);
  const fips = real === region.value ? sdkSwitch(at, "use_fips_endpoint") : region;
  const dualStack = sdkSwitch(at, "use_dualstack_endpoint");
  const legacy = legacySts(at);
  const partition = partitionOfRegion(real);
  if (dualStack !== undefined && partition.dualStackSuffix === undefined) {
    throw settingError(dualStack, `there are no dual-stack endpoints in ${partition.name}`);
  }
  // Where no region is set, botocore refuses a custom endpoint; signed for any, it is the same one.
  const custom = customEndpoint(at, service);
  if (custom !== undefined) return { ...custom, signingRegion: real };

  const isFips = options.isFips === true || fips !== undefined;
  const isDualStack = dualStack !== undefined;
  const isUnset = region.origin.kind === "default" && partition.name === "aws";
  const isLegacy = legacy !== undefined && !isFips && !isDualStack && globalStsRegions.has(real);
  const global = service !== "sts"
    ? undefined
    : isUnset
    ? "no region is set"
    : isLegacy
    ? describeOrigin(legacy.origin)
    : undefined;
  const asked = global === undefined ? real : globalRegion;
  const found = awsHost(service, asked, { isFips, isDualStack });
  if (found === undefined) {
    throw settingError(
      fips ?? dualStack ?? region,
      "without a region, STS has neither FIPS nor dual-stack endpoints",
      "name one: --region us-east-1",
    );
  }
  const kinds = [fips, dualStack].flatMap((each) => each ? describeOrigin(each.origin) : []);
  const reason = kinds.join(" and ") || (global ?? "regional endpoint");
  const { host, signingRegion } = found;
  return { value: `https://${host}`, origin: { kind: "default", reason }, signingRegion };
}

/** The regions whose requests go to the global STS with `sts_regional_endpoints = legacy`. */
const globalStsRegions: ReadonlySet<string> = new Set([
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"],
  ...["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"],
  ...["ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", globalRegion],
]);

/** Returns the setting that asks for the global STS, if it does; botocore refuses other words. */
function legacySts(at: SdkProfile): Resolved<string> | undefined {
  const found = sdkSetting(at, "sts_regional_endpoints");
  if (found === undefined || found.value === "" || found.value === "regional") return undefined;
  if (found.value === "legacy") return found;
  throw settingError(
    found,
    `sts_regional_endpoints is regional or legacy, not ${found.value}`,
  );
}
