/**
 * Homes whose trouble is in chains and sources.
 *
 * @module
 */

import type { Base, Hop } from "../resolution.ts";
import {
  alice,
  aliceKeys,
  arnOf,
  type AwsToolsHome,
  bobKey,
  device,
  fails,
  hop,
  inSection,
  keysOf,
  me,
  role,
  session,
  sessionIn,
  works,
} from "./home.ts";

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

/** Returns the home with what a container says of its credentials. */
function inContainer(home: AwsToolsHome): AwsToolsHome {
  const said = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/keys" };
  return { ...home, variables: { ...home.variables, ...said } };
}

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
  fails(
    "SSO whose session says another region, inherited as it is",
    `[DEFAULT]\nregion = eu-west-1\n[profile x]\nregion = us-west-2\n${sso}`,
    ["region", "[DEFAULT]"],
  ),
  fails(
    "SSO whose session says another output",
    `[profile x]\noutput = json\n${sso}output = text\n`,
    ["output", "[sso-session corp]"],
  ),
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
  fails(
    "keys of the config file behind a program without a name",
    `[profile x]\ncredential_process =\n${aliceKeys}`,
    ["credential_process", "is empty"],
  ),
  inContainer(fails(
    "a program without a name, in a container",
    "[profile x]\ncredential_process =\n",
    ["credential_process", "is empty"],
  )),
  inContainer(fails(
    "a key without its ID, in a container",
    "[profile x]\nregion = eu-west-1\n",
    ["aws_access_key_id", "is empty"],
    "[x]\naws_access_key_id =\naws_secret_access_key = Secret/1\n",
  )),
  fails("a device that is none", `[profile x]\n${role("me")}mfa_serial = alice\n`, ["mfa_serial"]),
  fails("a duration out of range", `[profile x]\n${role("me")}duration_seconds = 60\n`, [
    "duration_seconds",
    "60",
  ]),
];
