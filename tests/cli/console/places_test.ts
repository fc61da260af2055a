/**
 * Where the session is sent to: nowhere but where its own partition signs people in, unless a
 * setting of that very service says so.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { alicesFile, longTerm } from "../../support/homes.ts";
import { ConsoleHome, type ConsoleHomeOptions } from "../../support/console_home.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const config = `[profile role]
role_arn = ${roleArn}
source_profile = default-long-term
region = eu-west-1
[profile general]
role_arn = ${roleArn}
source_profile = default-long-term
endpoint_url = http://minio.example:9000
[profile cn]
role_arn = arn:aws-cn:iam::222222222222:role/Administrator
source_profile = far
[profile far]
region = us-east-1
[profile gov]
role_arn = arn:aws-us-gov:iam::222222222222:role/Administrator
source_profile = default-long-term
`;

function open(options: ConsoleHomeOptions = {}): Promise<ConsoleHome> {
  const sts = { roles: [{ roleArn, requiresMfa: false }] };
  const credentials = `${alicesFile}${longTerm("far")}`;
  return ConsoleHome.open({ config, credentials, sts, ...options });
}

Deno.test("an endpoint for all services is not sent a session", async () => {
  await using world = await open({ env: { AWS_ENDPOINT_URL_SIGNIN: "" } });
  const { home } = world;
  delete home.test.env["AWS_ENDPOINT_URL_SIGNIN"];
  for (const [name, env] of [["general", ""], ["role", "http://minio.example:9000"]] as const) {
    home.test.env["AWS_ENDPOINT_URL"] = env;
    assertEquals(await home.run("console", name, "--dry-run", "--json"), 0, home.stderr);
    assert(!home.stdout.includes("minio"), home.stdout);
    assertStringIncludes(home.stdout, "signin.aws.amazon.com");
  }
});

Deno.test("without TLS a session goes to this machine alone, and it is said whom it goes to", async () => {
  await using world = await open();
  const { home } = world;
  home.types();
  assertEquals(await home.run("console", "role", "--url"), 0, home.stderr);
  assertStringIncludes(home.stderr, "the session is sent to 127.0.0.1:");
  for (const host of ["minio.example", "127.0.0.1.example", "10.0.0.1", "localhost.example"]) {
    home.test.env["AWS_ENDPOINT_URL_SIGNIN"] = `http://${host}:9000`;
    const before = home.sts.requests.length;
    assertEquals(await home.run("console", "role", "--url"), 3, host);
    assertStringIncludes(home.stderr, "AWS_ENDPOINT_URL_SIGNIN");
    assertEquals(home.sts.requests.length, before);
  }
});

Deno.test("a session of one partition is not sent to another", async () => {
  await using world = await open();
  const { home } = world;
  delete home.test.env["AWS_ENDPOINT_URL_SIGNIN"];
  const wrong: readonly (readonly [string, Record<string, string>, string])[] = [
    ["cn", {}, "us-east-1"],
    ["cn", { AWS_REGION: "eu-west-1" }, "eu-west-1"],
    ["gov", { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-gov-west-1" }, "us-east-1"],
  ];
  for (const [name, env, region] of wrong) {
    for (const [key, value] of Object.entries(env)) home.test.env[key] = value;
    assertEquals(await home.run("console", name, "--dry-run"), 3, home.stdout);
    assertStringIncludes(home.stderr, region);
    for (const key of Object.keys(env)) delete home.test.env[key];
  }
});

Deno.test("files of the person's own stay, whatever they are called; what a killed run left goes", async () => {
  await using world = await open();
  const { home } = world;
  const at = `${home.test.clock.now().getTime() - 100_000}`;
  const page = `${at}-deadbeef.html`;
  await home.test.write(page, "mine");
  await home.test.write(`stsmfa-console-${at}-0badcafe.html`, "mine, shared", 0o644);
  await home.test.write(`stsmfa-console-${page}`, "left");
  await home.test.write(`.local/state/stsmfa/console/${page}`, "left");
  home.types();
  // Whichever browser it is for this time.
  assertEquals(await home.run("console", "role", "--url"), 0, home.stderr);
  const names = (await home.test.list(".")).filter((name) => name.endsWith(".html")).sort();
  assertEquals(names, [page, `stsmfa-console-${at}-0badcafe.html`]);
  assertEquals(await home.test.list(".local/state/stsmfa/console"), []);
});
