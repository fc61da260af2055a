/**
 * Homes whose trouble is in headers, lines and `[DEFAULT]`.
 *
 * @module
 */

import {
  alice,
  aliceKeys,
  arnOf,
  type AwsToolsHome,
  bobKey,
  fails,
  hop,
  inSection,
  keysOf,
  me,
  role,
  works,
} from "./home.ts";

/** Headers that botocore reads as `[profile x]`. */
export const spellings = [
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
