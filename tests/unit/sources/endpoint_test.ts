import { assertEquals } from "@std/assert";
import { awsFilePaths, readAwsFiles } from "../../../lib/aws_files/read.ts";
import { signInEndpoint, type SignInService } from "../../../lib/sources/endpoint.ts";
import { needsPython, runPython } from "../../support/python.ts";
import { TestContext } from "../../support/test_context.ts";

const services: readonly SignInService[] = ["sso", "sso_oidc", "signin"];
const regions = [
  "us-east-1",
  "eu-west-1",
  "cn-north-1",
  "us-gov-west-1",
  "eusc-de-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
];
const settings: readonly Record<string, string>[] = [
  {},
  { AWS_USE_FIPS_ENDPOINT: "true" },
  { AWS_USE_DUALSTACK_ENDPOINT: "True" },
  { AWS_USE_FIPS_ENDPOINT: "TRUE", AWS_USE_DUALSTACK_ENDPOINT: "true" },
  { AWS_USE_FIPS_ENDPOINT: "1", AWS_USE_DUALSTACK_ENDPOINT: "" },
];

async function endpoints(
  config: string,
  env: Record<string, string>,
  profile: string,
  region: string,
): Promise<string[]> {
  await using test = await TestContext.create({ env });
  await test.write(".aws/config", config);
  const context = test.context();
  const files = await readAwsFiles(context, awsFilePaths(context.env, {}));
  return services.map((service) => signInEndpoint(files, context.env, profile, service, region));
}

Deno.test("plain endpoints, FIPS, dual-stack and both", async () => {
  const all = await Promise.all(
    settings.map((env) => endpoints("", env, "a", "eu-west-1")),
  );
  assertEquals(all, [
    [
      "https://portal.sso.eu-west-1.amazonaws.com",
      "https://oidc.eu-west-1.amazonaws.com",
      "https://eu-west-1.signin.aws.amazon.com",
    ],
    [
      "https://portal.sso-fips.eu-west-1.amazonaws.com",
      "https://oidc-fips.eu-west-1.amazonaws.com",
      "https://signin-fips.eu-west-1.amazonaws.com",
    ],
    [
      "https://portal.sso.eu-west-1.api.aws",
      "https://oidc.eu-west-1.api.aws",
      "https://signin.eu-west-1.api.aws",
    ],
    [
      "https://portal.sso-fips.eu-west-1.api.aws",
      "https://oidc-fips.eu-west-1.api.aws",
      "https://signin-fips.eu-west-1.api.aws",
    ],
    all[0]!,
  ]);
});

Deno.test("the profile's switches count, and a variable before them, even an empty one", async () => {
  const config = "[profile a]\nuse_fips_endpoint = true\n[profile b]\n";
  const first = async (env: Record<string, string>, profile: string) =>
    (await endpoints(config, env, profile, "eu-west-1"))[0];
  const [plain, fips] = [
    "https://portal.sso.eu-west-1.amazonaws.com",
    "https://portal.sso-fips.eu-west-1.amazonaws.com",
  ];
  assertEquals(await first({}, "a"), fips);
  assertEquals(await first({}, "b"), plain);
  assertEquals(await first({ AWS_USE_FIPS_ENDPOINT: "" }, "a"), plain);
  assertEquals(await first({ AWS_USE_FIPS_ENDPOINT: "false" }, "a"), plain);
  assertEquals(
    await first({ AWS_ENDPOINT_URL_SSO: "http://x.example/sso/" }, "a"),
    "http://x.example/sso",
  );
});

const python = needsPython("botocore");

Deno.test({
  name: `botocore sends to the same hosts: 9 regions, 5 settings, 3 services${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const script = `
import json, os, sys, botocore.session
from botocore import UNSIGNED
from botocore.config import Config
import botocore.httpsession
class Sent(Exception): pass
def send(self, request): raise Sent(request.url)
botocore.httpsession.URLLib3Session.send = send
calls = {
    "sso": lambda c: c.get_role_credentials(roleName="R", accountId="1", accessToken="t"),
    "sso-oidc": lambda c: c.create_token(clientId="c", clientSecret="s", grantType="g"),
    "signin": lambda c: c.create_o_auth2_token(tokenInput={"clientId": "arn:aws:signin:::devtools/same-device", "grantType": "refresh_token"}),
}
regions, settings = json.load(sys.stdin)
found = []
for setting in settings:
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"): os.environ.pop(name, None)
    os.environ.update(setting)
    session = botocore.session.Session()
    for region in regions:
        hosts = []
        for service, call in calls.items():
            try:
                config = Config(region_name=region, signature_version=UNSIGNED, retries={"total_max_attempts": 1})
                call(session.create_client(service, config=config))
            except Sent as sent: hosts.append(str(sent).split("/")[2])
            except Exception as error: hosts.append(type(error).__name__)
        found.append(hosts)
print(json.dumps(found))
`;
    const input = JSON.stringify([regions, settings]);
    const theirs: string[][] = JSON.parse(await runPython(["-c", script], { input }));
    const ours = [];
    for (const env of settings) {
      for (const region of regions) {
        const urls = await endpoints("", env, "default", region);
        ours.push(urls.map((url) => new URL(url).host));
      }
    }
    // Its older list of endpoints, which it asks first, knows no dual-stack ones of two partitions.
    const isKnown = (host: string) => host !== "EndpointVariantError";
    assertEquals(
      ours.filter((_, at) => theirs[at]!.every(isKnown)),
      theirs.filter((hosts) => hosts.every(isKnown)),
    );
    const unknown = ours.flat().filter((_, at) => !isKnown(theirs.flat()[at]!));
    assertEquals(
      unknown.filter((host) => !/\.api\.(cloud-aws\.adc-e\.uk|aws\.hci\.ic\.gov)$/.test(host)),
      [],
    );
  },
});
