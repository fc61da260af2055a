/**
 * Keys that have a meaning to some tool, and those that a misspelt key may stand for.
 *
 * @module
 */

import { ownedKeys } from "../aws_files/session_section.ts";
import { nearest } from "../nearest.ts";
import type { Finding } from "./finding.ts";

/**
 * Keys that say who the user is and how to prove it: without one of these a profile does not work.
 */
const meantKeys = [
  "aws_access_key_id",
  "aws_mfa_device",
  "aws_secret_access_key",
  "aws_session_token",
  "credential_process",
  "credential_source",
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
];

/** Other correct keys, including those of other tools. */
const furtherKeys = [
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

/** Returns the key that a misspelt one in a profile was meant to be, if it is misspelt. */
export function meantKey(
  { file, name }: NonNullable<Finding["section"]>,
  key: string,
): string | undefined {
  if (file === "config" && !/^(default$|profile\s|sso-session\s)/.test(name)) return undefined;
  if ([...meantKeys, ...furtherKeys].includes(key)) return undefined;
  // A key that was renamed to disable it, or numbered as one of several.
  const plain = key.replace(/^[x_]+/, "").replace(/[_-]?\d+$/, "");
  return plain !== key && meantKeys.includes(plain) ? undefined : nearest(key, meantKeys, 2);
}
