/**
 * `credential_source = Environment`, by us and by botocore.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { environmentCredentials } from "../../../lib/sources/environment.ts";
import { needsPython, runPython } from "../../support/python.ts";
import { errorOf, plain, SourceWorld } from "../../support/source_world.ts";

const key = "AKIAENVENVENVENVENV2";
const secret = "env/secret+of/forty+letters";
const keys = { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret };
const now = new Date();
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

/** Variables, and whether their credentials are used. */
const cases: Record<string, { env: Record<string, string>; isUsed: boolean }> = {
  "key and secret": { env: keys, isUsed: true },
  "a session": { env: { ...keys, AWS_SESSION_TOKEN: "token" }, isUsed: true },
  "a session by the older name": { env: { ...keys, AWS_SECURITY_TOKEN: "old" }, isUsed: true },
  "a token by both names": {
    env: { ...keys, AWS_SESSION_TOKEN: "token", AWS_SECURITY_TOKEN: "old" },
    isUsed: true,
  },
  "an empty token by the older name": {
    env: { ...keys, AWS_SESSION_TOKEN: "token", AWS_SECURITY_TOKEN: "" },
    isUsed: true,
  },
  "an empty token": { env: { ...keys, AWS_SESSION_TOKEN: "" }, isUsed: true },
  "an end that is to come": {
    env: { ...keys, AWS_CREDENTIAL_EXPIRATION: at(3600) },
    isUsed: true,
  },
  "an end with an offset": {
    env: { ...keys, AWS_CREDENTIAL_EXPIRATION: at(86_400).replace("Z", "+01:00") },
    isUsed: true,
  },
  "an empty end": { env: { ...keys, AWS_CREDENTIAL_EXPIRATION: "" }, isUsed: true },
  "an account": { env: { ...keys, AWS_ACCOUNT_ID: "222222222222" }, isUsed: true },
  "LocalStack's keys": {
    env: { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    isUsed: true,
  },
  "an end that is past": { env: { ...keys, AWS_CREDENTIAL_EXPIRATION: at(-5) }, isUsed: false },
  "an end that is not a time": {
    env: { ...keys, AWS_CREDENTIAL_EXPIRATION: "soon" },
    isUsed: false,
  },
  "nothing": { env: {}, isUsed: false },
  "an empty key": { env: { ...keys, AWS_ACCESS_KEY_ID: "" }, isUsed: false },
  "a key alone": { env: { AWS_ACCESS_KEY_ID: key }, isUsed: false },
  "a key and an empty secret": { env: { ...keys, AWS_SECRET_ACCESS_KEY: "" }, isUsed: false },
  "a secret alone": { env: { AWS_SECRET_ACCESS_KEY: secret }, isUsed: false },
  "a token alone": { env: { AWS_SESSION_TOKEN: "token" }, isUsed: false },
};

/** What botocore would send, and AWS or a server on the way would not read. */
const broken: Record<string, Record<string, string>> = {
  "a line end after the secret": { ...keys, AWS_SECRET_ACCESS_KEY: `${secret}\n` },
  "a space before the key": { ...keys, AWS_ACCESS_KEY_ID: ` ${key}` },
  "a second header in the token": { ...keys, AWS_SESSION_TOKEN: "a\r\nx: y" },
};

const source = {
  kind: "environment",
  section: "ci",
  origin: { kind: "file", path: "/home/a/.aws/config", line: 4, key: "credential_source" },
} as const;

function ours(env: Record<string, string>): unknown {
  const environment = {
    get: (name: string) => env[name] || undefined,
    has: (name: string) => Object.hasOwn(env, name),
    startingWith: () => ({}),
  };
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = plain(
      environmentCredentials(environment, source, now),
    );
    const end = expiration && Math.floor(Date.parse(expiration) / 1000);
    return [accessKeyId, secretAccessKey, sessionToken ?? null, end ?? null, accountId ?? null];
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    const said = `${error.message} ${error.hint}`;
    assertStringIncludes(said, "/home/a/.aws/config:4 credential_source of [ci]");
    assert(!said.includes(secret), said);
    return error.exitStatus;
  }
}

for (const [what, { env, isUsed }] of Object.entries(cases)) {
  Deno.test(`credential_source = Environment with ${what}: ${isUsed ? "used" : "refused"}`, () => {
    const isPast = what === "an end that is past";
    const answer = ours(env);
    if (isUsed) assert(Array.isArray(answer));
    else assertEquals(answer, isPast ? 4 : 3);
  });
}

for (const [what, env] of Object.entries(broken)) {
  Deno.test(`credential_source = Environment with ${what}: refused`, () => {
    assertEquals(ours(env), 3);
  });
}

Deno.test("which variable is missing is told", async () => {
  await using world = await SourceWorld.open({ env: { AWS_ACCESS_KEY_ID: key } });
  const own = { ...source, origin: world.origin("credential_source") };
  for (const act of [() => world.check(own), () => world.provide(own)]) {
    const { message, hint } = await errorOf(act);
    assertStringIncludes(message, "variable AWS_SECRET_ACCESS_KEY is missing");
    assertStringIncludes(hint!, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
});

const python = needsPython("botocore");

Deno.test({
  name: `botocore takes and refuses the same variables, with the same values${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const script = `
import json, sys
from botocore.credentials import EnvProvider
def read(env):
    try:
        found = EnvProvider(environ=env).load()
        if found is None:
            return 0
        keys = found.get_frozen_credentials()
        end = getattr(found, "_expiry_time", None)
        end = end and int(end.timestamp())
        return [keys.access_key, keys.secret_key, keys.token or None, end, keys.account_id or None]
    except Exception as error:
        return 0
print(json.dumps([read(env) for env in json.load(sys.stdin)]))
`;
    const envs = Object.values(cases).map(({ env }) => env);
    const answers = JSON.parse(await runPython(["-c", script], { input: JSON.stringify(envs) }));
    for (const [at, env] of envs.entries()) {
      const answer = ours(env);
      assertEquals(Array.isArray(answer) ? answer : 0, answers[at], JSON.stringify(env));
    }
  },
});
