/**
 * The hosts of AWS's own services, and the regions that sign for them.
 *
 * Source: the endpoint rules of the AWS SDKs. Where their data differ, botocore's count.
 *
 * @module
 */

import { type Partition, partitionOfRegion } from "./partition.ts";

/** The services whose hosts are known here, by the names that SDKs use. */
export const services = [
  "sts",
  "iam",
  "ecr",
  "ecr-public",
  "eks",
  "signin",
  "sso",
  "sso-oidc",
] as const;

/** One of {@link services}. */
export type Service = (typeof services)[number];

/** Which kind of endpoint is wanted. */
export interface EndpointKind {
  readonly isFips: boolean;
  /** Whether it is to have an IPv6 address, too. */
  readonly isDualStack: boolean;
}

/** A host, and the region that signs for it. */
export interface AwsHost {
  readonly host: string;
  readonly signingRegion: string;
}

/** The pseudo region of the global STS, which SDKs ask where no region is set. */
export const globalRegion = "aws-global";

/**
 * Returns the host of a service. Whether it exists is not known: FIPS endpoints are in few regions,
 * and their names are made by pattern everywhere.
 *
 * @param region a real one, or `aws-global`
 * @returns `undefined` if the SDKs have no such endpoint
 */
export function awsHost(service: Service, region: string, kind: EndpointKind): AwsHost | undefined {
  const partition = partitionOfRegion(region);
  const suffix = kind.isDualStack ? partition.dualStackSuffix : partition.dnsSuffix;
  if (suffix === undefined) return undefined;
  if (service === "iam") return iamHost(partition, suffix, kind);
  if (service === "sts" && region === globalRegion) {
    const isPlain = !kind.isFips && !kind.isDualStack;
    return isPlain ? { host: "sts.amazonaws.com", signingRegion: "us-east-1" } : undefined;
  }
  const ownSuffix = signinSuffixes[partition.name];
  const isOwn = service === "signin" && ownSuffix !== undefined && !kind.isFips &&
    !kind.isDualStack;
  return {
    host: isOwn
      ? `${region}.signin.${ownSuffix}`
      : `${prefix(service, partition, kind)}.${region}.${suffix}`,
    signingRegion: region,
  };
}

/** Returns what the name of a regional host begins with. */
function prefix(
  service: Exclude<Service, "iam">,
  { name }: Partition,
  { isFips, isDualStack }: EndpointKind,
): string {
  // GovCloud's usual endpoints are FIPS ones.
  const isFipsAnyway = name === "aws-us-gov" && !isDualStack;
  switch (service) {
    case "sts":
      return isFips && !isFipsAnyway ? "sts-fips" : "sts";
    case "ecr":
      return `${isDualStack ? "" : "api."}${isFips ? "ecr-fips" : "ecr"}`;
    case "ecr-public":
      if (isFips) return "api.ecr-public-fips";
      return isDualStack && name === "aws" ? "ecr-public" : "api.ecr-public";
    case "eks":
      if (!isFips || isFipsAnyway) return "eks";
      return name === "aws" && !isDualStack ? "fips.eks" : "eks-fips";
    case "signin":
      return isFips ? "signin-fips" : "signin";
    case "sso":
      return isFips && !isFipsAnyway ? "portal.sso-fips" : "portal.sso";
    case "sso-oidc":
      return isFips && !isFipsAnyway ? "oidc-fips" : "oidc";
  }
}

const signinSuffixes: Readonly<Record<string, string>> = {
  "aws": "aws.amazon.com",
  "aws-cn": "amazonaws.cn",
  "aws-us-gov": "amazonaws-us-gov.com",
};

/** What IAM's names begin with: plain, FIPS, dual-stack, both. It has one host for each partition. */
const iamPrefixes: Readonly<Record<string, readonly string[]>> = {
  "aws": ["iam", "iam-fips", "iam.global", "iam-fips.global"],
  "aws-cn": ["iam.cn-north-1", "iam-fips", "iam.global", "iam-fips"],
  "aws-us-gov": ["iam.us-gov", "iam.us-gov", "iam.us-gov", "iam.us-gov"],
  "aws-eusc": ["iam.eusc-de-east-1", "iam-fips", "iam", "iam-fips"],
  "aws-iso": ["iam.us-iso-east-1", "iam-fips.us-iso-east-1", "iam", "iam-fips"],
  "aws-iso-b": ["iam.us-isob-east-1", "iam-fips.us-isob-east-1", "iam", "iam-fips"],
  "aws-iso-e": ["iam.eu-isoe-west-1", "iam-fips"],
  "aws-iso-f": ["iam.us-isof-south-1", "iam-fips"],
};

function iamHost(
  { name, homeRegion }: Partition,
  suffix: string,
  { isFips, isDualStack }: EndpointKind,
): AwsHost {
  const prefix = iamPrefixes[name]![(isFips ? 1 : 0) + (isDualStack ? 2 : 0)];
  // The JavaScript SDK signs for cn-north-1 there, too.
  const signingRegion = name === "aws-cn" && isFips ? "cn-northwest-1" : homeRegion;
  return { host: `${prefix}.${suffix}`, signingRegion };
}
