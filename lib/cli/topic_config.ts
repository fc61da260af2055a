/**
 * `stsmfa help config`.
 *
 * @module
 */

import type { SettingName } from "../profile/settings.ts";
import { settingSpecs } from "../profile/settings.ts";
import type { HelpTopic } from "./command.ts";

/** What each setting is for; the compiler sees to it that none is missing. */
const meanings: Readonly<Record<SettingName, string>> = {
  sourceProfile: "The profile with the access key, or with a role to start from.",
  targetProfile: "The profile to write the session to.",
  longTermSuffix: "What the name of the profile with the access key ends in.",
  shortTermSuffix: "What the name of the profile for the session ends in.",
  mfaSerial: "The ARN or serial number of the MFA device.",
  mfaProcess: "A command that prints an MFA code.",
  duration: "How long the session lasts, in seconds; in the block also 8h or 90m.",
  roleArn: "The role to assume.",
  roleSessionName: "The name of the role session.",
  externalId: "The external ID that the role requires.",
  region: "The region of the session.",
};

/** What the `stsmfa` block alone has. */
export const blockAlone: Readonly<Record<string, string>> = {
  source_identity: "The source identity that the role requires.",
  session_tags: "Session tags, like team=blue, project=x.",
  hooks: "The hooks to run, like docker, kube; see: stsmfa help hooks",
};

const keys = Object.entries(settingSpecs).flatMap(([name, { key }]) =>
  key === undefined ? [] : [[key, meanings[name as SettingName]] as const]
);

/** The page. */
export const topic: HelpTopic = {
  parts: [
    "stsmfa reads AWS's own files, ~/.aws/config and ~/.aws/credentials. A profile means to stsmfa " +
    "what it means to the AWS CLI, so a role that works there needs nothing else:",
    {
      code: [
        "[profile prod]",
        "role_arn = arn:aws:iam::222222222222:role/Administrator",
        "source_profile = me",
        "mfa_serial = arn:aws:iam::123456789012:mfa/alice",
      ],
    },
    "To have the session written to the credentials file, for programs that read it there, put the " +
    "settings into a stsmfa block, which AWS's tools ignore:",
    {
      code: [
        "[profile prod]",
        "region = eu-west-1",
        "stsmfa =",
        "  source_profile = me",
        "  role_arn = arn:aws:iam::222222222222:role/Administrator",
        "  hooks = docker",
      ],
    },
    "Or keep the access key in [NAME-long-term]; then [NAME] gets the session. `stsmfa init` sets " +
    "that up. The keys of the block:",
    { terms: [...keys, ...Object.entries(blockAlone)] },
    "Keys that begin with the name of a hook are its options, like docker_mode.",
    "A flag (--role-arn) wins over a variable (STSMFA_ROLE_ARN), which wins over the block, the " +
    "profile's own keys, and those of its source_profile. To see where each value is from: stsmfa " +
    "PROFILE --dry-run",
  ],
};
