/**
 * Keys that have a meaning to some tool, and those that a misspelt key may stand for.
 *
 * @module
 */

import { readHeader } from "../aws_files/profile_sections.ts";
import { ownedKeys } from "../aws_files/session_section.ts";
import { defaultSection } from "../ini/document.ts";
import { nearest } from "../nearest.ts";
import type { Finding } from "./finding.ts";

/**
 * Keys that say who the user is and how to prove it: without one of these a profile does not work.
 */
const identityKeys = [
  "aws_access_key_id",
  "aws_mfa_device",
  "aws_secret_access_key",
  "aws_session_token",
  "credential_process",
  "credential_source",
  "duration_seconds",
  "external_id",
  "login_session",
  "mfa_process",
  "mfa_serial",
  "role_arn",
  "role_session_name",
  "source_profile",
  "sso_account_id",
  "sso_region",
  "sso_registration_scopes",
  "sso_role_name",
  "sso_session",
  "sso_start_url",
  "web_identity_token_file",
];

/** Other keys that SDKs and the AWS CLI read. */
const settingKeys = [
  "account_id_endpoint_mode",
  "auth_scheme_preference",
  "ca_bundle",
  "cli_auto_prompt",
  "cli_binary_format",
  "cli_pager",
  "cli_timestamp_format",
  "defaults_mode",
  "ec2_metadata_service_endpoint",
  "ec2_metadata_service_endpoint_mode",
  "ec2_metadata_v1_disabled",
  "endpoint_url",
  "ignore_configured_endpoint_urls",
  "max_attempts",
  "metadata_service_num_attempts",
  "metadata_service_timeout",
  "output",
  "parameter_validation",
  "region",
  "retry_mode",
  "sdk_ua_app_id",
  "services",
  "sts_regional_endpoints",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
];

/** Correct keys of other tools. */
const toolKeys = [
  ...ownedKeys,
  "assume_role",
  "autoawsume",
  "aws_account_id",
  "credentials_provider",
  "include_profile",
  "parent_profile",
  "role_duration",
  "source_identity",
  "sso_account_name",
  "sso_auto_populated",
  "sso_session_name",
];

/** Names that people take for a key, without what separates their words. */
const misnomers: Readonly<Record<string, string>> = {
  accesskey: "aws_access_key_id",
  awsaccesskey: "aws_access_key_id",
  awssecretkey: "aws_secret_access_key",
  mfadevice: "mfa_serial",
  mfaserialnumber: "mfa_serial",
  secretkey: "aws_secret_access_key",
};

const meantKeys = [...identityKeys, ...settingKeys];
const keyByLetters = new Map(meantKeys.map((key) => [lettersOf(key), key]));

/** Returns the key that a misspelt one in a profile was meant to be, if it is misspelt. */
export function meantKey(
  { file, name }: NonNullable<Finding["section"]>,
  key: string,
): string | undefined {
  const kind = file === "config" ? readHeader(name)?.kind : "profile";
  if ((kind === undefined || kind === "services") && name !== defaultSection) return undefined;
  if ([...meantKeys, ...toolKeys].includes(key)) return undefined;
  // A key that was renamed to disable it, or numbered as one of several.
  const plain = key.replace(/^[x_]+/, "").replace(/[_-]?\d+$/, "");
  if (plain !== key && meantKeys.includes(plain)) return undefined;
  return separatelySpelt(lettersOf(key)) ?? nearest(key, identityKeys, 2);
}

/**
 * Finds the key whose words are separated otherwise (`ca-bundle`, `roleArn`), that is named like its
 * variable (`aws_default_region`), or that lacks its `aws_` (`access_key_id`).
 */
function separatelySpelt(letters: string): string | undefined {
  const withoutPrefix = letters.replace(/^(aws)?(default)?/, "");
  return [letters, withoutPrefix, `aws${withoutPrefix}`].map((each) => keyByLetters.get(each))
    .find((each) => each !== undefined) ??
    (Object.hasOwn(misnomers, letters) ? misnomers[letters] : undefined);
}

function lettersOf(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, "");
}
