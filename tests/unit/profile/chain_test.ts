import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { profileChoices, profileNotFound, withSuffix } from "../../../lib/profile/names.ts";
import type { Resolved } from "../../../lib/profile/origin.ts";
import { chainOf } from "../../../lib/profile/chain.ts";
import { resolveProfile } from "../../../lib/profile/profile.ts";
import { keyedSource, longTermKeysOf } from "../../../lib/profile/source.ts";
import { configPath, credentialsPath, fakeEnv, fakeFiles } from "../../support/aws_files.ts";

const keys = "aws_access_key_id = AKIA1\naws_secret_access_key = S1\n";
const session = "aws_access_key_id = ASIA1\naws_secret_access_key = S\naws_session_token = T\n" +
  "expiration = 2026-03-04T05:06:07Z\n";

interface Case {
  credentials?: string;
  config?: string;
  named?: string;
  suffix?: string;
  profile?: string;
}

function find({ credentials = "", config = "", named, suffix = "long-term", profile }: Case) {
  const resolved: Resolved<string> | undefined = named === undefined
    ? undefined
    : { value: named, origin: { kind: "flag", flag: "--source-profile" } };
  const files = fakeFiles({ credentials, config });
  const options = { named: resolved, suffix, roleArn: undefined };
  return longTermKeysOf(chainOf(files, profile ?? "me", options).source);
}

function failure(given: Case): StsmfaError {
  return assertThrows(() => find(given), StsmfaError);
}

Deno.test("withSuffix() adds a suffix unless it is none, in any case", () => {
  assertEquals(withSuffix("me", "long-term"), "me-long-term");
  for (const none of ["none", "None", "NONE", undefined]) {
    assertEquals(withSuffix("me", none), "me");
  }
});

const both = `[me-long-term]\n${keys}[me]\n${keys}[me-keys]\n${keys}`;
const found: [what: string, given: Case, section: string][] = [
  ["the profile itself, as botocore does, before its sibling", { credentials: both }, "me"],
  [
    "the sibling of a session",
    { credentials: `[me-long-term]\n${keys}[me]\n${session}` },
    "me-long-term",
  ],
  ["the profile itself without suffix", { credentials: both, suffix: "none" }, "me"],
  [
    "the sibling with another suffix",
    { credentials: both.replace("[me]", "[other]"), suffix: "keys" },
    "me-keys",
  ],
  ["the profile itself where there is no sibling", { credentials: `[me]\n${keys}` }, "me"],
  ["the named one before its sibling", { credentials: both, named: "me", profile: "x" }, "me"],
  [
    "the sibling of the named one when that holds a session",
    { credentials: `[me-long-term]\n${keys}[me]\n${session}`, named: "me", profile: "x" },
    "me-long-term",
  ],
  [
    "keys of the config file",
    { config: `[profile me-long-term]\n${keys}` },
    "me-long-term",
  ],
  [
    "keys of a quoted profile of the config file",
    { config: `[profile "my profile-long-term"]\n${keys}`, profile: "my profile" },
    "my profile-long-term",
  ],
];
for (const [what, given, section] of found) {
  Deno.test(`chainOf() takes ${what}`, () => {
    const source = find(given);
    assertEquals(source.section, section);
    assertEquals(source.credentials.accessKeyId, "AKIA1");
    assertEquals(keyedSource(source)?.credentials.secretAccessKey.reveal(), "S1");
    assertEquals(source.path, given.config === undefined ? credentialsPath : configPath);
  });
}

Deno.test("chainOf() gives the line of the keys", () => {
  assertEquals(find({ credentials: `# c\n[me]\nregion = x\n${keys}` }).line, 4);
});

for (
  const [line, lines] of [[3, ["AKIA1 # prod", "S1"]], [4, ["AKIA1", "S1 ; hunter2"]]] as const
) {
  Deno.test(`chainOf() refuses the comment behind the key of line ${line}`, () => {
    const [id, secret] = lines;
    const error = failure({
      credentials: `# c\n[me]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
    });
    assertEquals([error.code, error.exitStatus], ["InvalidSetting", 3]);
    assertEquals(
      error.message.startsWith(`${credentialsPath}: line ${line}: the AWS CLI reads`),
      true,
    );
    assertEquals(`${error.message} ${error.hint}`.includes("hunter2"), false);
  });
}

Deno.test("chainOf() prefers whole keys of the credentials file to those of the config", () => {
  const source = find({
    credentials: `[me]\n${keys}`,
    config: "[profile me]\naws_access_key_id = AKIA2\naws_secret_access_key = S2\n",
  });
  assertEquals([source.path, source.credentials.accessKeyId], [credentialsPath, "AKIA1"]);
});

for (
  const [missing, present] of [
    ["aws_secret_access_key", "aws_access_key_id = AKIA1"],
    ["aws_access_key_id", "aws_secret_access_key = verySecret"],
  ]
) {
  Deno.test(`chainOf() says that ${missing} is missing`, () => {
    const error = failure({ credentials: `[me-long-term]\n${present}\n` });
    assertEquals([error.code, error.message, error.hint], [
      "LongTermCredentialsMissing",
      `${credentialsPath}: [me-long-term] in line 2 has no ${missing}`,
      "add it: aws configure --profile me-long-term",
    ]);
  });
}

Deno.test("chainOf() sees the space that makes a key a part of the value above", () => {
  const error = failure({
    credentials: "[me-long-term]\naws_access_key_id = AKIA1\n aws_secret_access_key = verySecret\n",
  });
  assertEquals(
    error.hint,
    "its line is indented, so it belongs to the value above; remove the space before " +
      "aws_secret_access_key",
  );
});

for (
  const [what, held] of Object.entries({
    "a token": "aws_access_key_id = AKIA1\naws_secret_access_key = S\naws_session_token = T\n",
    "a legacy token": "aws_access_key_id = X\naws_secret_access_key = S\naws_security_token = T\n",
    "an ASIA key": "aws_access_key_id = ASIA1\naws_secret_access_key = S\n",
  })
) {
  Deno.test(`chainOf() refuses ${what} as a source before a code is asked`, () => {
    const error = assertThrows(
      () => resolveProfile(fakeFiles({ credentials: `[me]\n${held}` }), fakeEnv(), {}, "me"),
      StsmfaError,
    );
    assertEquals([error.code, error.hint], [
      "SourceIsSession",
      "to store the access key: stsmfa init me",
    ]);
    assertStringIncludes(error.message, "[me] has the keys of a session");
    const sibling = failure({ credentials: `[me-long-term]\n${held}` });
    assertEquals([sibling.code, sibling.hint], [
      "SourceIsSession",
      "if it is a user's own key, remove aws_session_token from [me-long-term]",
    ]);
  });
}

Deno.test("chainOf() says that a profile that asks stsmfa has no keys", () => {
  const error = failure({ config: "[profile me]\ncredential_process = stsmfa process me\n" });
  assertEquals([error.code, error.message, error.hint], [
    "LongTermCredentialsMissing",
    "there is no access key for profile me: [me] has no keys, and a credential_process that " +
    "asks stsmfa in turn, and there is no [me-long-term]",
    "to store the access key: stsmfa init me",
  ]);
});

const ownCommands = [
  "stsmfa process me",
  '"/opt/our tools/stsmfa" process --profile="me"',
  "stsmfa process -p me -q --min-left 20m --no-hooks",
  "stsmfa process --duration=2h me",
];
const otherCommands = [
  "stsmfa process me --role-arn arn:aws:iam::222222222222:role/Other",
  "stsmfa process me --source-profile=other",
  "stsmfa process other --source-profile me",
  "stsmfa process --min-left me other",
  "stsmfa process me --config-file /srv/config",
  "stsmfa process me --external-id me",
  "stsmfa process me --no-such-flag",
  "env STSMFA_ROLE_ARN=arn:aws:iam::222222222222:role/Other stsmfa process me",
  "env HOME=/srv stsmfa process me",
  "stsmfa process",
];
for (const [commands, kind] of [[ownCommands, "long-term"], [otherCommands, "process"]] as const) {
  for (const command of commands) {
    Deno.test(`chainOf() takes ${kind === "process" ? "what it prints" : "the keys"}: ${command}`, () => {
      const files = fakeFiles({
        credentials: `[me-long-term]\n${keys}`,
        config: `[profile me]\ncredential_process = ${command}\n`,
      });
      const options = { named: undefined, suffix: "long-term", roleArn: undefined };
      assertEquals(chainOf(files, "me", options).source.kind, kind);
    });
  }
}

const another = "stsmfa process me --role-arn arn:aws:iam::222222222222:role/Other";

Deno.test("chainOf() does not run a program that asked for what is asked now", () => {
  const files = fakeFiles({
    credentials: `[me-long-term]\n${keys}`,
    config: `[profile me]\ncredential_process = ${another}\n[profile top]\nsource_profile = me\n` +
      "role_arn = arn:aws:iam::222222222222:role/Top\n",
  });
  const options = { named: undefined, suffix: "long-term", roleArn: undefined };
  const kindOf = (name: string, flags: string[]) =>
    chainOf(files, name, { ...options, flags }).source.kind;
  assertEquals(kindOf("me", ["--role-arn"]), "long-term");
  assertEquals(kindOf("me", ["--external-id"]), "process");
  // Flags are for the profile that is named.
  assertEquals(kindOf("top", ["--role-arn"]), "process");
});

Deno.test("a block beside a program that asks stsmfa for another session is refused", () => {
  const files = fakeFiles({
    credentials: `[me-long-term]\n${keys}`,
    config: `[profile me]\ncredential_process = ${another}\nstsmfa =\n  region = eu-west-1\n`,
  });
  const resolve = (flags: { roleArn?: string }) => resolveProfile(files, fakeEnv(), flags, "me");
  const error = assertThrows(() => resolve({}), StsmfaError);
  assertEquals(error.code, "InvalidSetting");
  assertStringIncludes(
    error.message,
    ":2 credential_process: with --role-arn it asks for another session",
  );
  const roleArn = "arn:aws:iam::222222222222:role/Other";
  assertEquals(resolve({ roleArn }).role?.roleArn, roleArn);
});

Deno.test("chainOf() knows a profile whose name is a command's", () => {
  const files = fakeFiles({
    credentials: `[process-long-term]\n${keys}`,
    config: "[profile process]\ncredential_process = stsmfa process process\n",
  });
  const options = { named: undefined, suffix: "long-term", roleArn: undefined };
  assertEquals(chainOf(files, "process", options).source.kind, "long-term");
});

Deno.test("chainOf() says that no suffix is set where there are no keys", () => {
  const error = failure({ credentials: "[me]\nregion = x\n", suffix: "none" });
  assertEquals(
    error.message,
    "there is no access key for profile me: [me] has no keys, and no suffix is set",
  );
});

Deno.test("chainOf() refuses an unknown source as wrong usage of the flag", () => {
  const error = failure({ credentials: `[work]\n${keys}`, named: "wrk", profile: "work" });
  assertEquals([error.code, error.message, error.hint], [
    "Usage",
    "flag --source-profile: there is no profile wrk",
    "did you mean work?",
  ]);
});

Deno.test("chainOf() is not misled by names that are a part of others", () => {
  const credentials = `# [me]\n[me-long-term-2]\n${keys}[some]\n${keys}`;
  assertEquals(failure({ credentials }).code, "ProfileNotFound");
});

Deno.test("chainOf() shows no secret in its errors", () => {
  const secret = "verySecretValue";
  for (
    const credentials of [
      `[me]\naws_secret_access_key = ${secret}\n`,
      `[me]\naws_access_key_id = ASIA1\naws_secret_access_key = ${secret}\n`,
    ]
  ) {
    const error = failure({ credentials });
    assertEquals(`${error} ${error.hint} ${JSON.stringify(error)}`.includes(secret), false);
  }
});

Deno.test("askableProfiles() gives long-term siblings by their short name, each once", () => {
  const files = fakeFiles({ credentials: "[b-long-term]\n[a]\n[a-long-term]\n[-long-term]\n" });
  assertEquals(profileChoices(files, "long-term"), ["b", "a", "-long-term"]);
  assertEquals(profileChoices(files, "none"), ["b-long-term", "a", "a-long-term", "-long-term"]);
});

Deno.test("profileNotFound() tells what to do about it", () => {
  const nothing = profileNotFound(fakeFiles({}), "my profile", "long-term");
  assertEquals([nothing.code, nothing.message, nothing.hint], [
    "ProfileNotFound",
    `there is no profile yet in ${credentialsPath} or ${configPath}`,
    "to begin with an access key: stsmfa init 'my profile'; with SSO: aws configure sso",
  ]);
  const plain = profileNotFound(fakeFiles({ config: "[s2s]\n[default]\n" }), "s2s", "long-term");
  assertEquals(plain.hint, `${configPath} has [s2s]; there it must be [profile s2s]`);
  assertStringIncludes(plain.message, "; profiles: default");
  const many = Array.from({ length: 21 }, (_, index) => `[p${index}]\n`).join("");
  const long = profileNotFound(fakeFiles({ credentials: many }), "zzzzzz", "long-term");
  assertStringIncludes(long.message, "p3, p4 and 16 more");
  assertEquals(long.hint, "to store its access key: stsmfa init zzzzzz");
});
