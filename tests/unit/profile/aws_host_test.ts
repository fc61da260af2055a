import { assertEquals } from "@std/assert";
import { awsHost, type Service } from "../../../lib/profile/aws_host.ts";

type Hosts = Readonly<Partial<Record<Service, string>>>;

// What botocore 1.43.11 asks: plain, FIPS, dual-stack, both; R is the region, S the partition's
// suffix, D that of dual-stack hosts; behind @ the signing region where it is not R.
// `tests/interop/endpoints_test.ts` asks botocore.
const usual: Hosts = {
  "sts": "sts.R.S sts-fips.R.S sts.R.D sts-fips.R.D",
  "ecr": "api.ecr.R.S api.ecr-fips.R.S ecr.R.D ecr-fips.R.D",
  "ecr-public":
    "api.ecr-public.R.S api.ecr-public-fips.R.S api.ecr-public.R.D api.ecr-public-fips.R.D",
  "eks": "eks.R.S eks-fips.R.S eks.R.D eks-fips.R.D",
  "signin": "signin.R.S signin-fips.R.S signin.R.D signin-fips.R.D",
  "sso": "portal.sso.R.S portal.sso-fips.R.S portal.sso.R.D portal.sso-fips.R.D",
  "sso-oidc": "oidc.R.S oidc-fips.R.S oidc.R.D oidc-fips.R.D",
};
const aws: Hosts = {
  "iam": "iam.S@us-east-1 iam-fips.S@us-east-1 iam.global.D@us-east-1 iam-fips.global.D@us-east-1",
  "ecr-public": "api.ecr-public.R.S api.ecr-public-fips.R.S ecr-public.R.D api.ecr-public-fips.R.D",
  "eks": "eks.R.S fips.eks.R.S eks.R.D eks-fips.R.D",
  "signin": "R.signin.aws.amazon.com signin-fips.R.S signin.R.D signin-fips.R.D",
};
const gov: Hosts = {
  "sts": "sts.R.S sts.R.S sts.R.D sts-fips.R.D",
  "iam": "iam.us-gov.S@G iam.us-gov.S@G iam.us-gov.D@G iam.us-gov.D@G"
    .replaceAll("G", "us-gov-west-1"),
  "eks": "eks.R.S eks.R.S eks.R.D eks-fips.R.D",
  "signin": "R.signin.amazonaws-us-gov.com signin-fips.R.S signin.R.D signin-fips.R.D",
  "sso": "portal.sso.R.S portal.sso.R.S portal.sso.R.D portal.sso-fips.R.D",
  "sso-oidc": "oidc.R.S oidc.R.S oidc.R.D oidc-fips.R.D",
};
const cn: Hosts = {
  "iam": "iam.B.S@B iam-fips.S@W iam.global.D@B iam-fips.D@W".replaceAll("B", "cn-north-1")
    .replaceAll("W", "cn-northwest-1"),
  "signin": "R.signin.amazonaws.cn signin-fips.R.S signin.R.D signin-fips.R.D",
};
const chinese = ["amazonaws.com.cn", "api.amazonwebservices.com.cn"] as const;

const regions: readonly [region: string, S: string, D: string | undefined, differ: Hosts][] = [
  ["us-east-1", "amazonaws.com", "api.aws", aws],
  ["eu-west-1", "amazonaws.com", "api.aws", aws],
  ["me-south-1", "amazonaws.com", "api.aws", aws],
  ["nz-north-1", "amazonaws.com", "api.aws", aws],
  ["aws-global", "amazonaws.com", "api.aws", { ...aws, "sts": "sts.S@us-east-1" }],
  ["us-gov-east-1", "amazonaws.com", "api.aws", gov],
  ["us-gov-west-1", "amazonaws.com", "api.aws", gov],
  ["cn-north-1", ...chinese, cn],
  ["cn-northwest-1", ...chinese, cn],
  ["eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu", {
    "iam": "iam.R.S iam-fips.S iam.D iam-fips.D",
  }],
  ["us-iso-west-1", "c2s.ic.gov", "api.aws.ic.gov", {
    "iam": "iam.E.S@E iam-fips.E.S@E iam.D@E iam-fips.D@E".replaceAll("E", "us-iso-east-1"),
  }],
  ["us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud", {
    "iam": "iam.R.S iam-fips.R.S iam.D iam-fips.D",
  }],
  ["eu-isoe-west-1", "cloud.adc-e.uk", undefined, { "iam": "iam.R.S iam-fips.S" }],
  ["us-isof-east-1", "csp.hci.ic.gov", undefined, {
    "iam": "iam.us-isof-south-1.S@us-isof-south-1 iam-fips.S@us-isof-south-1",
  }],
];

const kinds = [
  { isFips: false, isDualStack: false },
  { isFips: true, isDualStack: false },
  { isFips: false, isDualStack: true },
  { isFips: true, isDualStack: true },
];

for (const [region, suffix, dualStackSuffix, differ] of regions) {
  for (const [service, text] of Object.entries({ ...usual, ...differ })) {
    Deno.test(`awsHost() knows ${service} in ${region}, with FIPS and dual-stack`, () => {
      const words = text.split(" ").filter((word) =>
        dualStackSuffix !== undefined || !/D$/.test(word)
      );
      const expected = words.map((word) => {
        const [pattern = "", signingRegion = region] = word.split("@");
        const host = pattern.replace(/\bR\b/, region).replace(/\bS$/, suffix)
          .replace(/\bD$/, dualStackSuffix ?? "");
        return { host, signingRegion };
      });
      assertEquals(
        kinds.map((kind) => awsHost(service as Service, region, kind)),
        kinds.map((_, at) => expected[at]),
      );
    });
  }
}
