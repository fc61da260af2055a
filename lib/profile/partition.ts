/**
 * AWS's partitions: which one a region or ARN belongs to, and where its STS and IAM are.
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
  /** The region that signs for IAM, and the default region if none is set. */
  readonly homeRegion: string;
  /** The URL of IAM, which has one per partition. */
  readonly iamEndpoint: string;
}

interface Row extends Partition {
  readonly regionPrefix: string;
}

// A prefix that contains another one comes before it.
const partitions: readonly Row[] = [
  row("cn-", "aws-cn", "amazonaws.com.cn", "cn-north-1", "iam.cn-north-1.amazonaws.com.cn"),
  row("us-gov-", "aws-us-gov", "amazonaws.com", "us-gov-west-1", "iam.us-gov.amazonaws.com"),
  row("eusc-", "aws-eusc", "amazonaws.eu", "eusc-de-east-1", "iam.eusc-de-east-1.amazonaws.eu"),
  row(
    "us-isob-",
    "aws-iso-b",
    "sc2s.sgov.gov",
    "us-isob-east-1",
    "iam.us-isob-east-1.sc2s.sgov.gov",
  ),
  row(
    "us-isof-",
    "aws-iso-f",
    "csp.hci.ic.gov",
    "us-isof-south-1",
    "iam.us-isof-south-1.csp.hci.ic.gov",
  ),
  row("us-iso-", "aws-iso", "c2s.ic.gov", "us-iso-east-1", "iam.us-iso-east-1.c2s.ic.gov"),
  row(
    "eu-isoe-",
    "aws-iso-e",
    "cloud.adc-e.uk",
    "eu-isoe-west-1",
    "iam.eu-isoe-west-1.cloud.adc-e.uk",
  ),
  row("", "aws", "amazonaws.com", "us-east-1", "iam.amazonaws.com"),
];

function row(
  regionPrefix: string,
  name: string,
  dnsSuffix: string,
  homeRegion: string,
  iamHost: string,
): Row {
  return { regionPrefix, name, dnsSuffix, homeRegion, iamEndpoint: `https://${iamHost}` };
}

/** What AWS host names end with, in all partitions. */
export const dnsSuffixes: readonly string[] = [
  ...new Set(partitions.map(({ dnsSuffix }) => dnsSuffix)),
];

/** Reports whether a text looks like a region. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(text);
}

/** @throws StsmfaError `Usage`, `InvalidSetting` for what is not a region */
export function checkRegion(region: Resolved<string>): void {
  if (isRegion(region.value)) return;
  throw settingError(region, `${region.value} is not a region`, "write it like eu-west-1");
}

/** Returns the partition of a region such as `eu-west-1`. */
export function partitionOfRegion(region: string): Partition {
  return partitions.find((each) => region.startsWith(each.regionPrefix))!;
}

/** Returns the partition of an ARN, or `undefined` if it is unknown or the text is not an ARN. */
export function partitionOfArn(arn: string): Partition | undefined {
  const name = /^arn:([^:]+):/.exec(arn)?.[1];
  return partitions.find((each) => each.name === name);
}
