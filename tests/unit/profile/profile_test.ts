import { keyedSource, longTermKeysOf } from "../../../lib/profile/source.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { managedProfiles } from "../../../lib/profile/names.ts";
import { type Profile, resolveProfile } from "../../../lib/profile/profile.ts";
import type { Role } from "../../../lib/profile/role.ts";
import type { ProfileFlags } from "../../../lib/profile/settings.ts";
import { configPath, credentialsPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

const keys = "aws_access_key_id = AKIA1\naws_secret_access_key = S1\n";
const longTerm = `[me-long-term]\n${keys}`;
const roleArn = "arn:aws:iam::222222222222:role/Administrator";
const serial = "arn:aws:iam::123456789012:mfa/alice";

interface Case {
  config?: string;
  credentials?: string;
  env?: Record<string, string>;
  flags?: ProfileFlags;
  name?: string;
}

function resolve({ config, credentials = longTerm, env, flags, name = "me" }: Case = {}): Profile {
  const files = fakeFiles({ credentials, ...(config !== undefined && { config }) });
  return resolveProfile(files, fakeEnv(env), flags ?? {}, name);
}

function failure(given: Case): StsmfaError {
  return assertThrows(() => resolve(given), StsmfaError);
}

Deno.test("resolveProfile() needs nothing but long-term keys", () => {
  const { source: found, origins, endpoints: _, ...rest } = resolve();
  const source = longTermKeysOf(found);
  assertEquals(rest, {
    name: "me",
    kind: "written",
    bottom: "me",
    usesMfa: true,
    target: { section: "me" },
    region: "us-east-1",
    partition: rest.partition,
    mfa: {},
    roles: [],
    durationSeconds: 43_200,
    hooks: [],
  });
  assertEquals(rest.partition.name, "aws");
  assertEquals([source.section, source.path, source.line], ["me-long-term", credentialsPath, 2]);
  assertEquals(source.credentials.accessKeyId, "AKIA1");
  assertEquals(keyedSource(source)?.credentials.secretAccessKey.reveal(), "S1");
  assertEquals(origins.region, { kind: "default", reason: "default" });
  assertEquals(origins.target, { kind: "convention", reason: "the profile itself" });
});

Deno.test({
  name: "resolveProfile() gives the source's origin as file, line and key alone",
  fn: () =>
    assertEquals(resolve().origins.source, {
      kind: "file",
      path: credentialsPath,
      line: 2,
      key: "aws_access_key_id",
    }),
});

const everything = `[profile prod]
region = eu-west-1
stsmfa =
  source_profile = me
  target_profile = prod-mfa
  mfa_serial = ${serial}
  mfa_process = op item get 'AWS # Login' --otp
  duration_seconds = 30m
  role_arn = ${roleArn}
  role_session_name = alice@work
  external_id = x-1
  hooks = docker, kube
  docker_registry = r
`;

Deno.test("resolveProfile() takes everything from the stsmfa block, with its lines", () => {
  const profile = resolve({ config: everything, name: "prod" });
  assertEquals(profile.source.section, "me-long-term");
  assertEquals(profile.target.section, "prod-mfa");
  assertEquals(profile.mfa, {
    serialNumber: serial,
    process: "op item get 'AWS # Login' --otp",
  });
  assertEquals(profile.role, { roleArn });
  const [{ origins, ...role }] = profile.roles as [Role];
  assertEquals(role, {
    profile: "prod",
    roleArn,
    roleSessionName: "alice@work",
    externalId: "x-1",
    serialNumber: serial,
    durationSeconds: 1800,
  });
  assertEquals([profile.region, profile.durationSeconds], ["eu-west-1", 1800]);
  assertEquals(profile.hooks, [
    { word: "docker", name: "docker", options: { registry: "r" } },
    { word: "kube", name: "kube", options: {} },
  ]);
  const lines = Object.entries({ ...profile.origins, ...origins }).flatMap(([name, origin]) =>
    origin.kind === "file" && name !== "source"
      ? [[name, origin.path, origin.line, origin.key]]
      : []
  );
  assertEquals(lines, [
    ["target", configPath, 5, "target_profile"],
    ["region", configPath, 2, "region"],
    ["mfaSerial", configPath, 6, "mfa_serial"],
    ["mfaProcess", configPath, 7, "mfa_process"],
    ["duration", configPath, 8, "duration_seconds"],
    ["roleArn", configPath, 9, "role_arn"],
    ["roleSessionName", configPath, 10, "role_session_name"],
    ["externalId", configPath, 11, "external_id"],
  ]);
});

Deno.test("resolveProfile() honours aws-mfa's keys in the source section", () => {
  const { mfa, role, roles, origins } = resolve({
    credentials: `${longTerm}aws_mfa_device = ${serial}\nassume_role = ${roleArn}\n`,
  });
  assertEquals([mfa.serialNumber, role?.roleArn], [serial, roleArn]);
  assertEquals(origins.mfaSerial, {
    kind: "file",
    path: credentialsPath,
    line: 4,
    key: "aws_mfa_device",
  });
  assertEquals(roles[0]?.origins.roleArn, {
    kind: "file",
    path: credentialsPath,
    line: 5,
    key: "assume_role",
  });
});

Deno.test("resolveProfile() takes the variables of aws-mfa", () => {
  const profile = resolve({
    env: { MFA_DEVICE: serial, MFA_STS_DURATION: "1800", MFA_ASSUME_ROLE: roleArn },
  });
  assertEquals(profile.mfa.serialNumber, serial);
  assertEquals([profile.role?.roleArn, profile.durationSeconds], [roleArn, 1800]);
});

Deno.test("resolveProfile() finds the source of a standard role profile", () => {
  const standard = `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\n` +
    `mfa_serial = ${serial}\nduration_seconds = 1800\n`;
  for (const where of ["config", "credentials"] as const) {
    const profile = resolve(
      where === "config"
        ? { config: standard, name: "prod" }
        : { credentials: longTerm + standard.replace("profile prod", "prod"), name: "prod" },
    );
    assertEquals(profile.source.section, "me-long-term");
    assertEquals([profile.role?.roleArn, profile.durationSeconds], [roleArn, 1800]);
    assertEquals(profile.mfa.serialNumber, serial);
  }
});

Deno.test("resolveProfile() lets a role profile name itself as source when it has keys", () => {
  const profile = resolve({
    credentials: `[me]\n${keys}`,
    config: `[profile me]\nrole_arn = ${roleArn}\nsource_profile = me\n`,
  });
  assertEquals(profile.source.section, "me");
});

Deno.test("resolveProfile() follows a chain of roles to the bottom", () => {
  const upper = roleArn.replace("role/", "role/upper-");
  const config = `[profile a]\nrole_arn = ${upper}\nsource_profile = b\nduration_seconds = 7200\n` +
    `[profile b]\nrole_arn = ${roleArn}\nsource_profile = me\nexternal_id = b-1\n`;
  const profile = resolve({ config, name: "a" });
  assertEquals([profile.kind, profile.source.section], ["standard", "me-long-term"]);
  assertEquals(profile.roles.map((each) => [each.profile, each.roleArn, each.externalId]), [
    ["b", roleArn, "b-1"],
    ["a", upper, undefined],
  ]);
  assertEquals([profile.roles[1]!.durationSeconds, profile.durationSeconds], [7200, 3600]);
  // The suffix says that stsmfa proves MFA at the bottom, with whatever device is there.
  assertEquals(profile.usesMfa, true);
});

Deno.test("resolveProfile() fails for a cycle of roles", () => {
  const config = `[profile a]\nrole_arn = ${roleArn}\nsource_profile = b\n` +
    `[profile b]\nrole_arn = ${roleArn}\nsource_profile = a\n`;
  const error = failure({ config, name: "a" });
  assertEquals(error.code, "InvalidSetting");
  assertStringIncludes(error.message, `${configPath}:6 source_profile`);
  assertStringIncludes(error.message, "a -> b -> a");
});

Deno.test("resolveProfile() refuses credential_source beside source_profile", () => {
  const config = `[profile a]\nrole_arn = ${roleArn}\nsource_profile = me\n` +
    "credential_source = Environment\n";
  const error = failure({ config, name: "a" });
  assertEquals(error.code, "InvalidSetting");
  assertStringIncludes(error.message, `${configPath}: line 2: role_arn in [profile a]`);
  assertStringIncludes(error.message, "source_profile (line 3) and credential_source (line 4)");
});

Deno.test("resolveProfile() names a missing source with its line and the nearest name", () => {
  const config = `[profile a]\nrole_arn = ${roleArn}\nsource_profile = wrk\n`;
  const error = failure({ config, credentials: `[work-long-term]\n${keys}`, name: "a" });
  assertEquals([error.code, error.message, error.hint], [
    "InvalidSetting",
    `${configPath}:3 source_profile: there is no profile wrk`,
    "did you mean work?",
  ]);
  assertEquals(failure({ flags: { sourceProfile: "nobody" } }).code, "Usage");
});

Deno.test("resolveProfile() knows no profile that neither file knows, whatever variables say", () => {
  const given = { credentials: `[work-long-term]\n${keys}`, name: "wrk" };
  for (const env of [{}, { STSMFA_SOURCE_PROFILE: "work" }]) {
    const error = failure({ ...given, env });
    assertEquals([error.code, error.hint], ["ProfileNotFound", "did you mean: stsmfa work"]);
  }
  const named = resolve({ ...given, flags: { sourceProfile: "work" } });
  assertEquals([named.source.section, named.target.section], ["work-long-term", "wrk"]);
});

const durations: [role: boolean, text: string, seconds: number | undefined][] = [
  [false, "900", 900],
  [false, "899", undefined],
  [false, "129600", 129_600],
  [false, "129601", undefined],
  [false, "36h", 129_600],
  [false, "0", undefined],
  [true, "900", 900],
  [true, "12h", 43_200],
  [true, "43201", undefined],
  [true, "3601", 3601],
  [true, "899", undefined],
];
for (const [role, duration, seconds] of durations) {
  const who = role ? "a role" : "a user";
  Deno.test(`resolveProfile() ${seconds ? "takes" : "refuses"} ${duration} for ${who}`, () => {
    const given: Case = {
      flags: { duration, ...(role && { roleArn }) },
    };
    if (seconds !== undefined) assertEquals(resolve(given).durationSeconds, seconds);
    else {
      const error = failure(given);
      assertEquals(error.code, "Usage");
      assertStringIncludes(error.message, `flag --duration: ${duration} is out of range`);
      assertStringIncludes(error.message, `(900 to ${role ? 43200 : 129600} seconds)`);
    }
  });
}

Deno.test("resolveProfile() gives a role an hour when nothing else is said", () => {
  assertEquals(resolve({ flags: { roleArn } }).durationSeconds, 3600);
});

const bad: [what: keyof ProfileFlags, flag: string, values: string[]][] = [
  ["duration", "--duration", ["soon", "-1", "1h, 30m", "1e3"]],
  ["roleArn", "--role-arn", [
    "Administrator",
    "arn:aws:iam::2222:role/x",
    "arn:aws:iam::222222222222:user/x",
    "arn:aws:sts::222222222222:assumed-role/x/y",
    "arn:aws:iam::222222222222:role/",
  ]],
  ["region", "--region", ["moon", "eu-west", "EU-WEST-1", "eu-west-1.evil.test", "eu-west-1/x"]],
  ["mfaSerial", "--mfa-serial", ["alice", "arn:aws:iam::123456789012:user/alice"]],
  ["targetProfile", "--target-profile", ["a]b", "a # b", "DEFAULT", "__proto__"]],
];
for (const [what, flag, values] of bad) {
  for (const value of values) {
    Deno.test(`resolveProfile() refuses ${flag} ${value}`, () => {
      const error = failure({ flags: { [what]: value } });
      assertEquals(error.code, "Usage");
      assertStringIncludes(error.message, `flag ${flag}: `);
      assertStringIncludes(error.message, value);
    });
  }
}

for (const name of ["x", "a b", "\u00e4\u00f6", "a".repeat(65)]) {
  Deno.test(`resolveProfile() refuses the role session name ${name.slice(0, 9)}`, () => {
    const error = failure({ flags: { roleArn, roleSessionName: name } });
    assertEquals(error.code, "Usage");
    assertStringIncludes(error.message, "flag --role-session-name: ");
  });
}

Deno.test("resolveProfile() refuses an external id without showing it", () => {
  for (const externalId of ["x", "a b"]) {
    const error = failure({ flags: { roleArn, externalId } });
    assertEquals([error.code, error.message], ["Usage", "flag --external-id: not an external id"]);
  }
});

const roles = ["role/a/b/c", "role/service-role/x", "role/A.b+c=d,e@f-g_h"];
for (const role of roles) {
  Deno.test(`resolveProfile() takes the role ARN that ends in ${role}`, () => {
    const arn = `arn:aws:iam::222222222222:${role}`;
    assertEquals(resolve({ flags: { roleArn: arn } }).role?.roleArn, arn);
  });
}

const sessionNames: [env: Record<string, string>, expected: string][] = [
  [{ LOGNAME: "alice", USER: "bob" }, "alice"],
  [{ USER: "bob" }, "bob"],
  [{ USERNAME: "Carol Smith" }, "CarolSmith"],
  [{ USER: "J\u00fcrgen" }, "Jurgen"],
  [{ USER: "\u738b" }, "stsmfa"],
  [{}, "stsmfa"],
  [{ USER: "x".repeat(80) }, "x".repeat(64)],
];
for (const [env, expected] of sessionNames) {
  Deno.test(
    `resolveProfile() names the role session ${expected.slice(0, 9)} for ${
      JSON.stringify(env).slice(0, 40)
    }`,
    () => {
      assertEquals(resolve({ env, flags: { roleArn } }).roles[0]?.roleSessionName, expected);
    },
  );
}

const partitions: [partition: string, home: string][] = [
  ["aws", "us-east-1"],
  ["aws-cn", "cn-north-1"],
  ["aws-us-gov", "us-gov-west-1"],
  ["aws-eusc", "eusc-de-east-1"],
  ["aws-iso", "us-iso-east-1"],
  ["aws-iso-b", "us-isob-east-1"],
  ["aws-iso-e", "eu-isoe-west-1"],
  ["aws-iso-f", "us-isof-south-1"],
];
for (const [partition, home] of partitions) {
  Deno.test(`resolveProfile() takes the home region of ${partition} from an ARN`, () => {
    const arns: ProfileFlags[] = [
      { roleArn: `arn:${partition}:iam::222222222222:role/x` },
      { mfaSerial: `arn:${partition}:iam::222222222222:mfa/x` },
    ];
    for (const flags of arns) {
      const profile = resolve({ flags });
      assertEquals([profile.partition.name, profile.region], [partition, home]);
      assertEquals(profile.origins.region, { kind: "default", reason: `home of ${partition}` });
      assertEquals(resolve({ flags: { ...flags, region: home } }).region, home);
    }
  });
}

Deno.test("resolveProfile() refuses a region of another partition than the ARN's", () => {
  const role = "arn:aws-cn:iam::222222222222:role/x";
  const error = failure({ flags: { roleArn: role }, env: { AWS_REGION: "eu-west-1" } });
  assertEquals([error.code, error.message, error.hint], [
    "InvalidSetting",
    `variable AWS_REGION: region eu-west-1 is not in the partition of ${role}`,
    "use one that is: --region cn-north-1",
  ]);
});

for (const name of ["a.b/c@d+e%f:g", "my profile", "\u00e4", "constructor", "toString"]) {
  Deno.test(`resolveProfile() takes the profile name ${name}`, () => {
    const quoted = name.includes(" ") ? `"${name}"` : name;
    const { source, target, region } = resolve({
      name,
      credentials: `[${name}-long-term]\n${keys}`,
      config: `[profile ${quoted}]\nregion = eu-west-1\n`,
    });
    assertEquals([source.section, target.section, region], [
      `${name}-long-term`,
      name,
      "eu-west-1",
    ]);
  });
}

Deno.test("managedProfiles() gives profiles with a block or a long-term sibling, each once", () => {
  const files = fakeFiles({
    credentials: `${longTerm}[me]\n[plain]\n${keys}[-long-term]\n[other-keys]\n`,
    config: "[profile me]\nstsmfa =\n  region = eu-west-1\n[profile prod]\nstsmfa =\n" +
      "  source_profile = me\n[profile sso]\nsso_session = x\n[profile c-long-term]\n",
  });
  assertEquals(managedProfiles(files, fakeEnv(), {}), ["me", "c", "prod"]);
  const env = fakeEnv({ STSMFA_LONG_TERM_SUFFIX: "keys" });
  assertEquals(managedProfiles(files, env, {}), ["other", "me", "prod"]);
  assertEquals(managedProfiles(files, env, { longTermSuffix: "None" }), ["me", "prod"]);
});

Deno.test({
  name:
    "resolveProfile() finds mfa_serial in a role's source; the region there is the source's own",
  fn: () => {
    const profile = resolve({
      name: "prod",
      config: `[profile me]\nregion = eu-west-1\nmfa_serial = ${serial}\n` +
        `[profile prod]\nrole_arn = ${roleArn}\nsource_profile = me\n`,
    });
    assertEquals(profile.source.section, "me-long-term");
    assertEquals([profile.mfa.serialNumber, profile.region], [serial, "us-east-1"]);
  },
});
