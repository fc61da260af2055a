/**
 * Sessions that `aws login` has begun, with a loopback sign-in.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { digest } from "../../../lib/digest.ts";
import type { LoginSource } from "../../../lib/profile/others_source.ts";
import { MORNING } from "../../support/homes.ts";
import { type LoopbackSignIn, startLoopbackSignIn } from "../../support/loopback_sign_in.ts";
import { errorOf, passDeadline, SourceWorld } from "../../support/source_world.ts";

const loginSession = "arn:aws:iam::222222222222:user/alice";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const sec1 = privateKey.export({ format: "pem", type: "sec1" }).toString();
const pkcs8 = privateKey.export({ format: "pem", type: "pkcs8" }).toString();

interface Opened extends AsyncDisposable {
  readonly world: SourceWorld;
  readonly signIn: LoopbackSignIn;
  readonly source: LoginSource;
  keep(changes?: Record<string, unknown>): Promise<string>;
  kept(): Promise<Record<string, unknown>>;
}

const later = (seconds: number) =>
  new Date(MORNING.getTime() + seconds * 1000).toISOString().replace(/\.\d+/, "");

const secrets = ["refresh-", "portal/", "kept/", "PRIVATE KEY", sec1.split("\n")[1]!];

async function open(
  options: Parameters<typeof SourceWorld.open>[0] = {},
  folder = ".aws/login/cache",
): Promise<Opened> {
  const signIn = await startLoopbackSignIn(() => MORNING);
  const env = { ...signIn.env(), ...options.env };
  const world = await SourceWorld.open({ config: "[profile me]\n", ...options, env });
  signIn.refreshTokens.add("refresh-0");
  const name = `${folder}/${await digest(loginSession)}.json`;
  return {
    world,
    signIn,
    source: {
      kind: "login",
      section: "me",
      loginSession,
      origin: world.origin("login_session"),
    },
    keep: async (changes = {}) => {
      const token = {
        accessToken: {
          accessKeyId: "ASIALOGINLOGINLOGIN2",
          secretAccessKey: "kept/secret+0",
          sessionToken: "kept/token+0",
          accountId: "222222222222",
          expiresAt: later(900),
        },
        tokenType: "aws_sigv4",
        refreshToken: "refresh-0",
        clientId: "arn:aws:signin:::devtools/same-device",
        dpopKey: sec1,
        idToken: "id",
        ...changes,
      };
      await world.test.write(name, JSON.stringify(token));
      return name;
    },
    kept: async () => JSON.parse(await world.test.read(name)),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await signIn[Symbol.asyncDispose]();
    },
  };
}

/** The credentials that are kept at first, with another end. */
const until = (seconds: number, changes: Record<string, unknown> = {}) => ({
  accessToken: {
    accessKeyId: "ASIALOGINLOGINLOGIN2",
    secretAccessKey: "kept/secret+0",
    sessionToken: "kept/token+0",
    accountId: "222222222222",
    expiresAt: later(seconds),
    ...changes,
  },
});

const own = {
  accessKeyId: "ASIALOGINLOGINLOGIN2",
  secretAccessKey: "kept/secret+0",
  sessionToken: "kept/token+0",
  accountId: "222222222222",
};

Deno.test("credentials with more than five minutes left are used as they are", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep(until(301));
  await world.check(source);
  assertEquals(await world.provide(source), { ...own, expiration: "2026-03-04T05:11:08.000Z" });
  assertEquals(signIn.server.requests, []);
});

for (const [form, dpopKey] of Object.entries({ "SEC 1": sec1, "PKCS #8": pkcs8 })) {
  Deno.test(`credentials that are over are renewed with a proof by a key as in ${form}, and kept`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep, kept } = opened;
    const name = await keep({ ...until(-3600), dpopKey });
    const before = await kept();
    assertEquals(await world.provide(source), {
      accessKeyId: "ASIAPORTALPORTALPO12",
      secretAccessKey: "portal/secret+1/of+forty+letters+or+so",
      sessionToken: "portal/token+1==",
      expiration: "2026-03-04T05:21:07.000Z",
      accountId: "222222222222",
    });
    assertEquals(signIn.server.asked, ["POST /v1/token"]);
    assertEquals(JSON.parse(signIn.server.requests[0]!.body), {
      clientId: "arn:aws:signin:::devtools/same-device",
      refreshToken: "refresh-0",
      grantType: "refresh_token",
    });
    assertEquals(await kept(), {
      ...before,
      refreshToken: "refresh-1",
      accessToken: {
        accessKeyId: "ASIAPORTALPORTALPO12",
        secretAccessKey: "portal/secret+1/of+forty+letters+or+so",
        sessionToken: "portal/token+1==",
        accountId: "222222222222",
        expiresAt: later(900),
      },
    });
    assertEquals(await world.test.list(".aws/login/cache"), [name.split("/").at(-1)!]);
    await world.provide(source);
    assertEquals(signIn.server.requests.length, 1);
  });
}

Deno.test("of several that renew one session at once, one asks", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep(until(0));
  const all = await Promise.all(Array.from({ length: 5 }, () => world.provide(source)));
  assertEquals(new Set(all.map(({ accessKeyId }) => accessKeyId)).size, 1);
  assertEquals(signIn.server.requests.length, 1);
});

Deno.test("AWS_LOGIN_CACHE_DIRECTORY says where the session is kept", async () => {
  await using opened = await open(
    { env: { AWS_LOGIN_CACHE_DIRECTORY: "~/elsewhere" } },
    "elsewhere",
  );
  const { world, source, keep } = opened;
  await keep();
  assertEquals((await world.provide(source)).accessKeyId, own.accessKeyId);
});

Deno.test("a region in the file is the region of the sign-in", async () => {
  for (
    const [kept, host] of [
      ["us-west-2", "us-west-2.signin.aws.amazon.com"],
      ["cn-north-1", "cn-north-1.signin.amazonaws.cn"],
      [undefined, "eu-west-1.signin.aws.amazon.com"],
      ["evil.example/", "eu-west-1.signin.aws.amazon.com"],
    ] as const
  ) {
    const asked: string[] = [];
    await using opened = await open({
      network: (url) => {
        asked.push(url);
        return Promise.reject(new Error("no network"));
      },
    });
    const { world, signIn, source, keep } = opened;
    for (const name of Object.keys(signIn.env())) delete world.test.env[name];
    await keep({ ...until(-1), signInRegion: kept });
    assertEquals((await world.refused(source, secrets)).exitStatus, 5);
    assertEquals(new Set(asked), new Set([`https://${host}/v1/token`]));
  }
});

for (
  const [what, content] of Object.entries({
    "absent": undefined,
    "empty": "",
    "not JSON": "{",
    "an object of nothing": "{}",
    "credentials that are a text": '{"accessToken": "x"}',
    "without an account": JSON.stringify(until(900, { accountId: "" })),
    "of another account": null,
    "without a key": { dpopKey: undefined },
    "without a refresh token": { refreshToken: undefined },
    "without a client": { clientId: undefined },
    "with an end that is no time": until(0, { expiresAt: "soon" }),
    "with a secret that is no text": until(900, { secretAccessKey: 7 }),
    "with a line end in its token": until(900, { sessionToken: "kept/\n" }),
  })
) {
  Deno.test(`a session that is ${what}: exit 4 with the command, before any request`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep } = opened;
    const isText = typeof content === "string";
    const name = await keep(
      content === null ? until(900, { accountId: "333333333333" }) : isText ? {} : content,
    );
    if (isText) await world.test.write(name, content);
    if (content === undefined) await Deno.remove(world.test.path(name));
    const error = await world.refused(source, secrets);
    assertEquals([error.exitStatus, error.code], [4, "SessionExpired"]);
    assertEquals(error.hint, "sign in: aws login --profile me");
    assertStringIncludes(error.message, ":2 login_session of [me]: ");
    assertEquals(signIn.server.requests, []);
  });
}

for (
  const [what, reply, exit, says] of [
    [
      "the session is over",
      { status: 401, body: { __type: "AccessDeniedException", error: "TOKEN_EXPIRED" } },
      4,
      "the session has expired",
    ],
    [
      "the password has changed",
      { status: 403, body: { __type: "AccessDeniedException", error: "USER_CREDENTIALS_CHANGED" } },
      4,
      "your password has changed",
    ],
    [
      "one may not",
      { status: 403, body: { __type: "AccessDeniedException", error: "INSUFFICIENT_PERMISSIONS" } },
      4,
      "signin:CreateOAuth2Token is not allowed",
    ],
    ["nothing that is JSON", { body: "<html>" }, 5, "it does not say that it is JSON"],
    ["an object of nothing", { body: {} }, 5, "it holds no usable session"],
    [
      "credentials with a line end",
      {
        body: {
          accessToken: { accessKeyId: "A", secretAccessKey: "portal/\n", sessionToken: "x" },
          expiresIn: 900,
          refreshToken: "refresh-9",
        },
      },
      5,
      "secretAccessKey is not one of AWS's",
    ],
    [
      "credentials for a year",
      {
        body: {
          accessToken: { accessKeyId: "A", secretAccessKey: "portal/", sessionToken: "x" },
          expiresIn: 31_536_000,
          refreshToken: "refresh-9",
        },
      },
      5,
      "it holds no usable session",
    ],
  ] as const
) {
  Deno.test(`a renewal answered with: ${what}: exit ${exit}, nothing kept is changed`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep, kept } = opened;
    await keep(until(-60));
    const before = await kept();
    signIn.server.instead.push(reply);
    const error = await world.refused(source, secrets);
    assertEquals(error.exitStatus, exit);
    assertStringIncludes(error.message, says);
    assertEquals(await kept(), before);
    // What is kept serves until it is over.
    await keep(until(60));
    signIn.server.instead.push(reply);
    assertEquals((await world.provide(source)).accessKeyId, own.accessKeyId);
  });
}

for (
  const [what, dpopKey] of Object.entries({ "no PEM": "x", "no key": sec1.replace(/M\w/, "AA") })
) {
  Deno.test(`a key that is ${what}: exit 4 with the command, no request`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep } = opened;
    await keep({ ...until(-60), dpopKey });
    const error = await world.refused(source, secrets);
    assertEquals(error.hint, "sign in: aws login --profile me");
    assertEquals(signIn.server.requests, []);
  });
}

Deno.test("a sign-in that says nothing is left after a while: exit 5", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep(until(-60));
  signIn.server.instead.push("never");
  const refused = world.refused(source, secrets);
  while (signIn.server.requests.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await passDeadline(world);
  assertEquals((await refused).code, "NetworkTimeout");
});

Deno.test("a renewed session that cannot be kept serves this time, and it is said", async () => {
  await using opened = await open({
    files: (files) => ({
      ...files,
      createNew: () => Promise.reject(Object.assign(new Error("x"), { code: "EROFS" })),
    }),
  });
  const { world, source, keep } = opened;
  await keep(until(-60));
  assertMatch((await world.provide(source)).accessKeyId, /^ASIAPORTAL/);
  assertMatch(
    world.warnings.join(),
    /the renewed session of \[me\] could not be kept: .*read-only/,
  );
});

Deno.test("a session in a folder that others can write is not believed", async () => {
  await using opened = await open({ os: "unix" });
  const { world, source, keep } = opened;
  await keep();
  await world.test.chmod(".aws/login/cache", 0o777);
  assertEquals((await errorOf(() => world.check(source))).code, "UntrustedFile");
  assertEquals((await world.refused(source, secrets)).code, "UntrustedFile");
});
