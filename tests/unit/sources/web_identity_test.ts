/**
 * `web_identity_token_file`, with a loopback STS.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { WebIdentitySource } from "../../../lib/profile/others_source.ts";
import { links, makeLink, testWith } from "../../support/abilities.ts";
import { MORNING } from "../../support/homes.ts";
import { CA_FILE, type LoopbackSts, startLoopbackSts } from "../../support/loopback_sts.ts";
import { needsPython, runPython } from "../../support/python.ts";
import { errorOf, passDeadline, SourceWorld } from "../../support/source_world.ts";

const roleArn = "arn:aws:iam::222222222222:role/ci/Deployer";
const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhcHAifQ.c2lnbmF0dXJl";

interface Opened extends AsyncDisposable {
  readonly world: SourceWorld;
  readonly sts: LoopbackSts;
  readonly source: WebIdentitySource;
}

async function open(
  options: { tls?: boolean; env?: Record<string, string>; now?: Date; region?: string } = {},
): Promise<Opened> {
  const { now = MORNING } = options;
  const sts = await startLoopbackSts({
    now: () => now,
    roles: [{ roleArn, webIdentityTokens: [token, `${token}\n`] }, {
      roleArn: roleArn.replace("Deployer", "Other"),
    }],
    ...(options.tls && { tls: true }),
  });
  const world = await SourceWorld.open({
    config: "[profile ci]\n",
    sts: sts.url,
    now,
    ...(options.env && { env: options.env }),
    ...(options.region && { region: options.region }),
    ...(options.tls && { caBundle: CA_FILE }),
  });
  await world.test.write("token", token);
  const origin = world.origin("web_identity_token_file", 3);
  const source: WebIdentitySource = {
    kind: "web-identity",
    section: "ci",
    roleArn: { value: roleArn, origin: world.origin("role_arn") },
    tokenFile: { value: world.test.path("token"), origin },
  };
  return {
    world,
    sts,
    source,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await sts.close();
    },
  };
}

const named = (world: SourceWorld, value: string) => ({
  roleSessionName: { value, origin: world.origin("role_session_name") },
});

Deno.test("a role is assumed with the token alone: unsigned, once, without a duration", async () => {
  await using opened = await open({
    env: { AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2", AWS_SECRET_ACCESS_KEY: "other" },
  });
  const { world, sts, source } = opened;
  const given = await world.provide({ ...source, ...named(world, "build-7") });
  assertEquals(given.accountId, "222222222222");
  assertMatch(given.accessKeyId, /^ASIA/);
  assertEquals(given.expiration, "2026-03-04T06:06:07.000Z");
  const [{ accessKeyId, params }] = sts.requests as [typeof sts.requests[number]];
  assertEquals(sts.requests.length, 1);
  assertEquals(accessKeyId, undefined);
  assertEquals(params, {
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: "build-7",
    WebIdentityToken: token,
  });
});

Deno.test("without role_session_name the role's session has the local user's name", async () => {
  await using opened = await open();
  await opened.world.provide(opened.source);
  assertEquals(opened.sts.requests[0]!.params["RoleSessionName"], "alice");
});

Deno.test("a pseudo region asks STS as the region that it is for", async () => {
  for (const region of ["us-east-1-fips", "fips-us-west-2", "aws-global"]) {
    await using opened = await open({ region });
    assertMatch((await opened.world.provide(opened.source)).accessKeyId, /^ASIA/);
  }
});

Deno.test("the token is read anew each time, and sent as it is, with its line end", async () => {
  await using opened = await open();
  const { world, sts, source } = opened;
  await world.provide(source);
  await world.test.write("token", `${token}\r\n`);
  await world.provide(source);
  assertEquals(sts.requests.map(({ params }) => params["WebIdentityToken"]), [token, `${token}\n`]);
});

testWith(links, "the token goes through a symbolic link, as in Kubernetes", async () => {
  await using opened = await open();
  const { world, source } = opened;
  await makeLink("token", world.test.path("link"));
  const tokenFile = { ...source.tokenFile, value: world.test.path("link") };
  assertMatch((await world.provide({ ...source, tokenFile })).accessKeyId, /^ASIA/);
});

Deno.test("the certificates of ca_bundle count", async () => {
  await using opened = await open({ tls: true });
  assertMatch((await opened.world.provide(opened.source)).accessKeyId, /^ASIA/);
});

const refusals: Record<
  string,
  (world: SourceWorld, source: WebIdentitySource) => Promise<[Partial<WebIdentitySource>, string]>
> = {
  "no token file": (world, { tokenFile }) =>
    Promise.resolve([
      { tokenFile: { ...tokenFile, value: world.test.path("none") } },
      `:3 web_identity_token_file of [ci]: there is no file ${world.test.path("none")}`,
    ]),
  "a token file with ~, which SDKs do not replace": (_, { tokenFile }) =>
    Promise.resolve([
      { tokenFile: { ...tokenFile, value: "~/token" } },
      "there is no file ~/token",
    ]),
  "an empty token file": async (world) => {
    await world.test.write("token", "");
    return [{}, "has no token"];
  },
  "a token of 20,001 letters": async (world) => {
    await world.test.write("token", "x".repeat(20_001));
    return [{}, "has no token"];
  },
  "a token file that is not text": async (world) => {
    await Deno.writeFile(world.test.path("token"), new Uint8Array([255, 254, 0, 1, 2]));
    return [{}, "has no token"];
  },
  "what is no role": (world) =>
    Promise.resolve([
      { roleArn: { value: "Deployer", origin: world.origin("role_arn") } },
      ":2 role_arn: Deployer is not the ARN of a role",
    ]),
  "a session name that AWS refuses": (world) =>
    Promise.resolve([named(world, "a b"), "role_session_name: a b is not a role session name"]),
};
for (const [what, prepare] of Object.entries(refusals)) {
  Deno.test(`${what} is refused before anything is sent: exit 3`, async () => {
    await using opened = await open();
    const { world, sts, source } = opened;
    const [changes, message] = await prepare(world, source);
    const changed = { ...source, ...changes };
    const acts: (() => Promise<unknown>)[] = [
      () => world.check(changed),
      () => world.provide(changed),
    ];
    for (const act of acts) {
      const error = await errorOf(act);
      assertEquals(error.exitStatus, 3);
      assertStringIncludes(error.message, message);
    }
    assertEquals(sts.requests, []);
  });
}

Deno.test("a token file that is a folder cannot be read: exit 6", async () => {
  await using opened = await open();
  const { world, source } = opened;
  const tokenFile = { ...source.tokenFile, value: world.test.home };
  assertEquals((await world.refused({ ...source, tokenFile })).exitStatus, 6);
});

const faults = {
  "an expired token": {
    fault: { code: "ExpiredTokenException", message: `Token expired: ${token}`, status: 400 },
    says: "the token in HOME/token has expired",
    exit: 4,
    tries: 1,
  },
  "a token of an unknown provider": {
    fault: {
      code: "InvalidIdentityToken",
      message: `No OpenIDConnect provider found, ${token}`,
      status: 400,
    },
    says: "AWS refused the token in HOME/token: No OpenIDConnect provider found, [secret]",
    exit: 4,
    tries: 1,
  },
  "a claim that is refused": {
    fault: { code: "IDPRejectedClaim", message: "aud", status: 403 },
    says: "AWS refused the token in HOME/token: aud",
    exit: 4,
    tries: 1,
  },
  "a role that does not trust it": {
    fault: { code: "AccessDenied", message: "Not authorized", status: 403 },
    says: `AWS denied AssumeRoleWithWebIdentity of ${roleArn}`,
    exit: 4,
    tries: 1,
  },
  "a provider that AWS cannot reach": {
    fault: { code: "IDPCommunicationError", message: "timeout", status: 400 },
    says: "AWS could not reach the token's identity provider",
    exit: 5,
    tries: 3,
  },
  "too many requests": {
    fault: { code: "Throttling", message: "Rate exceeded", status: 400 },
    says: "AWS is throttling",
    exit: 4,
    tries: 3,
  },
  "a fault of AWS": {
    fault: { code: "InternalFailure", message: "x", status: 500 },
    says: "could not answer AssumeRoleWithWebIdentity (HTTP 500)",
    exit: 5,
    tries: 3,
  },
} as const;
for (const [what, { fault, says, exit, tries }] of Object.entries(faults)) {
  Deno.test(`${what}: exit ${exit}, without the token`, async () => {
    await using opened = await open();
    const { world, sts, source } = opened;
    sts.failNext({ kind: "error", ...fault }, 3);
    const error = await world.refused(source, [token]);
    assertEquals(error.exitStatus, exit);
    assertStringIncludes(error.message.replace(world.test.home, "HOME"), says);
    assertEquals(sts.requests.length, tries);
  });
}

Deno.test("an STS that says nothing is left after a while: exit 5", async () => {
  await using opened = await open();
  const { world, sts, source } = opened;
  sts.failNext({ kind: "hang" });
  const refused = world.refused(source, [token]);
  while (sts.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await passDeadline(world);
  const error = await refused;
  assertEquals([error.exitStatus, error.code], [5, "NetworkTimeout"]);
});

Deno.test("an answer for another role is not used", async () => {
  await using opened = await open();
  const { world, sts, source } = opened;
  const answer = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>ASIAOTHEROTHEROTHER2</AccessKeyId><SecretAccessKey>other/secret</SecretAccessKey>
<SessionToken>other/token</SessionToken><Expiration>2026-03-04T06:00:00Z</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/Other/x</Arn></AssumedRoleUser>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
  await using forged = await SourceWorld.open({
    sts: sts.url,
    network: () =>
      Promise.resolve(new Response(answer, { headers: { "content-type": "text/xml" } })),
  });
  const error = await forged.refused({
    ...source,
    tokenFile: { ...source.tokenFile, value: world.test.path("token") },
  }, ["other/secret"]);
  assertEquals(error.exitStatus, 5);
  assertStringIncludes(error.message, "its session is one of another role");
});

const python = needsPython("botocore");

Deno.test({
  name: `botocore sends the same, but for the name of the session${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    await using opened = await open({ now: new Date() });
    const { world, sts, source } = opened;
    await world.test.write("token", `${token}\r\n`);
    await world.test.write(
      ".aws/config",
      `[profile ci]\nregion = eu-west-1\nrole_arn = ${roleArn}\nweb_identity_token_file = ${
        world.test.path("token")
      }\n`,
    );
    await runPython([
      "-c",
      `
import botocore.session
botocore.session.Session(profile="ci").get_credentials().get_frozen_credentials()
`,
    ], { env: { HOME: world.test.home, ...sts.env() } });
    await world.provide(source);
    const [theirs, ours, ...more] = sts.requests.map(({ params, accessKeyId }) => ({
      params: { ...params, RoleSessionName: "" },
      accessKeyId,
    }));
    assertEquals([theirs, more], [ours, []]);
    assertEquals(ours?.accessKeyId, undefined);
  },
});
