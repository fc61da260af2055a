/**
 * Roles of IAM Identity Center, with a loopback portal.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { digest } from "../../../lib/digest.ts";
import type { SsoSource } from "../../../lib/profile/others_source.ts";
import { testWith } from "../../support/abilities.ts";
import { assertMode } from "../../support/file_mode.ts";
import { MORNING } from "../../support/homes.ts";
import { type LoopbackSignIn, startLoopbackSignIn } from "../../support/loopback_sign_in.ts";
import { pythonWith, runPython } from "../../support/python.ts";
import {
  errorOf,
  passDeadline,
  SourceWorld,
  type SourceWorldOptions,
} from "../../support/source_world.ts";

const startUrl = "https://example.awsapps.com/start";

interface Opened extends AsyncDisposable {
  readonly world: SourceWorld;
  readonly signIn: LoopbackSignIn;
  readonly source: SsoSource;
  /** Keeps a sign-in, of the session or of the older form. */
  keep(changes?: Record<string, unknown>): Promise<string>;
  /** Returns what is kept. */
  kept(): Promise<Record<string, unknown>>;
}

const config = `[sso-session work]
sso_start_url = ${startUrl}
sso_region = eu-north-1
[profile reader]
sso_session = work
sso_account_id = 222222222222
sso_role_name = Reader
[profile old]
sso_start_url = ${startUrl}
sso_region = eu-north-1
sso_account_id = 222222222222
sso_role_name = Reader
`;

async function open(
  form: "session" | "older" = "session",
  { now = MORNING, ...options }: Partial<SourceWorldOptions> = {},
): Promise<Opened> {
  let clock = () => now;
  const signIn = await startLoopbackSignIn(() => clock());
  const env = { ...signIn.env(), ...options.env };
  const world = await SourceWorld.open({ config, ...options, env, now });
  clock = () => world.test.clock.now();
  const source: SsoSource = {
    kind: "sso",
    section: form === "session" ? "reader" : "old",
    ...(form === "session" && { ssoSession: "work" }),
    startUrl,
    ssoRegion: "eu-north-1",
    accountId: "222222222222",
    roleName: "Reader",
    origin: world.origin("sso_session", 5),
  };
  const name = `.aws/sso/cache/${await digest(
    form === "session" ? "work" : startUrl,
    "SHA-1",
  )}.json`;
  signIn.accessTokens.add("access-0");
  signIn.refreshTokens.add("refresh-0");
  return {
    world,
    signIn,
    source,
    keep: async (changes = {}) => {
      const token = {
        startUrl,
        region: "eu-north-1",
        accessToken: "access-0",
        expiresAt: inSeconds(now, 3600),
        clientId: "client",
        clientSecret: "client-secret",
        registrationExpiresAt: inSeconds(now, 86_400),
        refreshToken: "refresh-0",
        note: { kept: true },
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

function inSeconds(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString().replace(/\.\d+/, "");
}

const later = (seconds: number) => inSeconds(MORNING, seconds);
const secrets = ["access-", "refresh-", "client-secret", "portal/"];
const portalPath = "GET /federation/credentials?role_name=Reader&account_id=222222222222";

for (const form of ["session", "older"] as const) {
  Deno.test(`${form}: the role's credentials with the kept sign-in, and nothing else is asked`, async () => {
    await using opened = await open(form);
    const { world, signIn, source, keep, kept } = opened;
    await keep();
    const before = await kept();
    assertEquals(await world.provide(source), {
      accessKeyId: "ASIAPORTALPORTALPO12",
      secretAccessKey: "portal/secret+1/of+forty+letters+or+so",
      sessionToken: "portal/token+1==",
      expiration: "2026-03-04T06:06:07.000Z",
      accountId: "222222222222",
    });
    assertEquals(signIn.server.asked, [portalPath]);
    const { headers } = signIn.server.requests[0]!;
    assertEquals(headers["x-amz-sso_bearer_token"], "access-0");
    assertEquals(headers["authorization"], undefined);
    assertEquals(await kept(), before);
    assertEquals([world.notes, world.warnings], [[], []]);
  });

  for (
    const [what, content] of [
      ["absent", undefined],
      ["empty", ""],
      ["not JSON", '{"accessToken": "access-0"'],
      ["a list", '["access-0"]'],
      ["without a token", '{"expiresAt": "2030-01-01T00:00:00Z"}'],
      ["without an end", '{"accessToken": "access-0"}'],
      ["with an end that is no time", '{"accessToken": "access-0", "expiresAt": "soon"}'],
      ["with a number for a token", '{"accessToken": 1, "expiresAt": "2030-01-01T00:00:00Z"}'],
      [
        "with a header in its token",
        '{"accessToken": "access-0\\r\\nx: y", "expiresAt": "2030-01-01T00:00:00Z"}',
      ],
      ["over", `{"accessToken": "access-0", "expiresAt": "2026-03-04T05:06:07Z"}`],
    ] as const
  ) {
    Deno.test(`${form}: a sign-in that is ${what}: exit 4 with the command, before any request`, async () => {
      await using opened = await open(form);
      const { world, signIn, source, keep } = opened;
      const name = await keep();
      if (content === undefined) await Deno.remove(world.test.path(name));
      else await world.test.write(name, content);
      assertEquals((await errorOf(() => world.check(source))).exitStatus, 4);
      const error = await world.refused(source, secrets);
      assertEquals([error.exitStatus, error.code], [4, "SessionExpired"]);
      assertEquals(error.hint, `sign in: aws sso login --profile ${source.section}`);
      assertEquals(signIn.server.requests, []);
    });
  }

  Deno.test(`${form}: a sign-in that AWS does not know any more: exit 4 with the command`, async () => {
    await using opened = await open(form);
    const { world, signIn, source, keep } = opened;
    await keep();
    signIn.accessTokens.clear();
    const error = await world.refused(source, secrets);
    assertEquals(error.exitStatus, 4);
    assertEquals(error.hint, `sign in: aws sso login --profile ${source.section}`);
    assertEquals(signIn.server.asked, [portalPath]);
  });
}

Deno.test("older: a sign-in that is over is not renewed, even with what it takes", async () => {
  await using opened = await open("older");
  const { world, signIn, source, keep } = opened;
  await keep({ expiresAt: later(-1) });
  assertEquals((await world.refused(source, secrets)).exitStatus, 4);
  assertEquals(signIn.server.requests, []);
});

for (
  const [what, seconds] of [["over", -3600], ["about to be over", 899]] as const
) {
  Deno.test(`a sign-in that is ${what} is renewed, and kept with all else in its file`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep, kept } = opened;
    const name = await keep({ expiresAt: later(seconds) });
    await Deno.chmod(world.test.path(name), 0o640);
    const before = await kept();
    await world.check(source);
    assertEquals((await world.provide(source)).accountId, "222222222222");
    assertEquals(signIn.server.asked, ["POST /token", portalPath]);
    assertEquals(JSON.parse(signIn.server.requests[0]!.body), {
      grantType: "refresh_token",
      clientId: "client",
      clientSecret: "client-secret",
      refreshToken: "refresh-0",
    });
    assertEquals(signIn.server.requests[1]!.headers["x-amz-sso_bearer_token"], "access-1");
    assertEquals(await kept(), {
      ...before,
      accessToken: "access-1",
      refreshToken: "refresh-1",
      expiresAt: later(28_800),
    });
    assertEquals(await world.test.list(".aws/sso/cache"), [name.split("/").at(-1)!]);
    assertMode(0o640, world.test.path(name));
    await world.provide(source);
    assertEquals(signIn.server.requests.length, 3);
  });
}

Deno.test("a sign-in with a quarter of an hour left is not renewed", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep({ expiresAt: later(900) });
  await world.provide(source);
  assertEquals(signIn.server.asked, [portalPath]);
});

for (
  const [what, changes] of Object.entries({
    "no refresh token": { refreshToken: undefined },
    "no client": { clientId: undefined },
    "no client's secret": { clientSecret: undefined },
    "no end of its registration": { registrationExpiresAt: undefined },
    "a registration that is over": { registrationExpiresAt: later(-1) },
    "a refresh token that is no text": { refreshToken: 7 },
  })
) {
  Deno.test(`a sign-in with ${what} is used to its end, and not renewed`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep } = opened;
    await keep({ ...changes, expiresAt: later(60) });
    await world.provide(source);
    assertEquals(signIn.server.asked, [portalPath]);
    await keep({ ...changes, expiresAt: later(-60) });
    for (const act of [() => world.check(source), () => world.provide(source)]) {
      assertEquals((await errorOf(act as () => Promise<unknown>)).exitStatus, 4);
    }
    assertEquals(signIn.server.requests.length, 1);
  });
}

Deno.test("a renewal that AWS refuses: the sign-in is used to its end; then exit 4", async () => {
  await using opened = await open();
  const { world, signIn, source, keep, kept } = opened;
  await keep({ expiresAt: later(60) });
  signIn.refreshTokens.clear();
  await world.provide(source);
  assertEquals(signIn.server.asked, ["POST /token", portalPath]);
  await keep({ expiresAt: later(-60) });
  const before = await kept();
  const error = await world.refused(source, secrets);
  assertEquals(error.exitStatus, 4);
  assertEquals(error.hint, "sign in: aws sso login --profile reader");
  assertEquals(await kept(), before);
});

Deno.test("a renewal that fails on the way: the sign-in is used to its end; then exit 5", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep({ expiresAt: later(60) });
  signIn.server.instead.push({ status: 500, body: {} }, { status: 502, body: "<html>" }, "cut");
  await world.provide(source);
  assertEquals(signIn.server.asked.at(-1), portalPath);
  await keep({ expiresAt: later(-60) });
  signIn.server.instead.push("cut", "cut", "cut");
  const error = await world.refused(source, secrets);
  assertEquals(error.exitStatus, 5);
});

for (
  const [what, body] of Object.entries({
    "no JSON": "hello",
    "an object of nothing": {},
    "no end": { accessToken: "access-9" },
    "an end in the past": { accessToken: "access-9", expiresIn: -1 },
    "an end as a text": { accessToken: "access-9", expiresIn: "28800" },
    "an end in a thousand years": { accessToken: "access-9", expiresIn: 31_536_000_000 },
    "a token with a line end": { accessToken: "access-9\n", expiresIn: 28_800 },
  })
) {
  Deno.test(`a renewal answered with ${what} changes nothing that is kept: exit 5`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep, kept } = opened;
    await keep({ expiresAt: later(-60) });
    const before = await kept();
    signIn.server.instead.push({ headers: { "content-type": "application/json" }, body });
    assertEquals((await world.refused(source, secrets)).exitStatus, 5);
    assertEquals(await kept(), before);
    assertEquals(signIn.server.asked, ["POST /token"]);
  });
}

Deno.test("of several that renew one sign-in at once, one asks", async () => {
  await using opened = await open();
  const { world, signIn, source, keep, kept } = opened;
  await keep({ expiresAt: later(-60) });
  const all = await Promise.all(Array.from({ length: 5 }, () => world.provide(source)));
  assertEquals(all.length, 5);
  assertEquals(signIn.server.asked.filter((each) => each === "POST /token").length, 1);
  assertEquals((await kept())["refreshToken"], "refresh-1");
});

Deno.test("a renewed sign-in that cannot be kept serves this time, and it is said", async () => {
  await using opened = await open("session", {
    files: (files) => ({
      ...files,
      createNew: (path, mode) =>
        /[\\/]sso[\\/]cache[\\/]/.test(path)
          ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }))
          : files.createNew(path, mode),
    }),
  });
  const { world, source, keep, kept } = opened;
  await keep({ expiresAt: later(-60) });
  const before = await kept();
  assertEquals((await world.provide(source)).accountId, "222222222222");
  assertEquals(await kept(), before);
  assertEquals(world.warnings.length, 1);
  assertMatch(
    world.warnings[0]!,
    /could not be kept \(cannot write .*: no space left.*aws sso login/,
  );
});

Deno.test("a sign-in in a folder that others can write is not believed", async () => {
  await using opened = await open("session", { os: "unix" });
  const { world, signIn, source, keep } = opened;
  await keep();
  await world.test.chmod(".aws/sso/cache", 0o777);
  assertEquals((await world.refused(source, secrets)).code, "UntrustedFile");
  assertEquals(signIn.server.requests, []);
});

Deno.test("a role that one does not have: exit 4, which role and account", async () => {
  await using opened = await open();
  const { world, source, keep } = opened;
  await keep();
  const error = await world.refused({ ...source, roleName: "Admin" }, secrets);
  assertEquals([error.exitStatus, error.code], [4, "AccessDenied"]);
  assertStringIncludes(error.message, ":5 sso_session of [reader]");
  assertStringIncludes(error.message, "gives you no role Admin in account 222222222222");
});

for (
  const [what, reply, exit, says] of [
    ["no JSON", { body: "hello" }, 5, "it does not say that it is JSON"],
    ["an object of nothing", { body: {} }, 5, "expiration is no time"],
    ["a list", { body: [] }, 5, "it is no JSON object"],
    [
      "no credentials",
      { body: { roleCredentials: { expiration: 4e12 } } },
      5,
      "accessKeyId is missing",
    ],
    [
      "credentials that are over",
      {
        body: {
          roleCredentials: {
            accessKeyId: "A",
            secretAccessKey: "portal/",
            sessionToken: "x",
            expiration: 1,
          },
        },
      },
      4,
      "have expired already by this machine's clock",
    ],
    [
      "a line end in the token",
      {
        body: {
          roleCredentials: {
            accessKeyId: "A",
            secretAccessKey: "portal/",
            sessionToken: "x\n",
            expiration: 4e12,
          },
        },
      },
      5,
      "sessionToken is not one of AWS's",
    ],
    ["more than a MiB", { body: "x".repeat(2 << 20) }, 5, "it is larger than 1 MiB"],
    [
      "a redirect",
      { status: 302, headers: { location: "https://elsewhere.example" }, body: "" },
      5,
      "did not answer GetRoleCredentials as AWS does",
    ],
    [
      "a sign-in page",
      { status: 403, body: "<html>" },
      5,
      "did not answer GetRoleCredentials as AWS does",
    ],
    [
      "a refusal that echoes the token",
      { status: 400, body: { __type: "InvalidRequestException", message: "access-0 \u001b[31m" } },
      4,
      "InvalidRequestException: [secret]",
    ],
  ] as const
) {
  Deno.test(`a portal that answers with ${what}: exit ${exit}, and nothing of it is told`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep } = opened;
    await keep();
    signIn.server.instead.push(reply);
    const error = await world.refused(source, secrets);
    assertEquals(error.exitStatus, exit);
    assertStringIncludes(error.message, says);
  });
}

for (
  const [what, reply, exit, tries] of [
    ["fails", { status: 500, body: {} }, 5, 3],
    [
      "is busy",
      { status: 429, body: { __type: "TooManyRequestsException", message: "slow" } },
      4,
      3,
    ],
    ["ends the connection", "cut", 5, 3],
  ] as const
) {
  Deno.test(`a portal that ${what} is asked again, and then left: exit ${exit}`, async () => {
    await using opened = await open();
    const { world, signIn, source, keep } = opened;
    await keep();
    signIn.server.instead.push(reply, reply, reply);
    assertEquals((await world.refused(source, secrets)).exitStatus, exit);
    assertEquals(signIn.server.requests.length, tries);
    signIn.server.instead.push(reply);
    await world.provide(source);
  });
}

Deno.test("a portal that says nothing is left after a while: exit 5", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep();
  signIn.server.instead.push("never");
  const refused = world.refused(source, secrets);
  while (signIn.server.requests.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals(await passDeadline(world), 20_000);
  assertEquals((await refused).code, "NetworkTimeout");
});

for (
  const [what, changes] of Object.entries({
    "a region that leads elsewhere": { ssoRegion: "x.evil.example/" },
    "an account of 11 digits": { accountId: "22222222222" },
    "a role with a slash": { roleName: "a/b" },
  })
) {
  Deno.test(`${what} is refused before anything is read or sent: exit 3`, async () => {
    await using opened = await open();
    const { world, signIn, source } = opened;
    const error = await world.refused({ ...source, ...changes });
    assertEquals([error.exitStatus, error.code], [3, "InvalidSetting"]);
    assertStringIncludes(error.message, ":5 sso_session of [reader]: sso_");
    assertEquals(signIn.server.requests, []);
  });
}

Deno.test("the endpoint is that of the profile that is used, not of the one with the sign-in", async () => {
  await using opened = await open();
  const { world, signIn, source, keep } = opened;
  await keep();
  for (const name of Object.keys(signIn.env())) delete world.test.env[name];
  await world.test.write(
    ".aws/config",
    `${config}endpoint_url = http://127.0.0.1:9\n[profile top]\nservices = here\n[services here]\nsso =\n  endpoint_url = ${signIn.server.url}/\n`,
  );
  assertEquals((await world.provide(source, "top")).accountId, "222222222222");
});

const botocore = `
import os, sys, botocore.session, botocore.credentials, botocore.tokens
try:
    keys = botocore.session.Session(profile=sys.argv[1]).get_credentials().get_frozen_credentials()
    print(keys.access_key, keys.secret_key, keys.token, keys.account_id)
except Exception as error:
    print("refused")
`;

const kept: Record<string, Record<string, unknown> | undefined> = {
  "valid": {},
  "absent": undefined,
  "over": { expiresAt: -60 },
  "about to be over": { expiresAt: 300 },
};
const alsoKept: typeof kept = {
  ...kept,
  "over, and cannot be renewed": { expiresAt: -60, refreshToken: undefined },
  "over, with a registration that is over": { expiresAt: -60, registrationExpiresAt: -1 },
  "without a token": { accessToken: undefined },
};

for (const [form, cases] of [["session", alsoKept], ["older", kept]] as const) {
  for (const [what, changes] of Object.entries(cases)) {
    testWith(
      pythonWith("botocore"),
      `botocore asks for the same with the sign-in of the ${form} form that is ${what}`,
      async () => {
        const now = new Date();
        const seen = async (act: (opened: Opened) => Promise<string>) => {
          await using opened = await open(form, { now });
          const { keep, kept, world, signIn } = opened;
          const times = Object.entries(changes ?? {}).map((
            [key, value],
          ) => [key, typeof value === "number" ? inSeconds(now, value) : value]);
          const name = await keep(Object.fromEntries(times));
          if (changes === undefined) await Deno.remove(world.test.path(name));
          const result = await act(opened);
          const asked = signIn.server.requests.map((
            { method, path, body, headers },
          ) => [method, path, body && JSON.parse(body), headers["x-amz-sso_bearer_token"]]);
          const after = changes === undefined ? {} : await kept();
          const isClose = Math.abs(Date.parse(String(after["expiresAt"])) - now.getTime()) < 1e9;
          assert(changes === undefined || isClose);
          return {
            result,
            asked,
            kept: { ...after, expiresAt: "", note: "" },
          };
        };
        const theirs = await seen(async ({ world, signIn, source }) =>
          (await runPython(["-c", botocore, source.section], {
            env: { HOME: world.test.home, AWS_MAX_ATTEMPTS: "1", ...signIn.env() },
          })).trim()
        );
        const ours = await seen(async ({ world, source }) => {
          try {
            const { accessKeyId, secretAccessKey, sessionToken, accountId } = await world.provide(
              source,
            );
            return [accessKeyId, secretAccessKey, sessionToken, accountId].join(" ");
          } catch {
            return "refused";
          }
        });
        assertEquals(ours, theirs);
      },
      "botocore asks for the same with the same sign-in",
    );
  }
}
