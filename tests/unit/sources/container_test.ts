/**
 * `credential_source = EcsContainer`, with a loopback server.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { NamedSource } from "../../../lib/profile/others_source.ts";
import { askedUnder } from "../../support/hook_under.ts";
import { MORNING } from "../../support/homes.ts";
import { type JsonReply, LoopbackJson } from "../../support/loopback_json.ts";
import { needsPython, runPython } from "../../support/python.ts";
import {
  errorOf,
  passDeadline,
  SourceWorld,
  type SourceWorldOptions,
} from "../../support/source_world.ts";

const RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

const answer = (now: Date) => ({
  AccessKeyId: "ASIACONTAINERCONTAI2",
  SecretAccessKey: "container/secret+key",
  Token: "container/token+==",
  Expiration: new Date(now.getTime() + 3600_000).toISOString().replace(/\.\d+/, ""),
  RoleArn: "arn:aws:iam::222222222222:role/Task",
});
const given = {
  accessKeyId: "ASIACONTAINERCONTAI2",
  secretAccessKey: "container/secret+key",
  sessionToken: "container/token+==",
  expiration: "2026-03-04T06:06:07.000Z",
};
const secrets = ["container/", "hunter2"];

interface Opened extends AsyncDisposable {
  readonly world: SourceWorld;
  readonly server: LoopbackJson;
  readonly source: NamedSource;
}

async function open(
  env: Record<string, string> = {},
  options: SourceWorldOptions = {},
): Promise<Opened> {
  const now = options.now ?? MORNING;
  const server = await LoopbackJson.start(({ path, headers }) =>
    Promise.resolve(
      path === "/get?x=1" && headers["authorization"] !== "wrong"
        ? { body: answer(now) }
        : { status: 403, body: { code: "Forbidden", message: "not you, hunter2" } },
    )
  );
  const full = `${server.url}/get?x=1`;
  const world = await SourceWorld.open({ ...options, env: { [FULL]: full, ...env }, now });
  const origin = world.origin("credential_source", 4);
  return {
    world,
    server,
    source: { kind: "container", section: "task", origin },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

Deno.test("the server at FULL_URI gives the credentials", async () => {
  await using opened = await open();
  const { world, server, source } = opened;
  assertEquals(await world.provide(source), given);
  assertEquals(server.asked, ["GET /get?x=1"]);
  assertEquals(server.requests[0]!.headers["accept"], "application/json");
  assertEquals(server.requests[0]!.headers["authorization"], undefined);
});

for (
  const [what, env, file, sent] of [
    ["TOKEN", { [TOKEN]: "Bearer hunter2" }, undefined, "Bearer hunter2"],
    ["TOKEN_FILE", {}, "hunter2 of a file", "hunter2 of a file"],
    ["TOKEN_FILE before TOKEN", { [TOKEN]: "other" }, "hunter2", "hunter2"],
    ["an empty TOKEN, which is none", { [TOKEN]: "" }, undefined, undefined],
  ] as const
) {
  Deno.test(`the token is that of ${what}`, async () => {
    await using opened = await open(env);
    const { world, server, source } = opened;
    if (file !== undefined) {
      await world.test.write("token", file);
      world.test.env[TOKEN_FILE] = world.test.path("token");
    }
    assertEquals(await world.provide(source), given);
    assertEquals(server.requests[0]!.headers["authorization"], sent);
  });
}

Deno.test("RELATIVE_URI goes before FULL_URI, and is asked of AWS's own agent", async () => {
  const asked: [string, boolean | undefined][] = [];
  await using opened = await open({ [RELATIVE]: "/v2/credentials/x" }, {
    network: (url, { isDirect }) => {
      asked.push([url, isDirect]);
      return Promise.resolve(Response.json(answer(MORNING)));
    },
  });
  assertEquals(await opened.world.provide(opened.source), given);
  assertEquals(asked, [["http://169.254.170.2/v2/credentials/x", true]]);
});

Deno.test("proxies are passed by", async () => {
  await using server = await LoopbackJson.start(() => Promise.resolve({ body: "I am the server" }));
  await using proxy = await LoopbackJson.start(() => Promise.resolve({ body: "I am the proxy" }));
  const variables = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, ALL_PROXY: proxy.url };
  assertStringIncludes(await askedUnder(variables, server.url), "I am the server");
  assertEquals([server.requests.length, proxy.requests.length], [1, 0]);
});

for (
  const [url, isTaken] of [
    ["http://127.0.0.1/x", true],
    ["http://127.0.0.2:8080/x", true],
    ["http://127.255.255.255/x", true],
    ["http://localhost/x", true],
    ["http://LOCALHOST:99/x", true],
    ["http://[::1]:99/x", true],
    ["http://169.254.170.2/x", true],
    ["http://169.254.170.23/x", true],
    ["http://[fd00:ec2::23]/x", true],
    ["https://credentials.example/x", true],
    ["https://10.0.0.1/x", true],
    ["http://10.0.0.1/x", false],
    ["http://169.254.169.254/x", false],
    ["http://169.254.170.3/x", false],
    ["http://host.docker.internal/x", false],
    ["http://localhost.evil.example/x", false],
    ["http://127.0.0.1.evil.example/x", false],
    ["http://127.0.0.1@evil.example/x", false],
    ["http://[::2]/x", false],
    ["http://0.0.0.0/x", false],
    ["ftp://127.0.0.1/x", false],
    ["file:///etc/passwd", false],
    ["/x", false],
    ["127.0.0.1:80/x", false],
    ["", false],
  ] as const
) {
  Deno.test(`FULL_URI ${JSON.stringify(url)} is ${isTaken ? "asked" : "refused before"}`, async () => {
    const asked: string[] = [];
    await using opened = await open({ [FULL]: url }, {
      network: (url) => {
        asked.push(url);
        return Promise.resolve(Response.json(answer(MORNING)));
      },
    });
    const { world, source } = opened;
    if (isTaken) {
      await world.check(source);
      assertEquals(await world.provide(source), given);
      assertEquals(asked.length, 1);
      return;
    }
    assertEquals((await errorOf(() => world.check(source))).exitStatus, 3);
    const error = await world.refused(source);
    assertEquals([error.exitStatus, error.code], [3, "InvalidSetting"]);
    assertStringIncludes(error.message, ".aws/config:4 credential_source of [task]: variable AWS_");
    assertEquals(asked, []);
  });
}

for (const relative of ["@evil.example/x", ".evil.example/x", "1.evil.example/x", "", ":99999/x"]) {
  Deno.test(`RELATIVE_URI ${JSON.stringify(relative)} leads nowhere else`, async () => {
    await using opened = await open({ [RELATIVE]: relative }, {
      network: (url) => Promise.reject(new Error(`asked ${url}`)),
    });
    const error = await opened.world.refused(opened.source);
    assertEquals([error.exitStatus, error.code], [3, "InvalidSetting"]);
  });
}

Deno.test("neither variable: exit 3, which ones", async () => {
  await using opened = await open();
  const { world, source } = opened;
  delete world.test.env[FULL];
  const error = await world.refused(source);
  assertEquals(error.exitStatus, 3);
  assertStringIncludes(error.message, `neither ${RELATIVE} nor ${FULL} is set`);
});

for (
  const [what, token, says] of [
    ["ends with a line end, as in a file by echo", "hunter2\n", "it ends with a line end"],
    ["holds a second header", "hunter2\r\nx: y", "does not fit into a header"],
    ["is empty", "", "does not fit into a header"],
    ["has 20,000 letters", "hunter2".repeat(3000), "does not fit into a header"],
  ] as const
) {
  Deno.test(`a token file that ${what}: exit 3 before anything is sent`, async () => {
    await using opened = await open();
    const { world, server, source } = opened;
    await world.test.write("token", token);
    world.test.env[TOKEN_FILE] = world.test.path("token");
    const error = await world.refused(source, secrets);
    assertEquals(error.exitStatus, 3);
    assertStringIncludes(error.message, `the token in ${world.test.path("token")}`);
    assertStringIncludes(error.message, says);
    assertEquals(server.requests, []);
  });
}

Deno.test("a token file that is not there: exit 3", async () => {
  await using opened = await open({ [TOKEN_FILE]: "/nowhere/token" });
  const error = await opened.world.refused(opened.source);
  assertEquals(error.exitStatus, 3);
  assertStringIncludes(error.message, `there is no file /nowhere/token, which ${TOKEN_FILE} names`);
});

Deno.test("a server that refuses: exit 4 at once, with its words, without the token", async () => {
  await using opened = await open({ [TOKEN]: "wrong" });
  const { world, server, source } = opened;
  server.instead.push({ status: 400, body: { message: "token wrong \u001b[31m expired" } });
  const error = await world.refused(source, ["wrong"]);
  assertEquals([error.exitStatus, error.code], [4, "RequestRefused"]);
  assertStringIncludes(error.message, "gives no credentials (HTTP 400): token [secret]");
  assertEquals(server.requests.length, 1);
});

for (
  const [what, reply] of Object.entries({
    "a fault": { status: 500, body: {} },
    "a cut connection": "cut",
  } as Record<string, JsonReply | "cut">)
) {
  Deno.test(`${what}: asked three times with a second between; then exit 5`, async () => {
    await using opened = await open();
    const { world, server, source } = opened;
    server.instead.push(reply, reply);
    assertEquals(await world.provide(source), given);
    assertEquals(server.requests.length, 3);
    assertEquals(world.test.clock.sleeps, [1000, 1000]);
    server.instead.push(reply, reply, reply);
    assertEquals((await world.refused(source, secrets)).exitStatus, 5);
    assertEquals(server.requests.length, 6);
  });
}

Deno.test("a server that says nothing is asked three times for two seconds; then exit 5", async () => {
  await using opened = await open();
  const { world, server, source } = opened;
  server.instead.push("never", "never", "never");
  const refused = world.refused(source, secrets);
  for (let tries = 1; tries <= 3; tries++) {
    while (server.requests.length < tries) await new Promise((resolve) => setTimeout(resolve, 1));
    assertEquals(await passDeadline(world), 2000);
  }
  assertEquals((await refused).code, "NetworkTimeout");
});

Deno.test("after a second it is said which server is waited for", async () => {
  await using opened = await open();
  const { world, server, source } = opened;
  world.saysWaits = true;
  server.instead.push("never");
  const given = world.provide(source);
  while (server.requests.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
  const { clock } = world.test;
  clock.advance(1);
  [...clock.deadlines].find(({ milliseconds }) => milliseconds === 1000)!.pass();
  assertEquals(world.waits, [`waiting for ${new URL(server.url).host}, 7 s left`]);
  [...clock.deadlines].find(({ milliseconds }) => milliseconds === 2000)!.pass();
  await given;
  assertEquals(world.waits.slice(1), ["."]);
});

for (
  const [what, body, exit] of [
    ["no JSON", "hello", 5],
    ["a list", [], 5],
    ["an object of nothing", {}, 5],
    ["2 MiB", "x".repeat(2 << 20), 5],
    ["no token", { ...answer(MORNING), Token: undefined }, 5],
    ["no end", { ...answer(MORNING), Expiration: undefined }, 5],
    ["an end that is past", { ...answer(MORNING), Expiration: "2026-03-04T05:06:07Z" }, 4],
    ["an end that is not a time", { ...answer(MORNING), Expiration: "soon" }, 5],
    ["a line end in a secret", { ...answer(MORNING), SecretAccessKey: "container/\n" }, 5],
    ["numbers", { ...answer(MORNING), AccessKeyId: 7 }, 5],
  ] as const
) {
  Deno.test(`an answer with ${what}: exit ${exit}, and nothing of it is told`, async () => {
    await using opened = await open();
    opened.server.instead.push(...Array(3).fill({ body }));
    const error = await opened.world.refused(opened.source, [...secrets, "hello", "xxx"]);
    assertEquals(error.exitStatus, exit);
    assertStringIncludes(error.message, ".aws/config:4 credential_source of [task]: ");
  });
}

const python = needsPython("botocore");

Deno.test({
  name: `botocore asks for the same, with the same token, and refuses the same${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const now = new Date();
    const cases: Record<string, Record<string, string>> = {
      "FULL_URI": {},
      "a token": { [TOKEN]: "t" },
      "a token with a line end": { [TOKEN]: "t\n" },
      "a token file": { [TOKEN_FILE]: "HOME/token" },
      "a token file before a token": { [TOKEN]: "t", [TOKEN_FILE]: "HOME/token" },
      "a token file with a line end": { [TOKEN_FILE]: "HOME/ended" },
      "a token file that is not there": { [TOKEN_FILE]: "HOME/none" },
      "an empty FULL_URI": { [FULL]: "" },
      "another host": { [FULL]: "http://10.0.0.1/x" },
    };
    const script = `
import json, sys, time
from botocore.credentials import ContainerProvider
time.sleep = lambda seconds: None
try:
    keys = ContainerProvider().load().get_frozen_credentials()
    print(keys.access_key, keys.secret_key, keys.token)
except Exception as error:
    print("refused")
`;
    for (const [what, changes] of Object.entries(cases)) {
      await using opened = await open({}, { now });
      const { world, server, source } = opened;
      await world.test.write("token", "of a file");
      await world.test.write("ended", "of a file\n");
      for (const [name, value] of Object.entries(changes)) {
        world.test.env[name] = value.replace("HOME", world.test.home);
      }
      const { HOME: _, USER: __, ...env } = world.test.env;
      const theirs = (await runPython(["-c", script], { env })).trim();
      const ours = await world.provide(source).then(
        ({ accessKeyId, secretAccessKey, sessionToken }) =>
          [accessKeyId, secretAccessKey, sessionToken].join(" "),
        () => "refused",
      );
      assertEquals(ours, theirs, what);
      const sent = server.requests.map(({ path, headers }) => [path, headers["authorization"]]);
      assert(sent.length === 0 || sent.length === 2, what);
      assertEquals(sent[0], sent[1], what);
    }
  },
});
