import { assertEquals, assertStringIncludes } from "@std/assert";
import { openHome } from "../../support/homes.ts";

/** What a stub of STS answers; each test leaves all but one thing as AWS has it. */
function answer(changes: Record<string, string> = {}): Response {
  const values = {
    AccessKeyId: "ASIAANSWERANSWERANS2",
    SecretAccessKey: "answered+secret/access+key/of+forty+lett",
    SessionToken: "answered/session+token==",
    Expiration: "2026-03-04T17:06:07Z",
    ...changes,
  };
  const credentials = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return new Response(
    `<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult><Credentials>${
      credentials.join("")
    }</Credentials></GetSessionTokenResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetSessionTokenResponse>`,
    { headers: { "content-type": "text/xml" } },
  );
}

const device = ["--mfa-serial", "arn:aws:iam::123456789012:mfa/alice", "--token-code", "123456"];

Deno.test("an answer as AWS gives it is written", async () => {
  await using home = await openHome({ network: () => Promise.resolve(answer()) });
  assertEquals(await home.run(...device), 0, home.stderr);
  assertStringIncludes(await home.test.read(".aws/credentials"), "ASIAANSWERANSWERANS2");
});

const unusable: [what: string, changes: Record<string, string>][] = [
  ["a line end in the secret key", { SecretAccessKey: "abc&#10;[admin]" }],
  ["a space in the token", { SessionToken: "two words" }],
  ["no token", { SessionToken: "" }],
  ["an expiration that is none", { Expiration: "soon" }],
];
for (const [what, changes] of unusable) {
  Deno.test(`an answer with ${what} is neither written nor kept`, async () => {
    let stub = () => answer(changes);
    await using home = await openHome({ network: () => Promise.resolve(stub()) });
    assertEquals(await home.unchanged(() => home.run(...device)), 5);
    assertStringIncludes(home.stderr, "hint: check for a proxy");
    stub = () => answer();
    assertEquals(await home.run(...device.with(-1, "654321")), 0, home.stderr);
  });
}

Deno.test("a session that is over when it comes is not called renewed", async () => {
  const late = () => Promise.resolve(answer({ Expiration: "2020-01-01T00:00:00Z" }));
  await using home = await openHome({ network: late });
  assertEquals(await home.unchanged(() => home.run(...device)), 4);
  assertStringIncludes(home.stderr, "is already expired by this machine's clock");
});

const foreign: [what: string, response: () => Response][] = [
  ["a text", () => new Response("hello")],
  ["JSON", () => new Response("{}")],
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { location: "https://x.test/" } }),
  ],
  ["a page that forbids", () => new Response("<html>no</html>", { status: 403 })],
  ["a proxy that wants a password", () => new Response("", { status: 407 })],
  ["a page that is not there", () => new Response("<html>no</html>", { status: 404 })],
  ["no content", () => new Response(null, { status: 204 })],
];
for (const [what, response] of foreign) {
  Deno.test(`${what} in place of AWS's answer is a matter of the network: exit 5`, async () => {
    await using home = await openHome({ network: () => Promise.resolve(response()) });
    assertEquals(await home.unchanged(() => home.run(...device)), 5, home.stderr);
    assertStringIncludes(home.stderr, "proxy");
    assertEquals(home.stderr.includes("inspect the hidden field"), false);
  });
}

Deno.test("a device that IAM names with control characters is none", async () => {
  const serial = "arn:aws:iam::123456789012:mfa/x&#27;]0;owned&#7;";
  const list =
    `<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListMFADevicesResult><MFADevices><member><UserName>a</UserName><SerialNumber>${serial}</SerialNumber></member></MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult></ListMFADevicesResponse>`;
  const headers = { "content-type": "text/xml" };
  await using home = await openHome({
    network: () => Promise.resolve(new Response(list, { headers })),
  });
  assertEquals(await home.run("--token-code", "123456"), 5);
  // deno-lint-ignore no-control-regex -- the test is about these
  assertEquals(/[\x00-\x09\x0b-\x1f]/.test(home.test.output), false);
});
