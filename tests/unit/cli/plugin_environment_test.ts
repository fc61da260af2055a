/**
 * The environment of plugins that others start for a profile.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { awsFilePaths, readAwsFiles } from "../../../lib/aws_files/read.ts";
import { pluginContext, withoutIdentity } from "../../../lib/cli/plugin_environment.ts";
import { identityVariables } from "../../../lib/profile/identity_variables.ts";
import { TestContext } from "../../support/test_context.ts";

/** Everything that a caller may have set, with its name as its value. */
const names = [
  ...identityVariables,
  ...["STSMFA_MFA_PROCESS", "STSMFA_DURATION", "AWS_REGION", "AWS_DEFAULT_REGION"],
  ...["AWS_ENDPOINT_URL_STS", "AWS_CA_BUNDLE", "HTTPS_PROXY", "AWS_ACCESS_KEY_ID"],
];

async function world(config: string) {
  const test = await TestContext.create({
    env: Object.fromEntries(names.map((name) => [name, `${name.toLowerCase()}-1`])),
  });
  await test.write(".aws/config", config);
  const context = test.context();
  const files = await readAwsFiles(context, awsFilePaths(context.env, {}));
  return { test, context, files };
}

Deno.test("nothing of a caller's identity is left, and everything else is", async () => {
  const { test, context } = await world("");
  await using _ = test;
  const env = withoutIdentity(context.env);
  for (const name of names) {
    const isHidden = identityVariables.has(name);
    assertEquals(env.get(name), isHidden ? undefined : `${name.toLowerCase()}-1`, name);
    assertEquals(env.has(name), !isHidden, name);
    assertEquals(Object.hasOwn(env.startingWith(""), name), !isHidden, name);
  }
  assertEquals([...identityVariables].sort(), [
    "AWS_MFA_SERIAL",
    "MFA_ASSUME_ROLE",
    "MFA_DEVICE",
    "STSMFA_EXTERNAL_ID",
    "STSMFA_LONG_TERM_SUFFIX",
    "STSMFA_MFA_SERIAL",
    "STSMFA_REGION",
    "STSMFA_ROLE_ARN",
    "STSMFA_ROLE_SESSION_NAME",
    "STSMFA_SHORT_TERM_SUFFIX",
    "STSMFA_SOURCE_PROFILE",
    "STSMFA_TARGET_PROFILE",
  ]);
});

Deno.test("a caller's region counts where the profile has none, in its section or its block", async () => {
  const { test, context, files } = await world(
    `[profile a]\nregion = eu-west-1\n[profile b]\nstsmfa =\n  region = eu-west-2\n[profile c]\n`,
  );
  await using _ = test;
  const region = (name: string) => {
    const { env } = pluginContext(context, files, name);
    return [env.get("AWS_REGION"), env.get("AWS_DEFAULT_REGION")];
  };
  assertEquals(region("a"), [undefined, undefined]);
  assertEquals(region("b"), [undefined, undefined]);
  assertEquals(region("c"), ["aws_region-1", "aws_default_region-1"]);
  assertEquals(region("nobody"), ["aws_region-1", "aws_default_region-1"]);
  const plugin = pluginContext(context, files, "a");
  assertEquals([plugin.os, plugin.userId, plugin.signal], [
    context.os,
    context.userId,
    context.signal,
  ]);
});
