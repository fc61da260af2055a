/**
 * Checks profiles as a whole: whether stsmfa can renew them, and whether SDKs use what they
 * contain.
 *
 * @module
 */

import { configSection, profileValue, sectionValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { resolveIdentity } from "../profile/identity.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { checkTarget } from "../session/write_check.ts";
import { externalCredentialKey, processFindings, ssoFindings } from "./external_credentials.ts";
import { type Finding, findingOf, locationOf, sectionOf } from "./finding.ts";
import { roleFindings } from "./roles.ts";
import { blockFindings, halfKeyFindings } from "./sections.ts";
import type { Setup } from "./setup.ts";

/** Errors of a profile without a user's keys, which need not be a problem. */
const keylessCodes = ["InvalidSetting", "LongTermCredentialsMissing", "SourceIsSession"];

/** Returns a profile that stsmfa can renew, or why it can't. */
export function resolvedProfile(
  { env }: Context,
  setup: Setup,
  flags: ProfileFlags,
  name: string,
): { profile?: Profile; findings: readonly Finding[] } {
  const { files } = setup;
  try {
    const profile = resolveProfile(files, env, flags, name);
    return { profile, findings: targetFindings(profile, files) };
  } catch (error) {
    const section = { file: "credentials", name } as const;
    const finding = { ...findingOf(error, `profile ${name}`), section };
    const isInFile = finding.code === "UnusableMfaDevice" &&
      resolveIdentity(files, env, flags, name).serialNumber?.origin.kind === "file";
    // `keyFindings` reports its line.
    return { findings: isInFile || isOfOthers(setup, name, finding) ? [] : [finding] };
  }
}

/**
 * Reports whether the finding only says that stsmfa can't renew a profile that it does not manage:
 * one that gets its credentials from another source, assumes a role of a profile that does, or
 * holds a session of another tool.
 */
function isOfOthers({ files, names, hasOtherTool }: Setup, name: string, { code }: Finding) {
  if (names.includes(name) || !keylessCodes.includes(code)) return false;
  return hasOtherTool || code === "SourceIsSession" ||
    profileValue(files, name, "role_arn") !== undefined ||
    externalCredentialKey(files, name) !== undefined;
}

function targetFindings(profile: Profile, files: AwsFiles): Finding[] {
  const { section } = profile.target;
  const { document } = files.credentials;
  const { sessionToken } = readSessionSection(document, section);
  try {
    checkTarget(profile, files, () => sessionToken !== undefined);
    return [];
  } catch (error) {
    if (error instanceof StsmfaError && error.code === "TargetIsShadowed") return [];
    return [{
      ...findingOf(error, `${files.credentials.path}:${document.sectionLine(section)}`, "warning"),
      section: { file: "credentials", name: section },
    }];
  }
}

/**
 * Returns what makes SDKs disagree or fail on a profile, whether or not stsmfa renews it.
 *
 * @param isMeant whether the profile itself is checked, not just as another profile's source
 */
export async function profileFindings(
  context: Context,
  setup: Setup,
  name: string,
  isMeant: boolean,
): Promise<Finding[]> {
  const { files } = setup;
  return [
    ...rivalFindings(files, name),
    ...(isMeant ? roleFindings(setup, name) : []),
    ...halfKeyFindings(files, name),
    ...blockFindings(files, name),
    ...ssoFindings(files, name),
    ...await processFindings(context, files, name),
    ...securityTokenFindings(files, name),
  ];
}

function rivalFindings(files: AwsFiles, name: string): Finding[] {
  const keys = sectionValue(files.credentials, name, "aws_access_key_id") ??
    profileValue(files, name, "aws_access_key_id");
  if (keys === undefined) return [];
  return (["role_arn", "credential_process"] as const).flatMap((key) => {
    const other = profileValue(files, name, key);
    const isOwnSource = key === "role_arn" &&
      profileValue(files, name, "source_profile")?.value === name;
    if (other === undefined || isOwnSource) return [];
    return {
      level: "warning",
      code: "RivalCredentials",
      what: key === "role_arn"
        ? `${key} and the keys of ${
          locationOf(keys)
        } exclude each other: SDKs use the role, and the keys where another profile names this one as its source`
        : keys.path === files.credentials.path
        ? `${key} is not run: SDKs use the keys of ${locationOf(keys)}`
        : `${key} and the keys of ${
          locationOf(keys)
        } exclude each other: botocore runs the one, and other SDKs use the others`,
      where: locationOf(other),
      fix: `remove ${key} or the keys`,
      section: sectionOf(files, other),
    };
  });
}

function securityTokenFindings(files: AwsFiles, name: string): Finding[] {
  const sections = [
    { file: "credentials", section: name },
    { file: "config", section: configSection(files.config.document, name) },
  ] as const;
  return sections.flatMap(({ file, section }) => {
    const legacy = section && sectionValue(files[file], section, "aws_security_token");
    if (!legacy) return [];
    const token = sectionValue(files[file], legacy.section, "aws_session_token");
    if (token?.value === legacy.value) return [];
    return {
      level: "problem",
      code: "StaleSecurityToken",
      what: token === undefined
        ? "aws_security_token stands alone: the AWS CLI uses it, and other SDKs do not know it"
        : "aws_security_token differs from aws_session_token, and the AWS CLI prefers it",
      where: locationOf(legacy),
      fix: "remove the line; stsmfa does so whenever it renews the session",
      section: { file, name: legacy.section },
    };
  });
}
