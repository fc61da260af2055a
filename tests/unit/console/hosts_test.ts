import { assertEquals, assertThrows } from "@std/assert";
import { awsFilePaths, readAwsFiles } from "../../../lib/aws_files/read.ts";
import { consolePlace, consoleUrl, signInHost } from "../../../lib/console/hosts.ts";
import { consoleService } from "../../../lib/console/services.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { partitionOfRegion } from "../../../lib/profile/partition.ts";
import { TestContext } from "../../support/test_context.ts";

interface Row {
  /** Of the profile; absent if nobody names one. */
  readonly region?: string;
  /** The region that says which partition the profile is in. */
  readonly home: string;
  readonly signIn: string;
  readonly ec2: string;
  readonly iam: string;
}

const rows: readonly Row[] = [
  {
    region: "eu-west-1",
    home: "eu-west-1",
    signIn: "https://eu-west-1.signin.aws.amazon.com",
    ec2: "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1",
    iam: "https://console.aws.amazon.com/iam/home",
  },
  {
    home: "us-east-1",
    signIn: "https://us-east-1.signin.aws.amazon.com",
    ec2: "https://console.aws.amazon.com/ec2/home",
    iam: "https://console.aws.amazon.com/iam/home",
  },
  {
    region: "us-east-1-fips",
    home: "us-east-1",
    signIn: "https://us-east-1.signin.aws.amazon.com",
    ec2: "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1",
    iam: "https://console.aws.amazon.com/iam/home",
  },
  {
    region: "aws-global",
    home: "us-east-1",
    signIn: "https://us-east-1.signin.aws.amazon.com",
    ec2: "https://console.aws.amazon.com/ec2/home",
    iam: "https://console.aws.amazon.com/iam/home",
  },
  {
    region: "cn-northwest-1",
    home: "cn-north-1",
    signIn: "https://cn-northwest-1.signin.amazonaws.cn",
    ec2: "https://cn-northwest-1.console.amazonaws.cn/ec2/home?region=cn-northwest-1",
    iam: "https://console.amazonaws.cn/iam/home",
  },
  {
    home: "cn-north-1",
    signIn: "https://signin.amazonaws.cn",
    ec2: "https://console.amazonaws.cn/ec2/home",
    iam: "https://console.amazonaws.cn/iam/home",
  },
  {
    region: "us-gov-east-1",
    home: "us-gov-west-1",
    signIn: "https://us-gov-east-1.signin.amazonaws-us-gov.com",
    ec2: "https://us-gov-east-1.console.amazonaws-us-gov.com/ec2/home?region=us-gov-east-1",
    iam: "https://console.amazonaws-us-gov.com/iam/home",
  },
  {
    region: "us-gov-west-1",
    home: "us-gov-west-1",
    signIn: "https://signin.amazonaws-us-gov.com",
    ec2: "https://us-gov-west-1.console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1",
    iam: "https://console.amazonaws-us-gov.com/iam/home",
  },
  {
    region: "eusc-de-east-1",
    home: "eusc-de-east-1",
    signIn: "https://eusc-de-east-1.signin.amazonaws-eusc.eu",
    ec2: "https://eusc-de-east-1.console.amazonaws-eusc.eu/ec2/home?region=eusc-de-east-1",
    iam: "https://console.amazonaws-eusc.eu/iam/home",
  },
];

async function at(env: Record<string, string> = {}, config = "[profile p]\n") {
  await using test = await TestContext.create({ env });
  await test.write(".aws/config", config);
  const context = test.context();
  const files = await readAwsFiles(context, awsFilePaths(context.env, {}));
  return { files, env: context.env, profile: "p" };
}

for (const { region, home, signIn, ec2, iam } of rows) {
  Deno.test(`the hosts of ${region ?? `no region in ${partitionOfRegion(home).name}`}`, async () => {
    const place = consolePlace(region, partitionOfRegion(home));
    assertEquals(signInHost(await at(), place, false).value, signIn);
    assertEquals(consoleUrl(place, consoleService("ec2")), ec2);
    assertEquals(consoleUrl(place, consoleService("iam")), iam);
  });
}

Deno.test("a fragment stands behind the region", () => {
  const place = consolePlace("eu-west-1", partitionOfRegion("eu-west-1"));
  assertEquals(
    consoleUrl(place, consoleService("logs")),
    "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups",
  );
});

Deno.test("a partition whose console nobody knows is refused", () => {
  const error = assertThrows(
    () => consolePlace("us-iso-east-1", partitionOfRegion("us-iso-east-1")),
    StsmfaError,
  );
  assertEquals([error.code, error.exitStatus], ["InvalidSetting", 3]);
});

Deno.test("only the host of us-east-1 logs out, and none of other partitions is known", async () => {
  const place = consolePlace("eu-west-1", partitionOfRegion("eu-west-1"));
  assertEquals(
    signInHost(await at(), place, true).value,
    "https://us-east-1.signin.aws.amazon.com",
  );
  const china = consolePlace("cn-north-1", partitionOfRegion("cn-north-1"));
  const all = await at();
  assertEquals(assertThrows(() => signInHost(all, china, true), StsmfaError).exitStatus, 2);
});

const endpoints: Readonly<Record<string, { env?: Record<string, string>; config?: string }>> = {
  "a variable of the service": { env: { AWS_ENDPOINT_URL_SIGNIN: "http://127.0.0.1:1/" } },
  "a variable of all services": { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" } },
  "the profile's services section": {
    config:
      "[profile p]\nservices = s\n[services s]\nsignin =\n  endpoint_url = http://127.0.0.1:1\n",
  },
  "the profile's endpoint_url": { config: "[profile p]\nendpoint_url = http://127.0.0.1:1//\n" },
};

for (const [what, { env, config }] of Object.entries(endpoints)) {
  Deno.test(`a custom endpoint is where to sign in: ${what}`, async () => {
    const place = consolePlace("eu-west-1", partitionOfRegion("eu-west-1"));
    assertEquals(signInHost(await at(env, config), place, false).value, "http://127.0.0.1:1");
  });
}

Deno.test("FIPS and dual-stack switches change no host, and are named", async () => {
  const place = consolePlace("eu-west-1", partitionOfRegion("eu-west-1"));
  const { value, ignored } = signInHost(
    await at({ AWS_USE_FIPS_ENDPOINT: "true" }, "[profile p]\nuse_dualstack_endpoint = true\n"),
    place,
    false,
  );
  assertEquals(value, "https://eu-west-1.signin.aws.amazon.com");
  assertEquals(ignored[0], "variable AWS_USE_FIPS_ENDPOINT");
  assertEquals(ignored[1]?.endsWith("config:2 use_dualstack_endpoint"), true);
});
