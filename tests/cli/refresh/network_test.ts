import { assertEquals, assertStringIncludes } from "@std/assert";
import { longTerm, openHome, until } from "../../support/homes.ts";
import type { Fault } from "../../support/loopback_sts.ts";
import { ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/x";
const roleConfig =
  `[profile role]\nstsmfa =\n  source_profile = default\n  role_arn = ${roleArn}\n`;

const faults: Record<string, { fault: Fault; code: string; exitStatus: number }> = {
  "throttling": { fault: { kind: "throttle" }, code: "Throttled", exitStatus: 4 },
  "a 500": { fault: { kind: "status", status: 500 }, code: "ServiceUnavailable", exitStatus: 5 },
  "a 503": { fault: { kind: "status", status: 503 }, code: "ServiceUnavailable", exitStatus: 5 },
  "a 503 without a document": {
    fault: { kind: "status", status: 503, body: "" },
    code: "ServiceUnavailable",
    exitStatus: 5,
  },
  "a request that AWS gave up": {
    fault: { kind: "error", status: 408, code: "RequestTimeout", message: "too slow" },
    code: "ServiceUnavailable",
    exitStatus: 5,
  },
  "a proxy's HTML page": { fault: { kind: "html" }, code: "ServiceUnavailable", exitStatus: 5 },
  "a cut connection": { fault: { kind: "cut" }, code: "NetworkUnreachable", exitStatus: 5 },
};

for (const [what, { fault, code, exitStatus }] of Object.entries(faults)) {
  Deno.test(`${what} where a code was sent: no second try, exit ${exitStatus}, the file untouched`, async () => {
    await using home = await openHome();
    home.types();
    home.sts.failNext({ ...fault, action: "GetSessionToken" });
    assertEquals(await home.unchanged(() => home.run("--json")), exitStatus);
    assertEquals(home.jsonError.code, code);
    assertStringIncludes(home.jsonError.hint ?? "", "wait for the next");
    assertEquals(home.sts.count("GetSessionToken"), 1);
    assertEquals(home.test.questions.length, 1);
  });

  const name = `${what} where no code was sent passes, unless it lasts`;
  Deno.test(name, async () => {
    await using home = await openHome({ config: roleConfig, sts: { roles: [{ roleArn }] } });
    home.types();
    home.sts.failNext({ ...fault, action: "AssumeRole" }, 2);
    assertEquals(await home.run("role"), 0);
    assertEquals(home.sts.count("AssumeRole"), 3);
    assertEquals(home.test.clock.sleeps.length, 2);

    home.sts.failNext({ ...fault, action: "AssumeRole" }, 3);
    home.test.clock.advance(3600);
    assertEquals(await home.unchanged(() => home.run("role", "--json")), exitStatus);
    assertEquals(home.jsonError.code, code);
    assertEquals(home.sts.count("AssumeRole"), 6);
    assertEquals(home.test.questions.length, 1);
  });
}

Deno.test("a role that takes the code itself is asked for once, whatever happens", async () => {
  const config = `${roleConfig}  duration_seconds = 2h\n`;
  for (const { fault } of Object.values(faults)) {
    await using home = await openHome({ config, sts: { roles: [{ roleArn }] } });
    home.types();
    home.sts.failNext({ ...fault, action: "AssumeRole" });
    await home.unchanged(() => home.run("role"));
    assertEquals(home.sts.count("AssumeRole"), 1);
  }
});

for (const keepAlive of [false, true]) {
  Deno.test(`an answer lost after the code was taken (keepAlive ${keepAlive}) is never asked for again`, async () => {
    await using home = await openHome({ sts: { keepAlive } });
    home.types();
    home.sts.failNext({ kind: "cut", action: "GetSessionToken", handled: true });
    assertEquals(await home.unchanged(() => home.run("--json")), 5);
    assertEquals(home.jsonError.code, "NetworkUnreachable");
    // The host is named once, and not as the runtime has it.
    assertEquals(home.jsonError.message.split("127.0.0.1").length, 2, home.jsonError.message);
    assertEquals(home.sts.count("GetSessionToken"), 1);
  });
}

for (const [action, seconds] of [["ListMFADevices", 6], ["GetSessionToken", 20]] as const) {
  Deno.test(`an AWS that never answers ${action} is given up after ${seconds} seconds`, async () => {
    await using home = await openHome();
    home.types();
    home.sts.failNext({ kind: "hang" }, action === "ListMFADevices" ? 2 : 0);
    if (action === "GetSessionToken") home.sts.failNext({ kind: "hang", action });
    const run = home.unchanged(() => home.run("--json"));
    const { deadlines } = home.test.clock;
    // A second each, after which a person is told what is waited for.
    const own = () => deadlines.filter(({ milliseconds }) => milliseconds !== 1000);
    await until(() => home.sts.count(action) === 1);
    assertEquals(own().map((each) => each.milliseconds), [seconds * 1000]);
    own()[0]!.pass();
    if (action === "ListMFADevices") {
      // Where IAM can't be reached STS may still tell who calls.
      await until(() => home.sts.count("GetCallerIdentity") === 1);
      own()[0]!.pass();
    }
    assertEquals(await run, 5);
    assertEquals(home.jsonError.code, "NetworkTimeout");
    assertStringIncludes(home.jsonError.message, "did not answer");
    assertStringIncludes(home.jsonError.hint ?? "", "HTTPS_PROXY");
    assertEquals(home.sts.count(action), 1);
    assertEquals(deadlines, []);
  });
}

Deno.test("nobody listens there: exit 5, naming the host and what to check", async () => {
  await using home = await openHome();
  const { url } = home.sts;
  await home.sts.close();
  home.types();
  assertEquals(await home.unchanged(() => home.run()), 5);
  assertStringIncludes(home.stderr, `stsmfa: error: cannot reach ${new URL(url).host}: `);
  assertStringIncludes(home.stderr, "stsmfa: hint: check the network and HTTPS_PROXY");
  assertEquals(home.test.questions, []);
});

Deno.test("no network at all: exit 5, no question asked", async () => {
  const network = () =>
    Promise.reject(new TypeError("error sending request: dns error: no address"));
  await using home = await openHome({ network });
  assertEquals(await home.unchanged(() => home.run("--json")), 5);
  assertEquals(home.jsonError.code, "NetworkUnreachable");
  assertEquals(home.test.questions, []);
});

Deno.test("a page that answers 200 in place of AWS is named as such", async () => {
  const page = "<!DOCTYPE html><html><body>Sign in to the hotel</body></html>";
  const network = () => Promise.resolve(new Response(page, { status: 200 }));
  await using home = await openHome({ network });
  home.answer("123456");
  assertEquals(await home.unchanged(() => home.run("--mfa-serial", ALICE_DEVICE, "--json")), 5);
  assertEquals(home.test.output.includes("hotel"), false);
});

Deno.test("a redirect is not followed: the code would go elsewhere", async () => {
  const urls: string[] = [];
  await using home = await openHome({
    network: (url) => {
      urls.push(url);
      const headers = { location: "https://elsewhere.example/" };
      return Promise.resolve(new Response("", { status: 302, headers }));
    },
  });
  home.answer("123456");
  assertEquals(await home.unchanged(() => home.run("--mfa-serial", ALICE_DEVICE)) > 0, true);
  assertEquals(urls.length, 1);
});

Deno.test("after a failure the next run works as if nothing had been", async () => {
  await using home = await openHome({ credentials: longTerm("default-long-term") });
  home.types(2);
  home.sts.failNext({ kind: "cut", action: "GetSessionToken" });
  assertEquals(await home.run(), 5);
  assertEquals(await home.run(), 0);
  assertEquals(home.stdout, "default  renewed, expires in 12h, at 17:06\n");
});
