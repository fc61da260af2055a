import { assertEquals } from "@std/assert";
import { partitionOfArn, partitionOfRegion } from "../../../lib/profile/partition.ts";

// name, some regions, DNS suffix, home region, IAM's host; from the endpoint data of the AWS SDKs
const partitions: [string, string[], string, string, string][] = [
  [
    "aws",
    ["us-east-1", "eu-west-1", "ap-east-1", "me-south-1", "il-central-1", "mx-central-1"],
    "amazonaws.com",
    "us-east-1",
    "iam.amazonaws.com",
  ],
  [
    "aws-cn",
    ["cn-north-1", "cn-northwest-1"],
    "amazonaws.com.cn",
    "cn-north-1",
    "iam.cn-north-1.amazonaws.com.cn",
  ],
  [
    "aws-us-gov",
    ["us-gov-west-1", "us-gov-east-1"],
    "amazonaws.com",
    "us-gov-west-1",
    "iam.us-gov.amazonaws.com",
  ],
  [
    "aws-eusc",
    ["eusc-de-east-1"],
    "amazonaws.eu",
    "eusc-de-east-1",
    "iam.eusc-de-east-1.amazonaws.eu",
  ],
  [
    "aws-iso",
    ["us-iso-east-1", "us-iso-west-1"],
    "c2s.ic.gov",
    "us-iso-east-1",
    "iam.us-iso-east-1.c2s.ic.gov",
  ],
  [
    "aws-iso-b",
    ["us-isob-east-1"],
    "sc2s.sgov.gov",
    "us-isob-east-1",
    "iam.us-isob-east-1.sc2s.sgov.gov",
  ],
  [
    "aws-iso-e",
    ["eu-isoe-west-1"],
    "cloud.adc-e.uk",
    "eu-isoe-west-1",
    "iam.eu-isoe-west-1.cloud.adc-e.uk",
  ],
  [
    "aws-iso-f",
    ["us-isof-south-1", "us-isof-east-1"],
    "csp.hci.ic.gov",
    "us-isof-south-1",
    "iam.us-isof-south-1.csp.hci.ic.gov",
  ],
];
for (const [name, regions, dnsSuffix, homeRegion, iamHost] of partitions) {
  Deno.test(`partitionOfRegion() knows ${name} by its regions`, () => {
    for (const region of regions) {
      const partition = partitionOfRegion(region);
      assertEquals(
        [partition.name, partition.dnsSuffix, partition.homeRegion, partition.iamEndpoint],
        [name, dnsSuffix, homeRegion, `https://${iamHost}`],
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
