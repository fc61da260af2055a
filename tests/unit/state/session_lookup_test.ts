import { assertEquals } from "@std/assert";
import { resolveProfile } from "../../../lib/profile/profile.ts";
import { longTermKeysOf } from "../../../lib/profile/source.ts";
import { sessionScope } from "../../../lib/state/session_lookup.ts";
import { fakeEnv, fakeFiles } from "../../support/aws_files.ts";

const credentials = `[me]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret
`;

function scope(...lines: readonly string[]): string {
  const config = `[profile p]\n${lines.join("\n")}\nstsmfa =\n  source_profile = me\n`;
  const profile = resolveProfile(fakeFiles({ config, credentials }), fakeEnv(), {}, "p");
  return sessionScope({ ...profile, source: longTermKeysOf(profile.source) });
}

const regional = scope("region = eu-west-1");

for (
  const lines of [
    ["region = us-east-1"],
    ["region = eu-west-1", "use_fips_endpoint = true"],
    ["region = eu-west-1", "use_dualstack_endpoint = true"],
    ["region = eu-west-1", "sts_regional_endpoints = legacy"],
    ["region = fips-us-east-1"],
    ["region = aws-global"],
    ["output = json"],
  ]
) {
  Deno.test(`an MFA session is shared with AWS's other hosts: ${lines.join(", ")}`, () => {
    assertEquals(scope(...lines), regional);
  });
}

Deno.test("an MFA session is not shared with another partition or a custom endpoint", () => {
  const scopes = [
    scope("region = cn-north-1"),
    scope("region = us-gov-west-1", "use_fips_endpoint = true"),
    scope("region = eu-west-1", "endpoint_url = http://a.test"),
    scope("region = eu-west-1", "endpoint_url = http://b.test"),
  ];
  assertEquals(new Set([regional, ...scopes]).size, 5);
});
