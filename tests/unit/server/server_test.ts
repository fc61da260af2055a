/**
 * The server with clients that mean harm, or are broken, over real sockets.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Secret } from "../../../lib/credentials.ts";
import { StsmfaError } from "../../../lib/errors.ts";
import { HeldSession, type ServedSession } from "../../../lib/server/held_session.ts";
import { CredentialServer, isSame, mostConnections } from "../../../lib/server/server.ts";
import { TestContext } from "../../support/test_context.ts";
import { until } from "../../support/homes.ts";

const secret = "the+secret/of+the/session";

/** A server with a session that lasts. */
class World implements AsyncDisposable {
  private constructor(
    readonly test: TestContext,
    readonly held: HeldSession,
    readonly server: CredentialServer,
  ) {}

  static async open(changes: Partial<ServedSession["credentials"]> = {}): Promise<World> {
    const test = await TestContext.create();
    const context = test.context();
    const clock = { ...real(test), now: () => new Date(), sleep: forever };
    const held = new HeldSession({
      clock,
      first: {
        accountId: "123456789012",
        credentials: {
          accessKeyId: "ASIASERVED",
          secretAccessKey: new Secret(secret),
          sessionToken: new Secret("token"),
          expiration: new Date(Date.UTC(2099, 0, 1)),
          ...changes,
        },
      },
      leadSeconds: 900,
      renew: () =>
        Promise.reject(
          new StsmfaError("TokenCodeNeeded", "no session of prod: a code is needed", {
            hint: "in another terminal: stsmfa refresh prod",
          }),
        ),
      look: () => Promise.resolve(""),
      asked: () => Promise.resolve(undefined),
    });
    return new World(test, held, await CredentialServer.open({ ...context, clock }, held));
  }

  get port(): number {
    return Number(new URL(this.server.uri).port);
  }

  /** Returns a request as an SDK sends it, with changes. */
  request(
    { method = "GET", path = "/credentials", ...headers }: Record<string, string> = {},
  ): string {
    const all = {
      Host: `127.0.0.1:${this.port}`,
      Authorization: this.server.token.reveal(),
      ...headers,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== "")
      .map(([name, value]) => `${name}: ${value}`);
    return [`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  /** Sends bytes as they are, and returns everything that comes back. */
  async send(text: string): Promise<string> {
    using connection = await this.connect();
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) {
      at += await connection.write(bytes.subarray(at)).catch(() => bytes.length);
    }
    return await new Response(connection.readable).text().catch(() => "cut");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.held.close();
    await this.test[Symbol.asyncDispose]();
  }
}

function real(test: TestContext) {
  const { deadlines } = test.clock;
  return {
    deadlines,
    deadline: (milliseconds: number) => test.clock.deadline(milliseconds),
    pause: (milliseconds: number) => test.clock.pause(milliseconds),
  };
}

function forever(_: number, signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

/** Asserts a refusal, which says nothing of the session. */
function assertRefused(answer: string, status: number): void {
  assertStringIncludes(answer, `HTTP/1.1 ${status} `);
  const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
  assertEquals(Object.keys(body).sort(), ["Code", "Message", "code", "message"]);
  assertEquals([body.Code, body.Message], [body.code, body.message]);
  assert(!answer.includes(secret) && !/access-control/i.test(answer), answer);
}

Deno.test("who has the token gets the session, as SDKs read it", async () => {
  await using world = await World.open();
  const response = await fetch(world.server.uri, {
    headers: { Authorization: world.server.token.reveal() },
  });
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(await response.json(), {
    AccessKeyId: "ASIASERVED",
    SecretAccessKey: secret,
    Token: "token",
    Expiration: "2099-01-01T00:00:00Z",
    AccountId: "123456789012",
  });
});

Deno.test("each server has another token, of 256 bits", async () => {
  await using one = await World.open();
  await using other = await World.open();
  assertMatch(one.server.token.reveal(), /^[\w-]{43}$/);
  assert(one.server.token.reveal() !== other.server.token.reveal());
  assertRefused(await one.send(one.request({ Authorization: other.server.token.reveal() })), 403);
});

const hostile: Record<string, [(world: World) => string, status: number]> = {
  "no token": [(world) => world.request({ Authorization: "" }), 403],
  "a wrong token": [(world) => world.request({ Authorization: "x".repeat(43) }), 403],
  "the beginning of the token": [
    (world) => world.request({ Authorization: world.server.token.reveal().slice(0, 42) }),
    403,
  ],
  "the token and more": [
    (world) => world.request({ Authorization: `${world.server.token.reveal()}x` }),
    403,
  ],
  "the token as a bearer's": [
    (world) => world.request({ Authorization: `Bearer ${world.server.token.reveal()}` }),
    403,
  ],
  "two tokens": [
    (world) => world.request().replace("\r\n\r\n", "\r\nauthorization: x\r\n\r\n"),
    400,
  ],
  "another name for 127.0.0.1": [
    (world) => world.request({ Host: `evil.example:${world.port}` }),
    403,
  ],
  "another port": [(world) => world.request({ Host: "127.0.0.1" }), 403],
  "no host": [(world) => world.request({ Host: "" }), 403],
  "two hosts": [(world) => world.request().replace("\r\n\r\n", "\r\nHost: x\r\n\r\n"), 400],
  "a web page": [(world) => world.request({ Origin: "https://evil.example" }), 403],
  "a web page without a name": [(world) => world.request({ Origin: "null" }), 403],
  "this server's own page": [
    (world) => world.request({ Origin: `http://127.0.0.1:${world.port}` }),
    403,
  ],
  "an empty origin": [(world) => world.request().replace("Host", "Origin:\r\nHost"), 403],
  POST: [(world) => world.request({ method: "POST" }), 405],
  "OPTIONS, which web pages send first": [
    (world) => world.request({ method: "OPTIONS", Origin: "https://evil.example" }),
    405,
  ],
  TRACE: [(world) => world.request({ method: "TRACE" }), 405],
  "a content": [(world) => world.request({ "Content-Length": "5" }) + "hello", 400],
  "a content of unknown length": [
    (world) => world.request({ "Transfer-Encoding": "chunked" }) + "0\r\n\r\n",
    400,
  ],
  "another path": [(world) => world.request({ path: "/" }), 404],
  "a path around": [(world) => world.request({ path: "/x/../credentials" }), 404],
  "the address of another server": [
    (world) => world.request({ path: "http://evil.example/credentials" }),
    404,
  ],
  "1 MB of headers": [(world) => world.request({ "X-Much": "x".repeat(1_048_576) }), 431],
  "1 MB of short headers": [
    (world) => world.request().replace("\r\n\r\n", `\r\n${"a: b\r\n".repeat(175_000)}\r\n`),
    431,
  ],
  "1 MB of a path": [(world) => world.request({ path: `/${"x".repeat(1_048_576)}` }), 431],
  "another protocol": [() => "SSH-2.0-OpenSSH_9.6\r\n\r\n", 400],
  "the start of TLS": [() => "\x16\x03\x01\x02\0\x01\0\x01\xfc\r\n\r\n", 400],
  "HTTP/2": [() => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  "lines that are folded": [(world) => world.request().replace("\r\nAuth", "\r\n Auth"), 400],
  "a header without a name": [(world) => world.request().replace("Auth", ": x\r\nAuth"), 400],
  "a space before the colon": [(world) => world.request().replace("Host:", "Host :"), 400],
  "a zero in a header": [(world) => world.request({ "X-Zero": "a\0b" }), 400],
};

for (const [what, [text, status]] of Object.entries(hostile)) {
  Deno.test(`a client with ${what} is refused, and the next one is served`, async () => {
    await using world = await World.open();
    assertRefused(await world.send(text(world)), status);
    assertStringIncludes(await world.send(world.request()), "HTTP/1.1 200 OK");
  });
}

Deno.test("whatever the bytes are, nothing is given out, and the server goes on", async () => {
  await using world = await World.open();
  for (let seed = 0; seed < 50; seed++) {
    const length = seed * 40;
    const bytes = Array.from({ length }, (_, at) => (at * at * 31 + seed * 7919 + at) % 256);
    const answer = await world.send(`${String.fromCharCode(...bytes)}\r\n\r\n`);
    assert(!answer.includes(secret));
  }
  assertStringIncludes(await world.send(world.request()), "HTTP/1.1 200 OK");
});

Deno.test("a client that says nothing, or a byte at a time, is cut off after 5 seconds", async () => {
  await using world = await World.open();
  using silent = await world.connect();
  using slow = await world.connect();
  await slow.write(new TextEncoder().encode("G"));
  const { deadlines } = world.test.clock;
  await until(() => deadlines.length === 2);
  assertEquals(deadlines.map(({ milliseconds }) => milliseconds), [5000, 5000]);
  for (const each of [...deadlines]) each.pass();
  for (const connection of [silent, slow]) {
    assertEquals(await connection.read(new Uint8Array(9)).catch(() => null), null);
  }
});

Deno.test("however many connections are left half open, who asks is answered", async () => {
  await using world = await World.open();
  const open: Deno.TcpConn[] = [];
  for (let n = 0; n < mostConnections * 3; n++) {
    const connection = await world.connect();
    await connection.write(new TextEncoder().encode("GET /credentials HTTP/1.1\r\n"));
    open.push(connection);
    if (n % 50 === 0) {
      assertStringIncludes(await world.send(world.request()), "HTTP/1.1 200 OK");
    }
  }
  assertStringIncludes(await world.send(world.request()), "HTTP/1.1 200 OK");
  assert(world.test.clock.deadlines.length <= mostConnections + 1);
  for (const connection of open) connection.close();
});

Deno.test("who hangs up in the middle, or behind the request, does no harm", async () => {
  await using world = await World.open();
  for (const text of ["", "GET", world.request().slice(0, 40), world.request()]) {
    using connection = await world.connect();
    await connection.write(new TextEncoder().encode(text));
  }
  assertStringIncludes(await world.send(world.request()), "HTTP/1.1 200 OK");
});

Deno.test("a request that comes in pieces is one", async () => {
  await using world = await World.open();
  using connection = await world.connect();
  for (const piece of world.request().match(/[^]{1,7}/g)!) {
    await connection.write(new TextEncoder().encode(piece));
  }
  assertStringIncludes(await new Response(connection.readable).text(), "HTTP/1.1 200 OK");
});

Deno.test("when the session has ended, who asks is told what to type, in both spellings", async () => {
  await using world = await World.open({ expiration: new Date(0) });
  const answer = await world.send(world.request());
  assertRefused(answer, 401);
  const { code, message } = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
  assertEquals(code, "TokenCodeNeeded");
  assertEquals(
    message,
    "stsmfa: no session of prod: a code is needed; in another terminal: stsmfa refresh prod",
  );
});

Deno.test("after the end the port is closed, and connections are", async () => {
  const world = await World.open();
  using connection = await world.connect();
  const { port } = world;
  await world[Symbol.asyncDispose]();
  assertEquals(await connection.read(new Uint8Array(9)).catch(() => null), null);
  const again = await Deno.connect({ hostname: "127.0.0.1", port }).catch((error) => error);
  assert(again instanceof Deno.errors.ConnectionRefused);
});

Deno.test("a token is compared to its end", () => {
  const token = "abcdefgh";
  assert(isSame(token, token));
  for (const other of ["", "abcdefg", "abcdefghi", "abcdefgx", "xbcdefgh", "abcdefghabcdefgh"]) {
    assert(!isSame(other, token), other);
  }
});
