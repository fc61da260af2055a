import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "../../lib/path.ts";
import { hookText, openHookHome } from "../support/hook_home.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";

Deno.test("a post-refresh hook is told what happened, and sees no key unless it needs one", async () => {
  const echo = (declared: string) =>
    hookText(
      `on: ["post-refresh"], permissions: { write: ["~/out"] }${declared}`,
      `
      await Deno.writeTextFile(event.options.file, JSON.stringify(event));
      return { message: "said\\u001b[2J\\nall" };`,
    );
  await using home = await openHookHome(
    { "plain.js": echo(""), "with-keys.js": echo(`, needs: ["credentials"]`) },
    { sts: { roles: [{ roleArn }] } },
  );
  const out = join(await home.test.realHome(), "out");
  await Deno.mkdir(out);
  const config = (await home.test.read(".aws/config")) +
    `  role_arn = ${roleArn}\n  plain_file = ${join(out, "plain")}\n  with_keys_file = ${
      join(out, "keys")
    }\n`;
  await home.test.write(".aws/config", config);
  for (const name of ["plain", "with-keys"]) await home.run("hooks", "allow", name, "--yes");
  home.types();
  assertEquals(await home.run("--json"), 0, home.stderr);

  const expected = {
    version: 1,
    on: "post-refresh",
    profile: "default",
    targetProfile: "default",
    region: "eu-west-1",
    accountId: "222222222222",
    roleArn,
    serialNumber: null,
    expiration: "2026-03-04T06:06:07Z",
    permissions: { read: [], write: [out], net: [], run: [], env: [] },
  };
  const plain = JSON.parse(await Deno.readTextFile(`${out}/plain`));
  assertEquals(plain, { ...expected, options: { file: join(out, "plain") } });
  const section = await home.section("default");
  const keys = JSON.parse(await Deno.readTextFile(`${out}/keys`));
  assertEquals(keys.credentials, {
    accessKeyId: section["aws_access_key_id"],
    secretAccessKey: section["aws_secret_access_key"],
    sessionToken: section["aws_session_token"],
  });
  const [first, second] = home.json[0].hooks;
  assertEquals([first.name, first.on, first.status, first.message], [
    "plain",
    "post-refresh",
    "done",
    "said\x1b[2J all",
  ]);
  assertEquals(second.name, "with-keys");
});

Deno.test("a hook that says in its answer that it was refused shows no secret by it", async () => {
  const text = hookText(
    `on: "post-refresh", needs: ["credentials"]`,
    `
    const message = "no: " + event.credentials.secretAccessKey;
    const answer = JSON.stringify({ kind: "refused", language: "JavaScript", message });
    JSON.stringify = () => answer;`,
  );
  await using home = await openHookHome({ "odd.js": text });
  await home.run("hooks", "allow", "odd", "--yes");
  home.types();
  assertEquals(await home.run(), 7);
  assertStringIncludes(home.stderr, "no: [secret]\n");
  assert(!home.stderr.includes((await home.section("default"))["aws_secret_access_key"]!));
});

Deno.test("a post-refresh hook that fails undoes nothing; what it printed is shown without secrets", async () => {
  const text = hookText(
    `on: "post-refresh", needs: ["credentials"]`,
    `
    console.log("token is", event.credentials.sessionToken);
    throw new Error("no luck with " + event.credentials.secretAccessKey);`,
  );
  await using home = await openHookHome({ "bad.js": text });
  await home.run("hooks", "allow", "bad", "--yes");
  home.types(2);
  assertEquals(await home.run(), 7);
  assertMatch(
    home.stdout,
    /renewed, .*\n {2}hook bad {2}failed in .*s\n {4}token is \[secret\]\n$/,
  );
  assertStringIncludes(
    home.stderr,
    "error: hook bad failed: Error: no luck with [secret] (bad.js:3:11)\n",
  );
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
  home.test.clock.advance(60);
  assertEquals(await home.run("--force", "--json"), 7);
  const { status, hooks } = home.json[0];
  assertEquals([status, hooks[0].status, hooks[0].error.code, hooks[0].output], [
    "renewed",
    "failed",
    "HookFailed",
    "token is [secret]",
  ]);
});

Deno.test("a pre-refresh hook that fails stops the refresh before a code is asked", async () => {
  const text = hookText(`on: "pre-refresh"`, `throw new Error("not on this network");`);
  await using home = await openHookHome({ "guard.js": text });
  await home.run("hooks", "allow", "guard", "--yes");
  assertEquals(await home.unchanged(() => home.run()), 7);
  assertStringIncludes(
    home.stderr,
    "error: hook guard failed: Error: not on this network (guard.js:1:62)\n",
  );
  assertEquals([home.test.questions, home.sts.count()], [[], 0]);
});

Deno.test("a pre-refresh hook may give the MFA code, and nobody is asked", async () => {
  const text = hookText(
    `on: "pre-refresh", provides: ["token-code"], permissions: { read: ["~/code"] }`,
    `return { tokenCode: await Deno.readTextFile(event.options.file) };`,
  );
  await using home = await openHookHome({ "otp.js": text }, { nobody: true });
  const file = `${await home.test.realHome()}/code`;
  await Deno.writeTextFile(file, await home.sts.code());
  await home.test.write(
    ".aws/config",
    (await home.test.read(".aws/config")) + `  otp_file = ${file}\n`,
  );
  await home.run("hooks", "allow", "otp", "--yes");
  assertEquals(await home.run(), 0, home.stderr);
  assertStringIncludes(home.stdout, "default  renewed");
  await Deno.writeTextFile(file, "hello");
  home.test.clock.advance(60);
  assertEquals(await home.run("--force"), 2);
  assertStringIncludes(home.stderr, "hook otp: an MFA code has six digits");
});

Deno.test("a hook takes no longer than its time", async () => {
  const text = hookText(`on: "post-refresh"`);
  await using home = await openHookHome({ "slow.js": text }, {
    hooks: ({ signal, task }) =>
      task === "describe"
        ? Promise.resolve({
          end: { kind: "done", value: { on: "post-refresh", run: true } },
          output: "",
        })
        : new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          home.test.clock.deadlines.find(({ milliseconds }) => milliseconds === 30_000)!.pass();
        }),
  });
  await home.run("hooks", "allow", "slow", "--yes");
  home.types();
  assertEquals(await home.run(), 7);
  assertStringIncludes(home.stderr, "hook slow took longer than 30 seconds");
});

Deno.test("--no-hooks runs none; a session for who uses it at once is not kept back by one", async () => {
  const text = hookText(`on: "post-refresh"`, `throw new Error("x");`);
  await using home = await openHookHome({ "bad.js": text });
  await home.run("hooks", "allow", "bad", "--yes");
  home.types(2);
  assertEquals(await home.run("--no-hooks"), 0);
  assert(!home.stdout.includes("hook"));
  home.test.clock.advance(60);
  assertEquals(await home.run("process", "--force"), 0);
  assertEquals(JSON.parse(home.stdout).Version, 1);
  assertStringIncludes(home.stderr, "warning: hook bad failed: Error: x");
});

Deno.test("Ctrl-C during a hook leaves the session in place, runs no further hook and ends with 130", async () => {
  const text = hookText(`on: "post-refresh"`);
  const ran: string[] = [];
  await using home = await openHookHome({ "one.js": text, "two.js": text }, {
    hooks: ({ task, signal }) => {
      if (task === "describe") {
        const value = { on: "post-refresh", run: true };
        return Promise.resolve({ end: { kind: "done", value }, output: "" });
      }
      ran.push("ran");
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        home.test.interrupt();
      });
    },
  });
  for (const name of ["one", "two"]) await home.run("hooks", "allow", name, "--yes");
  home.types();
  assertEquals(await home.run("--json"), 130);
  assertEquals([home.json[0].status, ran.length], ["renewed", 1]);
  assertMatch((await home.section("default"))["aws_access_key_id"]!, /^ASIA/);
});

Deno.test("a hook reaches the endpoints that it names, and is told where they are", async () => {
  const text = hookText(
    `on: ["post-refresh"], permissions: {
      write: ["~/out"],
      net: ["{endpoint:eks}", "{endpoint:ecr-fips}", "{endpoint:ecr-public}", "x.{region}.test"],
    }`,
    `await Deno.writeTextFile(event.options.file, JSON.stringify(event));`,
  );
  await using home = await openHookHome({ "where.js": text });
  const out = join(await home.test.realHome(), "out");
  await Deno.mkdir(out);
  const config = await home.test.read(".aws/config");
  await home.test.write(
    ".aws/config",
    config.replace("region = eu-west-1", "region = fips-us-west-2\nservices = local") +
      `  where_file = ${out}/event\n[services local]\neks =\n  endpoint_url = http://eks.test:81/x\n`,
  );
  assertEquals(await home.run("hooks", "allow", "where", "--yes"), 0, home.stderr);
  home.types();
  assertEquals(await home.run("--json"), 0, home.stderr);
  const { region, endpoints, permissions } = JSON.parse(await Deno.readTextFile(`${out}/event`));
  assertEquals(region, "fips-us-west-2");
  assertEquals(endpoints, {
    "ecr-fips": {
      url: "https://api.ecr-fips.us-west-2.amazonaws.com",
      signingRegion: "us-west-2",
    },
    "ecr-public": {
      url: "https://api.ecr-public.us-east-1.amazonaws.com",
      signingRegion: "us-east-1",
    },
    "eks": { url: "http://eks.test:81/x", signingRegion: "us-west-2" },
  });
  assertEquals(
    permissions.net,
    [
      "x.us-west-2.test",
      "api.ecr-fips.us-west-2.amazonaws.com",
      "api.ecr-public.us-east-1.amazonaws.com",
      "eks.test:81",
    ],
  );

  home.test.env["AWS_ENDPOINT_URL_EKS"] = "http://elsewhere.test";
  assertEquals(await home.run("hooks", "list", "where"), 0, "an approval is for every profile");
  assertStringIncludes(
    home.stdout,
    "may reach {endpoint:eks} (AWS's host, or the one that your endpoint settings name)",
  );
});
