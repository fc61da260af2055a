/**
 * `credential_source = Ec2InstanceMetadata`, with a loopback metadata service.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { NamedSource } from "../../../lib/profile/others_source.ts";
import { MORNING } from "../../support/homes.ts";
import { type JsonReply, LoopbackJson, type SeenJsonRequest } from "../../support/loopback_json.ts";
import { needsPython, runPython } from "../../support/python.ts";
import {
  errorOf,
  passDeadline,
  SourceWorld,
  type SourceWorldOptions,
} from "../../support/source_world.ts";

const ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const path = "/latest/meta-data/iam/security-credentials/";

/** What one service answers. */
interface Service {
  readonly token?: JsonReply | "never";
  readonly role?: JsonReply;
  readonly credentials?: JsonReply;
  /** Whether it wants a token. */
  readonly isSecond?: boolean;
}

const credentials = (now: Date) => ({
  Code: "Success",
  Type: "AWS-HMAC",
  LastUpdated: now.toISOString(),
  AccessKeyId: "ASIAINSTANCEINSTANC2",
  SecretAccessKey: "instance/secret+key",
  Token: "instance/token+==",
  Expiration: new Date(now.getTime() + 3600_000).toISOString().replace(/\.\d+/, ""),
});
const given = {
  accessKeyId: "ASIAINSTANCEINSTANC2",
  secretAccessKey: "instance/secret+key",
  sessionToken: "instance/token+==",
  expiration: "2026-03-04T06:06:07.000Z",
};
const secrets = ["instance/", "metadata-token"];

async function open(service: Service = {}, options: SourceWorldOptions = {}) {
  const { isSecond = true } = service;
  const now = options.now ?? MORNING;
  const answer = ({ method, path: asked, headers }: SeenJsonRequest): JsonReply | undefined => {
    if (method === "PUT" && asked === "/latest/api/token") {
      if (service.token === "never") return undefined;
      return service.token ?? { body: "metadata-token" };
    }
    const isKnown = headers["x-aws-ec2-metadata-token"] === "metadata-token";
    if (isSecond && !isKnown) return { status: 401, body: "" };
    if (asked === path) return service.role ?? { body: "web-role" };
    if (asked === `${path}web-role`) {
      return service.credentials ?? { body: JSON.stringify(credentials(now)) };
    }
    return { status: 404, body: "" };
  };
  const server = await LoopbackJson.start((request) => Promise.resolve(answer(request)));
  const world = await SourceWorld.open({
    config: "[profile box]\n",
    ...options,
    now,
    env: { [ENDPOINT]: server.url, ...options.env },
  });
  const source: NamedSource = {
    kind: "instance",
    section: "box",
    origin: world.origin("credential_source", 4),
  };
  return {
    world,
    server,
    source,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const asked = [`PUT /latest/api/token`, `GET ${path}`, `GET ${path}web-role`];

Deno.test("the instance's role gives its credentials, for a token of the second version", async () => {
  await using opened = await open();
  const { world, server, source } = opened;
  await world.check(source);
  assertEquals(await world.provide(source), given);
  assertEquals(server.asked, asked);
  assertEquals(server.requests[0]!.headers["x-aws-ec2-metadata-token-ttl-seconds"], "21600");
});

for (
  const [what, token] of Object.entries({
    "403": { status: 403, body: "" },
    "404": { status: 404, body: "" },
    "405": { status: 405, body: "" },
    "nothing at all": "never",
  } as Record<string, JsonReply | "never">)
) {
  Deno.test(`a service that answers ${what} for a token is one of the first version`, async () => {
    await using opened = await open({ token, isSecond: false });
    const { world, server, source } = opened;
    const provided = world.provide(source);
    if (token === "never") {
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      assertEquals(await passDeadline(world), 1000);
    }
    assertEquals(await provided, given);
    assertEquals(server.asked, asked);
    assertEquals(server.requests[1]!.headers["x-aws-ec2-metadata-token"], undefined);
  });

  for (
    const [where, options] of Object.entries({
      "a variable": { env: { AWS_EC2_METADATA_V1_DISABLED: "True" } },
      "the profile": { config: "[profile box]\nec2_metadata_v1_disabled = true\n" },
    })
  ) {
    Deno.test(`${what} for a token, where ${where} forbids the first version: refused`, async () => {
      await using opened = await open({ token, isSecond: false }, options);
      const { world, server, source } = opened;
      const refused = world.refused(source, secrets);
      if (token === "never") {
        while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        await passDeadline(world);
      }
      assertEquals((await refused).exitStatus, token === "never" ? 5 : 4);
      assertEquals(server.requests.length, 1);
    });
  }
}

for (
  const [what, service, exit, says] of [
    ["refuses a token", { token: { status: 400, body: "" } }, 4, "gives no token (HTTP 400)"],
    ["gives a token with a line end", { token: { body: "a\nb" } }, 5, "gives no token"],
    ["gives an empty token", { token: { body: "" } }, 5, "gives no token"],
    ["has no role", { role: { status: 404, body: "" } }, 4, "gives no role (HTTP 404)"],
    ["names no role", { role: { body: "" } }, 4, "gives no role"],
    [
      "names a role that leads elsewhere",
      { role: { body: "../../user-data" } },
      4,
      "gives no role",
    ],
    ["names two roles", { role: { body: "a\nb" } }, 4, "gives no role"],
    ["does not know its role", { role: { body: "other" } }, 4, "gives no credentials (HTTP 404)"],
    [
      "may not assume its role",
      {
        credentials: {
          body: JSON.stringify({ Code: "AssumeRoleUnauthorizedAccess", Message: "no trust" }),
        },
      },
      4,
      "no trust",
    ],
    ["gives no JSON", { credentials: { body: "instance/" } }, 5, "it is not JSON"],
    ["gives nothing", { credentials: { body: "{}" } }, 5, "AccessKeyId is missing"],
    [
      "gives what is over",
      {
        credentials: {
          body: JSON.stringify({ ...credentials(MORNING), Expiration: "2026-03-04T05:06:07Z" }),
        },
      },
      4,
      "they have expired",
    ],
    [
      "gives no end",
      { credentials: { body: JSON.stringify({ ...credentials(MORNING), Expiration: null }) } },
      5,
      "Expiration is missing",
    ],
    ["gives 2 MiB", { credentials: { body: "x".repeat(2 << 20) } }, 5, "larger than 1 MiB"],
    ["fails", { role: { status: 500, body: "" } }, 5, "HTTP 500"],
  ] as const
) {
  Deno.test(`a service that ${what}: exit ${exit}`, async () => {
    await using opened = await open(service);
    const error = await opened.world.refused(opened.source, secrets);
    assertEquals(error.exitStatus, exit);
    assertStringIncludes(error.message, ".aws/config:4 credential_source of [box]: ");
    assertStringIncludes(error.message, says);
  });
}

Deno.test("no service at all: exit 5, and where it would work", async () => {
  await using opened = await open({}, { env: { [ENDPOINT]: "http://127.0.0.1:9" } });
  const error = await opened.world.refused(opened.source);
  assertEquals([error.exitStatus, error.code], [5, "NetworkUnreachable"]);
  assertStringIncludes(error.hint!, "it works on an EC2 instance with a role");
});

Deno.test("a service that is silent everywhere is left after two seconds: exit 5", async () => {
  await using opened = await open({ token: "never", isSecond: false });
  const { world, server, source } = opened;
  const refused = world.refused(source);
  while (server.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  server.instead.push("never");
  await passDeadline(world);
  while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(await passDeadline(world), 1000);
  assertEquals((await refused).code, "NetworkTimeout");
});

Deno.test("after a second it is said that the instance is waited for, over all that it is asked", async () => {
  const config = "[profile box]\nmetadata_service_timeout = 5\n";
  await using opened = await open({ token: "never", isSecond: false }, { config });
  const { world, server, source } = opened;
  world.saysWaits = true;
  const given = world.provide(source);
  while (server.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  const { clock } = world.test;
  const pass = (seconds: number) =>
    [...clock.deadlines].find(({ milliseconds }) => milliseconds === seconds * 1000)!.pass();
  clock.advance(1);
  pass(1);
  assertEquals(world.waits, [`waiting for ${new URL(server.url).host}, 14 s left`]);
  pass(5);
  await given;
  assertEquals(world.waits.slice(1), ["."]);
});

Deno.test("the time and the number of attempts are as set", async () => {
  const config = "[profile box]\nmetadata_service_num_attempts = 3\n";
  await using opened = await open({}, { config, env: { AWS_METADATA_SERVICE_TIMEOUT: "7" } });
  const { world, server, source } = opened;
  server.instead.push("cut", "cut");
  assertEquals(await world.provide(source), given);
  assertEquals(server.requests.length, 5);
  server.instead.push("never");
  const provided = world.provide(source);
  while (server.requests.length < 6) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(await passDeadline(world), 7000);
  assertEquals(await provided, given);
});

for (
  const [what, options, says] of [
    [
      "AWS_EC2_METADATA_DISABLED",
      { env: { AWS_EC2_METADATA_DISABLED: "TRUE" } },
      "AWS_EC2_METADATA_DISABLED forbids to ask the instance",
    ],
    [
      "an endpoint that is no URL",
      { env: { [ENDPOINT]: "169.254.169.254" } },
      "not an http or https URL",
    ],
    [
      "an endpoint of files",
      { env: { [ENDPOINT]: "file:///etc/passwd" } },
      "not an http or https URL",
    ],
    [
      "an unknown mode",
      { env: { [ENDPOINT]: "", AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv5" } },
      "the mode of the metadata service is ipv5",
    ],
    ["no number of seconds", { env: { AWS_METADATA_SERVICE_TIMEOUT: "soon" } }, "is not a number"],
    [
      "no number of attempts",
      { config: "[profile box]\nmetadata_service_num_attempts = 0\n" },
      "is not a number",
    ],
  ] as const
) {
  Deno.test(`${what} is refused before anything is asked: exit 3`, async () => {
    await using opened = await open({}, options);
    const { world, server, source } = opened;
    for (const act of [() => world.check(source), () => world.provide(source)]) {
      const error = await errorOf(act as () => Promise<unknown>);
      assertEquals(error.exitStatus, 3);
      assertStringIncludes(error.message, says);
    }
    assertEquals(server.requests, []);
  });
}

for (
  const [env, config, host] of [
    [{}, "", "169.254.169.254"],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6" }, "", "[fd00:ec2::254]"],
    [
      { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "ipv4", AWS_IMDS_USE_IPV6: "true" },
      "",
      "169.254.169.254",
    ],
    [{ AWS_IMDS_USE_IPV6: "True" }, "", "[fd00:ec2::254]"],
    [{}, "imds_use_ipv6 = true\n", "[fd00:ec2::254]"],
    [{}, "ec2_metadata_service_endpoint_mode = ipv6\n", "[fd00:ec2::254]"],
    [{}, "ec2_metadata_service_endpoint = http://localhost:1338\n", "localhost:1338"],
    [{ AWS_EC2_METADATA_DISABLED: "yes" }, "", "169.254.169.254"],
  ] as const
) {
  Deno.test(`with ${JSON.stringify(env)} and ${JSON.stringify(config)} the service is at ${host}`, async () => {
    const urls: [string, boolean | undefined][] = [];
    await using opened = await open({}, {
      env: { [ENDPOINT]: "", ...env },
      config: `[profile box]\n${config}`,
      network: (url, { isDirect }) => {
        urls.push([url, isDirect]);
        return Promise.reject(new Error("no network"));
      },
    });
    await opened.world.refused(opened.source);
    assertEquals(urls, [[`http://${host}/latest/api/token`, true]]);
  });
}

const python = needsPython("botocore");

Deno.test({
  name: `botocore asks the same services for the same${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const now = new Date();
    const services: Record<string, Service> = {
      "second version": {},
      "first version": { token: { status: 404, body: "" }, isSecond: false },
      "no role": { role: { status: 404, body: "" } },
      "no token": { token: { status: 400, body: "" } },
      "an error as an answer": { credentials: { body: '{"Code": "Failed", "Message": "x"}' } },
    };
    const script = `
import botocore.session
try:
    session = botocore.session.Session(profile="box")
    keys = session.get_credentials().get_frozen_credentials()
    print(keys.access_key, keys.secret_key, keys.token)
except Exception as error:
    print("refused")
`;
    for (const [what, service] of Object.entries(services)) {
      await using opened = await open(service, { now });
      const { world, server, source } = opened;
      const env = { HOME: world.test.home, [ENDPOINT]: server.url };
      const theirs = (await runPython(["-c", script], { env })).trim();
      const theirAsked = server.asked;
      const ours = await world.provide(source).then(
        ({ accessKeyId, secretAccessKey, sessionToken }) =>
          [accessKeyId, secretAccessKey, sessionToken].join(" "),
        () => "refused",
      );
      assertEquals(ours, theirs, what);
      assertEquals(server.asked.slice(theirAsked.length), theirAsked, what);
    }
  },
});
