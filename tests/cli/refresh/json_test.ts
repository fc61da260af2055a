import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { alicesFile, longTerm, openHome, session } from "../../support/homes.ts";
import { alice, ALICE_DEVICE } from "../../support/sts_people.ts";

const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const roleConfig = `[profile prod]
region = eu-west-1
stsmfa =
  source_profile = default-long-term
  role_arn = ${roleArn}
`;

Deno.test("refresh --json lists each profile with its session, and nothing else on stdout or stderr", async () => {
  await using home = await openHome({ config: roleConfig, sts: { roles: [{ roleArn }] } });
  home.types();
  assertEquals(await home.run("default", "prod", "--json"), 0);
  assertEquals(home.json, [
    {
      profile: "default",
      kind: "written",
      targetProfile: "default",
      status: "renewed",
      expiration: "2026-03-04T17:06:07Z",
      secondsLeft: 43200,
      accountId: "123456789012",
      roleArn: null,
      hooks: [],
    },
    {
      profile: "prod",
      kind: "written",
      targetProfile: "prod",
      status: "renewed",
      expiration: "2026-03-04T06:06:07Z",
      secondsLeft: 3600,
      accountId: "222222222222",
      roleArn,
      hooks: [],
    },
  ]);
  assertEquals(home.stderr, "");
});

Deno.test("refresh --json says the same of a session that is still valid", async () => {
  await using home = await openHome();
  home.types();
  await home.run();
  home.test.clock.advance(60);
  assertEquals(await home.run("--json"), 0);
  const [{ accountId: _, ...rest }] = home.json;
  assertEquals(rest, {
    profile: "default",
    kind: "written",
    targetProfile: "default",
    status: "valid",
    expiration: "2026-03-04T17:06:07Z",
    secondsLeft: 43140,
    roleArn: null,
    hooks: [],
  });
});

Deno.test("refresh --json names an account only where a setting or an answer did", async () => {
  await using home = await openHome();
  home.types();
  await home.run("--json");
  assertEquals(home.json[0].accountId, "123456789012");
  // Nothing is asked for a valid session, the device neither.
  await home.run("--json");
  assertEquals(home.json[0].accountId, null);
  await home.run("--json", "--mfa-serial", "arn:aws:iam::123456789012:mfa/alice");
  assertEquals(home.json[0].accountId, "123456789012");
});

Deno.test("refresh --json gives a failed profile its error, beside the ones that worked", async () => {
  const gone = alice({ userName: "gone", accessKeyId: "AKIAGONEGONEGONEGON2" });
  const credentials = `${longTerm("gone-long-term", gone)}\n${longTerm("work-long-term")}`;
  await using home = await openHome({ credentials });
  home.types();
  assertEquals(await home.run("gone", "work", "--json"), 4);
  const [failed, renewed] = home.json;
  assertEquals({ ...failed, error: { ...failed.error, message: "", hint: "" } }, {
    profile: "gone",
    kind: "written",
    targetProfile: "gone",
    status: "failed",
    expiration: null,
    secondsLeft: null,
    accountId: null,
    roleArn: null,
    hooks: [],
    error: { code: "AccessKeyRefused", message: "", hint: "" },
  });
  assertEquals(renewed.status, "renewed");
  assertEquals(home.stderr.split("\n").length, 2);
  assertEquals(home.jsonError.code, "AccessKeyRefused");
  assertEquals(home.jsonError.profile, "gone");
});

Deno.test("with --json an error is one line of JSON on stderr with code, message and hint", async () => {
  await using home = await openHome({ nobody: true });
  assertEquals(await home.run("--json", "nosuch"), 3);
  assertEquals(home.stdout, "");
  assertMatch(home.stderr, /^\{"error":\{.*\}\}\n$/);
  assertEquals(Object.keys(home.jsonError), ["code", "message", "hint"]);
  assertEquals(home.jsonError.code, "ProfileNotFound");
});

Deno.test("refresh --dry-run shows each value and where it comes from; asks, sends and writes nothing", async () => {
  const config = roleConfig + "  duration_seconds = 900\n";
  await using home = await openHome({ config, network: false, nobody: true });
  home.test.env["AWS_MFA_SERIAL"] = ALICE_DEVICE;
  const at = (file: string, line: number, key: string) => `~/.aws/${file}:${line} ${key}`;
  const run = () => home.run("prod", "--dry-run", "--external-id", "ticket-7");

  assertEquals(await home.unchanged(run), 0);

  const rows = home.stdout.trimEnd().split("\n").slice(1)
    .map((line) => line.trim().split(/ {2,}/));
  assertMatch(home.stdout, /^prod {2}would be renewed: there is no session yet\n/);
  assertEquals(rows, [
    ["source", "[default-long-term]", at("credentials", 3, "aws_access_key_id")],
    ["target", "[prod] of ~/.aws/credentials", "the profile itself"],
    ["MFA device", ALICE_DEVICE, "variable AWS_MFA_SERIAL"],
    ["MFA code", "asked on the terminal", "default"],
    ["request", "AssumeRole, on an MFA session"],
    ["role", roleArn, at("config", 5, "role_arn")],
    ["role session name", "alice", "local user name"],
    ["external id", "ticket-7", "flag --external-id"],
    ["duration", "15m", at("config", 6, "duration_seconds")],
    ["region", "eu-west-1", at("config", 2, "region")],
    ["endpoint", home.sts.url, "variable AWS_ENDPOINT_URL_STS"],
  ]);
  assertEquals(home.stderr, "");
  assertEquals(home.sts.count(), 0);
});

Deno.test("refresh --dry-run says why a session would be renewed or left alone", async () => {
  const credentials = [
    ["valid", session("valid", "2026-03-04T06:06:07Z")],
    ["short", session("short", "2026-03-04T05:07:07Z")],
    ["old", session("old", "2026-03-04T01:00:00Z")],
    ["endless", session("endless")],
    ["new", ""],
  ].map(([name, text]) => `${longTerm(`${name}-long-term`)}\n${text}\n`).join("");
  await using home = await openHome({ credentials, network: false, nobody: true });
  assertEquals(await home.run("--all", "-n"), 0);
  assertEquals(home.stdout.match(/^\S.*$/gm), [
    "valid  would be left alone: still valid, expires in 1h, at 06:06",
    "short  would be renewed: its session expires in 1m, at 05:07",
    "old  would be renewed: its session has expired",
    "endless  would be renewed: its session's end is unknown",
    "new  would be renewed: there is no session yet",
  ]);
});

Deno.test("refresh --dry-run --json is the same plan for programs", async () => {
  await using home = await openHome({ network: false, nobody: true });
  assertEquals(
    await home.unchanged(() => home.run("--dry-run", "--json", "--region", "eu-west-1")),
    0,
  );
  const [plan] = home.json;
  assertEquals({ ...plan, values: undefined }, {
    profile: "default",
    kind: "written",
    targetProfile: "default",
    action: "renew",
    reason: "there is no session yet",
    values: undefined,
  });
  assertEquals(plan.values.region, { value: "eu-west-1", origin: "flag --region" });
  assertEquals(plan.values.source.value, "[default-long-term]");
});

Deno.test("refresh --dry-run refuses what a real run would refuse", async () => {
  await using home = await openHome({ credentials: longTerm("default"), nobody: true });
  assertEquals(await home.unchanged(() => home.run("--dry-run")), 3);
  assertStringIncludes(home.stderr, "the access key is in [default] itself");
  await home.test.write(".aws/credentials", alicesFile);
  assertEquals(await home.run("--dry-run", "--token-code", "12345"), 2);
});
