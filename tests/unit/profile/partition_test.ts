import { assertEquals, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import {
  checkRegion,
  isRegion,
  partitionOfArn,
  partitionOfRegion,
  realRegion,
} from "../../../lib/profile/partition.ts";

// name, some regions, DNS suffix, dual-stack suffix, home region; from the data of the AWS SDKs
const partitions: [string, string[], string, string | undefined, string][] = [
  [
    "aws",
    ["us-east-1", "eu-west-1", "ap-east-2", "me-south-1", "il-central-1", "mx-central-1"],
    "amazonaws.com",
    "api.aws",
    "us-east-1",
  ],
  [
    "aws-cn",
    ["cn-north-1", "cn-northwest-1"],
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "cn-north-1",
  ],
  [
    "aws-us-gov",
    ["us-gov-west-1", "us-gov-east-1"],
    "amazonaws.com",
    "api.aws",
    "us-gov-west-1",
  ],
  ["aws-eusc", ["eusc-de-east-1"], "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"],
  ["aws-iso", ["us-iso-east-1", "us-iso-west-1"], "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"],
  [
    "aws-iso-b",
    ["us-isob-east-1", "us-isob-west-1"],
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "us-isob-east-1",
  ],
  ["aws-iso-e", ["eu-isoe-west-1"], "cloud.adc-e.uk", undefined, "eu-isoe-west-1"],
  [
    "aws-iso-f",
    ["us-isof-south-1", "us-isof-east-1"],
    "csp.hci.ic.gov",
    undefined,
    "us-isof-south-1",
  ],
];
for (const [name, regions, dnsSuffix, dualStackSuffix, homeRegion] of partitions) {
  Deno.test(`partitionOfRegion() knows ${name} by its regions and pseudo regions`, () => {
    const more = regions.flatMap((each) => [`fips-${each}`, `${each}-fips`]);
    for (const region of [...regions, ...more, `${name}-global`]) {
      const found = partitionOfRegion(region);
      assertEquals(
        [found.name, found.dnsSuffix, found.dualStackSuffix, found.homeRegion],
        [name, dnsSuffix, dualStackSuffix, homeRegion],
        region,
      );
    }
  });

  Deno.test(`partitionOfArn() knows ${name}`, () => {
    assertEquals(partitionOfArn(`arn:${name}:iam::123456789012:mfa/alice`)?.name, name);
  });
}

Deno.test("partitionOfArn() knows no partition for an unknown one or for no ARN", () => {
  for (const text of ["arn:aws-moon:iam::1:x", "GAHT12345678", "", "aws", "arn::iam"]) {
    assertEquals(partitionOfArn(text), undefined);
  }
});

Deno.test("partitionOfRegion() takes a region that fits no pattern for one of aws, as SDKs do", () => {
  for (const region of ["nz-north-1", "us-gov-1", "cn-far-west-1", "us-isob-1", "aws-global", ""]) {
    assertEquals(partitionOfRegion(region).name, "aws", region);
  }
});

for (
  const [pseudo, real] of [
    ["us-east-1", "us-east-1"],
    ["fips-us-east-1", "us-east-1"],
    ["us-gov-west-1-fips", "us-gov-west-1"],
    ["fips-aws-global", "aws-global"],
  ] as const
) {
  Deno.test(`realRegion() of ${pseudo} is ${real}`, () => assertEquals(realRegion(pseudo), real));
}

Deno.test("isRegion() knows regions, and pseudo regions that SDKs take for one", () => {
  for (const region of ["eu-west-1", "fips-us-east-1", "us-east-1-fips", "aws-cn-global"]) {
    assertEquals(isRegion(region), true, region);
  }
  for (
    const text of ["", "EU-WEST-1", "eu_west_1", "eu-west-1a", "fips-", "aws", "global", "fips"]
  ) {
    assertEquals(isRegion(text), false, text);
  }
});

Deno.test("checkRegion() names the origin of what is not a region", () => {
  const origin = { kind: "variable", variable: "AWS_REGION" } as const;
  checkRegion({ value: "fips-us-east-1", origin });
  const error = assertThrows(() => checkRegion({ value: "eu-west", origin }), StsmfaError);
  assertEquals(error.message, "variable AWS_REGION: eu-west is not a region");
});
