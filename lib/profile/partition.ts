/**
 * AWS's partitions: which one a region or ARN belongs to, and what is specific to it.
 *
 * Source: the partition data of the AWS SDKs.
 *
 * @module
 */

import { type Resolved, settingError } from "./origin.ts";

/** A partition and what is specific to it. */
export interface Partition {
  /** As in ARNs: `aws`, `aws-cn`, `aws-us-gov`. */
  readonly name: string;
  /** What host names end with. */
  readonly dnsSuffix: string;
  /** What the names of dual-stack hosts end with; `undefined` where AWS's tools have none. */
  readonly dualStackSuffix: string | undefined;
  /** The default region if none is set. */
  readonly homeRegion: string;
}

interface Row extends Partition {
  readonly regions: RegExp;
}

// The first one is that of every region that no pattern fits, as for the SDKs.
const partitions: readonly Row[] = [
  row("aws", "(us|eu|ap|sa|ca|me|af|il|mx)", "us-east-1", "amazonaws.com", "api.aws"),
  row("aws-cn", "cn", "cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
  row("aws-us-gov", "us-gov", "us-gov-west-1", "amazonaws.com", "api.aws"),
  row("aws-eusc", "eusc-de", "eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu"),
  row("aws-iso", "us-iso", "us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"),
  row("aws-iso-b", "us-isob", "us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud"),
  // The SDKs' rules name dual-stack hosts of these two, botocore's data do not, and it refuses.
  row("aws-iso-e", "eu-isoe", "eu-isoe-west-1", "cloud.adc-e.uk", undefined),
  row("aws-iso-f", "us-isof", "us-isof-south-1", "csp.hci.ic.gov", undefined),
];

function row(
  name: string,
  regionPrefix: string,
  homeRegion: string,
  dnsSuffix: string,
  dualStackSuffix: string | undefined,
): Row {
  const regions = new RegExp(`^(${regionPrefix}-\\w+-\\d+|${name}-global)$`);
  return { name, dnsSuffix, dualStackSuffix, homeRegion, regions };
}

/**
 * Returns the region that requests are signed for. A pseudo region such as `fips-us-east-1` or
 * `us-east-1-fips` is that region and asks for its FIPS endpoints.
 */
export function realRegion(region: string): string {
  return region.replaceAll("fips-", "").replaceAll("-fips", "");
}

/**
 * Reports whether a text looks like a region, or like a pseudo region that SDKs take for one:
 * `fips-us-east-1`, `us-east-1-fips`, `aws-global`, `aws-cn-global`.
 */
export function isRegion(text: string): boolean {
  return /^([a-z]{2,5}(-[a-z]+)+-\d{1,2}|aws(-[a-z]+)*-global)$/.test(realRegion(text));
}

/** @throws StsmfaError `Usage`, `InvalidSetting` for what is not a region */
export function checkRegion(region: Resolved<string>): void {
  if (isRegion(region.value)) return;
  throw settingError(region, `${region.value} is not a region`, "write it like eu-west-1");
}

/** Returns the partition of a region such as `eu-west-1`, or of a pseudo region. */
export function partitionOfRegion(region: string): Partition {
  const real = realRegion(region);
  return partitions.find(({ regions }) => regions.test(real)) ?? partitions[0]!;
}

/** Returns the partition of an ARN, or `undefined` if it is unknown or the text is not an ARN. */
export function partitionOfArn(arn: string): Partition | undefined {
  const name = /^arn:([^:]+):/.exec(arn)?.[1];
  return partitions.find((each) => each.name === name);
}
