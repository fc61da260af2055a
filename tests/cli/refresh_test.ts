import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type LoopbackSts, startLoopbackSts } from "../support/loopback_sts.ts";
import { TestContext, type TestContextOptions } from "../support/test_context.ts";

const hour = 3600;

/** A home with alice's long-term keys, and a loopback STS that knows her. */
async function alicesHome(sts: LoopbackSts, options: TestContextOptions = {}) {
  const { accessKeyId, secretAccessKey } = sts.credentials();
  const test = await TestContext.create({ network: true, env: sts.env(), ...options });
  await test.write(
    ".aws/credentials",
    `# work laptop, keep in sync with 1Password
[default-long-term]
aws_access_key_id     = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
`,
  );
  return test;
}

Deno.test("refresh types one code and writes a session, keeping every byte above it", async () => {
  await using sts = await startLoopbackSts();
  await using test = await alicesHome(sts, { answers: [() => sts.code()] });
  const before = await test.read(".aws/credentials");

  assertEquals(await test.run(), 0);

  assertEquals(test.questions, ["MFA code for arn:aws:iam::123456789012:mfa/alice:"]);
  assertMatch(test.stdout, /^default {2}renewed, expires in 12h \(\d{4}-.*Z\)\n$/);
  assertEquals(test.stderr, "");
  const after = await test.read(".aws/credentials");
  assertEquals(after.slice(0, before.length), before);
  assertMatch(after.slice(before.length), /^\n\[default\]\naws_access_key_id {5}= ASIA/);
  assertEquals(await test.list(), ["credentials", "credentials~"]);

  const requests = sts.requests.length;
  assertEquals(await test.run(), 0);
  assertMatch(test.stdout, /^default {2}valid, expires in 12h\n$/);
  assertEquals(sts.requests.length, requests);
  test.clock.advance(12 * hour - 299);
  assertEquals(await test.run("--non-interactive"), 2);
  assertStringIncludes(test.stderr, "--token-code");
});
