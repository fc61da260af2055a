/**
 * What goes wrong at the federation endpoint, and what interrupts the rest.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ConsoleHome, type ConsoleHomeOptions } from "../../support/console_home.ts";
import { until } from "../../support/homes.ts";
import type { JsonReply } from "../../support/loopback_json.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const config = `[profile role]
role_arn = ${roleArn}
source_profile = default-long-term
region = eu-west-1
`;

function open(options: ConsoleHomeOptions = {}): Promise<ConsoleHome> {
  const sts = { roles: [{ roleArn, requiresMfa: false }] };
  return ConsoleHome.open({ config, sts, ...options });
}

interface Fault {
  readonly reply: JsonReply | "cut";
  readonly times?: number;
  readonly exitStatus: number;
  readonly says: string;
  readonly hint: string;
}

const faults: Readonly<Record<string, Fault>> = {
  "AWS refuses the session": {
    reply: { status: 400, body: "<html>Invalid credentials parameter</html>" },
    exitStatus: 4,
    says: "does not sign in with this session (HTTP 400)",
    hint: "the session may be expired or revoked; for a new one: stsmfa console role --force",
  },
  "a proxy refuses": {
    reply: { status: 403, body: "blocked" },
    exitStatus: 5,
    says: "did not answer getSigninToken like AWS (HTTP 403)",
    hint: "check for a proxy, a Wi-Fi sign-in page or AWS_ENDPOINT_URL",
  },
  "a redirect": {
    reply: { status: 302, headers: { location: "http://portal.example" }, body: "" },
    exitStatus: 5,
    says: "did not answer getSigninToken like AWS (HTTP 302)",
    hint: "check for a proxy",
  },
  "too many requests": {
    reply: { status: 429, body: "" },
    times: 3,
    exitStatus: 4,
    says: "AWS is throttling getSigninToken: too many requests",
    hint: "try again in a minute",
  },
  "AWS is broken": {
    reply: { status: 503, body: "" },
    times: 3,
    exitStatus: 5,
    says: "could not answer getSigninToken (HTTP 503)",
    hint: "try again in a minute",
  },
  "a sign-in page": {
    reply: { status: 200, headers: { "content-type": "text/html" }, body: "<html>Wi-Fi</html>" },
    exitStatus: 5,
    says: "to getSigninToken: it is not JSON",
    hint: "check for a proxy",
  },
  "no token": {
    reply: { body: { SigninToken: "" } },
    exitStatus: 5,
    says: "to getSigninToken: it has no token",
    hint: "check for a proxy",
  },
  "a token that is none": {
    reply: { body: { SigninToken: "abcdefgh\nLocation: x" } },
    exitStatus: 5,
    says: "to getSigninToken: it has no token",
    hint: "check for a proxy",
  },
  "null": {
    reply: { body: null },
    exitStatus: 5,
    says: "to getSigninToken: it has no token",
    hint: "check for a proxy",
  },
  "a cut connection": {
    reply: "cut",
    times: 3,
    exitStatus: 5,
    says: "cannot reach 127.0.0.1",
    hint: "check the network and HTTPS_PROXY, then try again",
  },
};

for (const [what, { reply, times = 1, exitStatus, says, hint }] of Object.entries(faults)) {
  Deno.test(`the federation endpoint: ${what}: exit ${exitStatus}, and what to do`, async () => {
    await using world = await open();
    const { home, federation } = world;
    for (let n = 0; n < times; n++) federation.server.instead.push(reply);
    assertEquals(await home.run("console", "role"), exitStatus);
    assertEquals(home.stdout, "");
    assertStringIncludes(home.stderr, says);
    assertStringIncludes(home.stderr, `stsmfa: hint: ${hint}`);
    assertEquals([world.opened, await world.pagesLeft()], [[], []]);
    const { path } = federation.server.requests[0]!;
    const session = new URL(path, federation.url).searchParams.get("Session")!;
    for (const secret of Object.values(JSON.parse(session)).slice(1) as string[]) {
      assert(!home.stderr.includes(secret) && !home.stderr.includes(encodeURIComponent(secret)));
    }
    assert(!home.stderr.includes("Session="), home.stderr);
  });
}

Deno.test("one answer that fails is asked for again", async () => {
  await using world = await open();
  const { home, federation } = world;
  federation.server.instead.push({ status: 500, body: "" });
  assertEquals(await home.run("console", "role"), 0);
  assertEquals(federation.server.requests.length, 2);
});

Deno.test("--duration that AWS does not take after all: exit 4, and to leave it out", async () => {
  await using world = await open();
  const { home, federation } = world;
  federation.server.instead.push({ status: 400, body: "" });
  assertEquals(await home.run("console", "role", "--duration", "2h"), 4);
  assertStringIncludes(home.stderr, "hint: drop --duration: AWS only allows it for");
});

Deno.test("an endpoint that never answers: exit 5 when the time is up", async () => {
  await using world = await open();
  const { home, federation } = world;
  federation.server.instead.push("never");
  const ended = home.run("console", "role");
  await until(() => federation.server.requests.length > 0);
  home.test.clock.deadlines[0]!.pass();
  assertEquals(await ended, 5);
  assertStringIncludes(home.stderr, "did not answer getSigninToken in time");
});

Deno.test("an endpoint of the profile that is none: exit 3, before anything is asked", async () => {
  await using world = await open({ env: { AWS_ENDPOINT_URL_SIGNIN: "signin.example" } });
  assertEquals(await world.home.run("console", "role"), 3);
  assertStringIncludes(
    world.home.stderr,
    "variable AWS_ENDPOINT_URL_SIGNIN: signin.example is not",
  );
  assertEquals(world.home.sts.count(), 0);
});

Deno.test("Ctrl-C while the browser starts leaves no page behind: exit 130", async () => {
  let pages: string[] = [];
  await using world: ConsoleHome = await open({
    startDetached: async () => {
      pages = await world.pagesLeft();
      world.home.test.interrupt();
      return { ended: new Promise(() => {}) };
    },
  });
  assertEquals(await world.home.run("console", "role"), 130);
  assertEquals([pages.length, await world.pagesLeft()], [1, []]);
  assertEquals(world.home.stdout, "");
});

for (
  const [what, args] of Object.entries({
    "an unknown service": ["role", "--service", "lamda"],
    "a browser that is not there": ["role", "--browser", "nosuch"],
    "a profile that is not there": ["nosuch"],
    "a code that is none": ["role", "--token-code", "65432x"],
    "two profiles": ["role", "default"],
    "another partition's log-out": ["default", "--region", "cn-north-1", "--logout-first"],
  })
) {
  Deno.test(`nothing is asked, sent or opened for ${what}`, async () => {
    await using world = await open();
    const { home } = world;
    const status = await home.run("console", ...args);
    assertEquals(status, what.startsWith("a profile") ? 3 : 2, home.stderr);
    assertEquals([home.stdout, home.sts.count(), world.opened], ["", 0, []]);
    assertEquals(home.stderr.includes("65432x"), false);
  });
}

Deno.test("--dry-run asks, sends and opens nothing, and says once what FIPS has to do with it", async () => {
  await using world = await open({ env: { AWS_USE_FIPS_ENDPOINT: "true" } });
  const { home } = world;
  delete home.test.env["AWS_ENDPOINT_URL_SIGNIN"];
  assertEquals(await home.run("console", "role", "--dry-run", "--service", "iam"), 0, home.stderr);
  assertStringIncludes(home.stdout, "https://eu-west-1.signin.aws.amazon.com/federation");
  assertStringIncludes(home.stdout, "https://console.aws.amazon.com/iam/home");
  assertEquals(home.stdout.match(/not used to sign in/g)?.length, 1);
  assertEquals(await home.run("console", "default", "--dry-run", "--json"), 0);
  assertEquals(home.json.signer, "federated-user");
  assertEquals(home.json.values.lasts.value, "12h");
  assertEquals([home.sts.count(), world.opened], [0, []]);
});

Deno.test("where no page can be written, the URL is printed, and says why", async () => {
  await using world = await open();
  const { home } = world;
  assertEquals(await home.run("console", "role", "--url"), 0);
  await home.test.write(".local/state/stsmfa/console", "a file in the way");
  assertEquals(await home.run("console", "role"), 0, home.stderr);
  assertStringIncludes(home.stderr, "cannot write the page for the browser (");
  world.federation.signIn(home.stdout.trimEnd());
  assertEquals(world.opened, []);
});
