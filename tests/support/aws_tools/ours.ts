/**
 * Homes with something of ours: long-term sections, blocks, sessions that stsmfa wrote.
 *
 * @module
 */

import { spellings } from "./headers.ts";
import {
  alice,
  aliceKeys,
  arnOf,
  type AwsToolsHome,
  block,
  device,
  fails,
  hop,
  inSection,
  me,
  role,
  works,
  written,
} from "./home.ts";

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
