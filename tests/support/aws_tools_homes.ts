/**
 * Homes as people have them, and what AWS's own tools make of one of their profiles.
 *
 * @module
 */

import type { Base, Home, Hop } from "./resolution.ts";

/** A home, a profile of it, and what is right for it. */
export interface AwsToolsHome extends Home {
  readonly what: string;
  readonly profile: string;
  readonly right: {
    readonly base: Base;
    readonly roles: readonly Hop[];
    readonly region: string;
  } | {
    /** What the message has to name. */
    readonly refused: readonly string[];
  };
}

/** Alice, whose keys are in the section `me` of every home, and bob. */
const [aliceKey, bobKey] = ["AKIAALICE00000000000", "AKIABOB0000000000000"];
const keysOf = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = Secret/1\n`;
const aliceKeys = keysOf(aliceKey);
const me = `[me]\n${aliceKeys}`;
const sessionKey = "ASIASESSION000000000";
const session = `${keysOf(sessionKey)}aws_session_token = Token/1\n`;
const written = `${session}expiration = 2031-01-01T00:00:00Z
x_security_token_expires = 2031-01-01T00:00:00Z
`;
const device = "arn:aws:iam::123456789012:mfa/alice";

const alice: Base = { kind: "long-term", section: "me", accessKeyId: aliceKey };
const inSection = (section: string, accessKeyId = aliceKey): Base => ({
  kind: "long-term",
  section,
  accessKeyId,
});
const sessionIn = (section: string): Base => ({
  kind: "session",
  section,
  accessKeyId: sessionKey,
});

const arnOf = (name: string, account = "222222222222") => `arn:aws:iam::${account}:role/${name}`;
const hop = (section: string, role = "Role", more: Partial<Hop> = {}): Hop => ({
  section,
  roleArn: arnOf(role),
  ...more,
});
/** The keys of a role profile. */
const role = (source: string, name = "Role") =>
  `role_arn = ${arnOf(name)}\nsource_profile = ${source}\n`;
const block = (...lines: string[]) => `stsmfa =\n${lines.map((line) => `  ${line}\n`).join("")}`;

const works = (
  what: string,
  texts: { config?: string; credentials?: string; variables?: Record<string, string> },
  base: Base,
  roles: readonly Hop[] = [],
  { region = "us-east-1", profile = "x" } = {},
): AwsToolsHome => ({
  what,
  profile,
  config: texts.config ?? null,
  credentials: texts.credentials ?? me,
  variables: { USER: "somebody", ...texts.variables },
  right: { base, roles, region },
});
const fails = (
  what: string,
  config: string,
  refused: readonly string[],
  credentials = me,
): AwsToolsHome => ({
  what,
  profile: "x",
  config,
  credentials,
  variables: { USER: "somebody" },
  right: { refused },
});

const spellings = [
  "[profile x ]",
  "[profile \\x]",
  '[profile x""]',
  "[profile ''x]",
  "[profiles x]",
  "[profile-old x]",
  '[profile: "x"]',
  "[profile  'x']",
  "[profile\tx]",
  "[profile x] # of prod",
  "[profile x] and more",
];

/** Homes whose trouble is in headers, lines and `[DEFAULT]`. */
export const headers: readonly AwsToolsHome[] = [
  ...spellings.map((header) =>
    works(`a role below ${header}`, { config: `${header}\n${role("me")}` }, alice, [hop("x")])
  ),
  works(
    "a header that ends behind a later bracket, which is of another name",
    { config: `[profile x] # once [old]\n${role("me")}`, credentials: `[x]\n${aliceKeys}` },
    inSection("x"),
  ),
  works(
    "a second spelling, which replaces the first one whole",
    {
      config: `[profile x]\n${role("me")}[profile "x"]\nregion = eu-west-1\n`,
      credentials: `[x]\n${aliceKeys}`,
    },
    inSection("x"),
    [],
    { region: "eu-west-1" },
  ),
  works(
    "a second spelling of default",
    {
      config: `[default]\n${role("me")}[profile  default]\nregion = eu-west-1\n`,
      credentials: `[default]\n${aliceKeys}`,
    },
    inSection("default"),
    [],
    { profile: "default", region: "eu-west-1" },
  ),
  works(
    "a region in [DEFAULT]",
    { config: `[DEFAULT]\nregion = us-west-2\n[profile x]\n${role("me")}` },
    alice,
    [hop("x")],
    { region: "us-west-2" },
  ),
  works(
    "a role in [DEFAULT] of the credentials file",
    { credentials: `[DEFAULT]\n${role("me")}${me}[x]\nregion = eu-west-1\n` },
    alice,
    [hop("x")],
    { region: "eu-west-1" },
  ),
  works(
    "a role in [DEFAULT] for the very profile that has the keys",
    { credentials: `[DEFAULT]\n${role("me")}${me}` },
    alice,
    [hop("me")],
    { profile: "me" },
  ),
  works(
    "a source whose name has a comment sign",
    {
      config: `[profile x]\n${role("me ; two")}`,
      credentials: `${me}[me ; two]\n${keysOf(bobKey)}`,
    },
    inSection("me ; two", bobKey),
    [hop("x")],
  ),
  works(
    "keys in capitals",
    { config: `[profile x]\nROLE_ARN: ${arnOf("Role")}\nSource_Profile=me\n` },
    alice,
    [hop("x")],
  ),
  works(
    "a role in the credentials file, over the one of the config file",
    { config: `[profile x]\n${role("me", "Old")}`, credentials: `${me}[x]\n${role("me")}` },
    alice,
    [hop("x")],
  ),
  fails(
    "a comment behind the role",
    `[profile x]\nrole_arn = ${arnOf("Role")} # prod\nsource_profile = me\n`,
    ["role_arn", "#"],
  ),
  fails("a line that is none", `[profile x]\n${role("me")}oops\n`, ["line 4"]),
];

const named = (name: string) => `role_session_name = of-${name}\nexternal_id = id-${name}\n`;
const namedHop = (section: string, role: string, more: Partial<Hop> = {}) =>
  hop(section, role, { roleSessionName: `of-${section}`, externalId: `id-${section}`, ...more });
const webIdentity = `role_arn = ${arnOf("Web")}\nweb_identity_token_file = /run/token\n`;
const webBase: Base = {
  kind: "web-identity",
  section: "web",
  roleArn: arnOf("Web"),
  tokenFile: "/run/token",
};
const sso = `sso_account_id = 123456789012
sso_role_name = Reader
sso_session = corp
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.example.com/start
`;
const ssoBase: Base = {
  kind: "sso",
  section: "x",
  ssoSession: "corp",
  startUrl: "https://corp.example.com/start",
  ssoRegion: "eu-west-1",
  accountId: "123456789012",
  roleName: "Reader",
};
const besideKeys = `[x]\nregion = us-west-2\n[x-long-term]\n${keysOf(bobKey)}`;
const alsoBob = `[x]\n${aliceKeys}[x-long-term]\n${keysOf(bobKey)}`;

/** Homes whose trouble is in chains and sources. */
export const chains: readonly AwsToolsHome[] = [
  works(
    "a chain, each hop with its own name, id, duration, and the region of the upper one",
    {
      config:
        `[profile x]\nregion = eu-west-1\n${role("m")}${named("x")}duration_seconds = 1800\n` +
        `[profile m]\nregion = us-west-2\n${role("me", "Mid")}${
          named("m")
        }mfa_serial = ${device}\n` +
        `duration_seconds = 7200\n`,
    },
    alice,
    [
      namedHop("m", "Mid", { serialNumber: device, durationSeconds: 7200 }),
      namedHop("x", "Role", { durationSeconds: 1800 }),
    ],
    { region: "eu-west-1" },
  ),
  works(
    "four hops",
    {
      config: `[profile x]\n${role("c", "D")}[profile c]\n${role("b", "C")}` +
        `[profile b]\n${role("a", "B")}[profile a]\n${role("me", "A")}`,
    },
    alice,
    [hop("a", "A"), hop("b", "B"), hop("c", "C"), hop("x", "D")],
  ),
  works(
    "a chain across accounts with the device on the upper hop",
    {
      config: `[profile x]\nrole_arn = ${arnOf("Far", "333333333333")}\nsource_profile = m\n` +
        `mfa_serial = ${device}\n[profile m]\n${role("me", "Mid")}`,
    },
    alice,
    [hop("m", "Mid"), {
      section: "x",
      roleArn: arnOf("Far", "333333333333"),
      serialNumber: device,
    }],
  ),
  works(
    "a chain with one device on both hops",
    {
      config: `[profile x]\n${role("m")}mfa_serial = ${device}\n` +
        `[profile m]\n${role("me", "Mid")}mfa_serial = ${device}\n`,
    },
    alice,
    [hop("m", "Mid", { serialNumber: device }), hop("x", "Role", { serialNumber: device })],
  ),
  works(
    "a source with a credential_process",
    { config: `[profile x]\n${role("p")}[profile p]\ncredential_process = ./give 'a b' # c\n` },
    { kind: "process", section: "p", command: "./give 'a b' # c" },
    [hop("x")],
  ),
  works(
    "a credential_process alone",
    { config: "[profile x]\ncredential_process = ./give\n" },
    { kind: "process", section: "x", command: "./give" },
  ),
  works("a web identity alone", { config: `[profile web]\n${webIdentity}` }, webBase, [], {
    profile: "web",
  }),
  works(
    "a web identity as a source",
    { config: `[profile x]\n${role("web")}[profile web]\n${webIdentity}` },
    webBase,
    [hop("x")],
  ),
  works(
    "a web identity beside keys and a source",
    {
      config: `[profile web]\n${webIdentity}source_profile = me\n`,
      credentials: `${me}[web]\n${keysOf(bobKey)}`,
    },
    webBase,
    [],
    { profile: "web" },
  ),
  works(
    "a role of default on default itself, beside a long-term section",
    {
      config: `[default]\n${role("default")}`,
      credentials: `[default]\n${aliceKeys}[default-long-term]\n${keysOf(bobKey)}`,
    },
    inSection("default"),
    [hop("default")],
    { profile: "default" },
  ),
  works(
    "a source that has a role and keys, of which the keys count",
    { config: `[profile x]\n${role("both")}[profile both]\n${role("me", "No")}${keysOf(bobKey)}` },
    inSection("both", bobKey),
    [hop("x")],
  ),
  works(
    "SSO with a section of its name and a long-term one beside it",
    { config: `[profile x]\n${sso}`, credentials: besideKeys },
    ssoBase,
    [],
    { region: "us-west-2" },
  ),
  works(
    "a login session with a section of its name and a long-term one beside it",
    { config: "[profile x]\nlogin_session = arn:aws:iam::1:user/a\n", credentials: besideKeys },
    { kind: "login", section: "x", loginSession: "arn:aws:iam::1:user/a" },
    [],
    { region: "us-west-2" },
  ),
  works("keys beside a long-term section", { credentials: alsoBob }, inSection("x")),
  works(
    "a source with another tool's session",
    { config: `[profile x]\n${role("saml")}`, credentials: `[saml]\n${session}` },
    sessionIn("saml"),
    [hop("x")],
  ),
  works(
    "keys in the config file, and no credentials file",
    { config: `[profile x]\n${role("k")}[profile k]\n${aliceKeys}`, credentials: "" },
    inSection("k"),
    [hop("x")],
  ),
  works(
    "keys in variables",
    {
      config: `[profile x]\nrole_arn = ${arnOf("Role")}\ncredential_source = Environment\n`,
      variables: { AWS_ACCESS_KEY_ID: bobKey, AWS_SECRET_ACCESS_KEY: "Secret/2" },
    },
    { kind: "environment", section: "x" },
    [hop("x")],
  ),
  works(
    "AWS_DEFAULT_REGION over the profile's region, and keys in variables for nothing",
    {
      config: `[profile x]\nregion = eu-west-1\n${role("me")}`,
      variables: {
        AWS_DEFAULT_REGION: "us-west-2",
        AWS_ACCESS_KEY_ID: bobKey,
        AWS_SECRET_ACCESS_KEY: "Secret/2",
        AWS_PROFILE: "other",
      },
    },
    alice,
    [hop("x")],
    { region: "us-west-2" },
  ),
  works(
    "the region of a source, which is not that of its roles",
    { config: `[profile x]\n${role("me")}[profile me]\nregion = eu-west-1\n` },
    alice,
    [hop("x")],
  ),
  fails("a role with keys beside it and no source", `[profile x]\nrole_arn = ${arnOf("Role")}\n`, [
    "source_profile",
  ], `[x]\n${aliceKeys}`),
  fails("a source that is nowhere", `[profile x]\n${role("gone")}`, ["gone"]),
  fails(
    "a source that is nowhere, below another role",
    `[profile x]\n${role("m")}[profile m]\n${role("gone", "Mid")}`,
    ["x -> m -> gone"],
  ),
  fails(
    "a source that gives nothing",
    `[profile x]\n${role("y")}[profile y]\nregion = eu-west-1\n`,
    ["y"],
  ),
  fails("a loop", `[profile x]\n${role("y")}[profile y]\n${role("x")}`, ["x -> y -> x"]),
  fails("a role on itself without keys", `[profile x]\n${role("x")}`, ["x -> x"]),
  fails(
    "an unknown credential_source",
    `[profile x]\nrole_arn = ${arnOf("Role")}\ncredential_source = Somewhere\n`,
    ["credential_source", "Somewhere"],
  ),
  fails("two sources", `[profile x]\n${role("me")}credential_source = Environment\n`, [
    "credential_source",
    "source_profile",
  ]),
  fails("a device that is none", `[profile x]\n${role("me")}mfa_serial = alice\n`, ["mfa_serial"]),
  fails("a duration out of range", `[profile x]\n${role("me")}duration_seconds = 60\n`, [
    "duration_seconds",
    "60",
  ]),
];

const longTermOnly = `[me-long-term]\n${aliceKeys}`;
const longTerm = inSection("me-long-term");

/** Homes with something of ours: long-term sections, blocks, sessions that stsmfa wrote. */
export const ours: readonly AwsToolsHome[] = [
  ...spellings.slice(0, 7).map((header) =>
    works(
      `a block below ${header}`,
      { config: `${header}\n${block("source_profile = me", `role_arn = ${arnOf("Role")}`)}` },
      alice,
      [hop("x")],
    )
  ),
  works(
    "a source that is absent, beside its long-term section",
    { config: `[profile x]\n${role("me")}`, credentials: longTermOnly },
    longTerm,
    [hop("x")],
  ),
  works(
    "a source that is empty, beside its long-term section",
    {
      config: `[profile x]\n${role("me")}[profile me]\noutput = json\n`,
      credentials: longTermOnly,
    },
    longTerm,
    [hop("x")],
  ),
  works(
    "a source that holds our session, beside its long-term section",
    { config: `[profile x]\n${role("me")}`, credentials: `[me]\n${written}${longTermOnly}` },
    longTerm,
    [hop("x")],
  ),
  works(
    "a source that holds our session of a role, which its block names",
    {
      config: `[profile x]\n${role("m")}[profile m]\n` +
        block("source_profile = me", `role_arn = ${arnOf("Mid")}`),
      credentials: `${me}[m]\n${written}assumed_role_arn = ${arnOf("Mid")}\n`,
    },
    alice,
    [hop("m", "Mid"), hop("x")],
  ),
  works(
    "a block on a standard role",
    {
      config: `[profile x]\n${block("source_profile = m", `role_arn = ${arnOf("Role")}`)}` +
        `[profile m]\n${role("me", "Mid")}mfa_serial = ${device}\n`,
    },
    alice,
    [hop("m", "Mid", { serialNumber: device }), hop("x")],
  ),
  works(
    "a block on another block, with all that a block may say of a role",
    {
      config: `[profile x]\n` +
        block(
          "source_profile = m",
          `role_arn = ${arnOf("Role")}`,
          "role_session_name = of-x",
          "external_id = id-x",
          "source_identity = alice",
          "session_tags = team=a",
        ) +
        `[profile m]\n${block("source_profile = me", `role_arn = ${arnOf("Mid")}`)}`,
    },
    alice,
    [hop("m", "Mid"), hop("x", "Role", { roleSessionName: "of-x", externalId: "id-x" })],
  ),
  works(
    "an adopted profile, whose credential_process is stsmfa itself",
    {
      config: `[profile x]\nregion = eu-west-1\ncredential_process = stsmfa process x\n` +
        block("source_profile = me", `role_arn = ${arnOf("Role")}`),
    },
    alice,
    [hop("x")],
    { region: "eu-west-1" },
  ),
  fails(
    "a block in the credentials file",
    "",
    ["stsmfa", "line 5"],
    `${me}[x]\n${block("source_profile = me")}`,
  ),
  fails("a block on one line", "[profile x]\nstsmfa = source_profile = me\n", ["stsmfa", "line 2"]),
];
