/**
 * A profile without credentials, for programs that are given a session by a server: to an SDK, what
 * `[default]` gives is stronger than the server, and only a profile that is named keeps it away. It
 * stands in a copy of the config file, and has all that the real one has but its credentials. Pure.
 *
 * @module
 */

import {
  configSection,
  hasProfile,
  profileEntry,
  sectionValue,
  stsmfaBlock,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { StsmfaError } from "../errors.ts";
import { defaultSection } from "../ini/document.ts";
import { defaultLongTermSuffix, withSuffix } from "../profile/names.ts";
import { firstInDefault } from "./default_profile.ts";

/** The keys by which a profile gives credentials to some SDK. */
const credentialKeys: readonly string[] = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "aws_security_token",
  "role_arn",
  "source_profile",
  "credential_source",
  "credential_process",
  "web_identity_token_file",
  "sso_session",
  "sso_start_url",
  "sso_region",
  "sso_account_id",
  "sso_role_name",
  "login_session",
];

/** Those that belong to credentials, and give none by themselves. */
const companionKeys: readonly string[] = [
  "mfa_serial",
  "mfa_process",
  "external_id",
  "duration_seconds",
  "role_session_name",
  "credential_scope",
  "aws_account_id",
  "expiration",
  "x_security_token_expires",
  "stsmfa",
  "stsmfa_key",
];

/**
 * Reports whether `[default]` gives credentials, in whatever spelling some SDK reads, or may give
 * them soon, since a session is written there.
 */
export function givesCredentials(files: AwsFiles): boolean {
  // Some take even an empty key.
  return credentialKeys.some((key) => profileEntry(files, "default", key) !== undefined) ||
    firstInDefault(files, credentialKeys) !== undefined ||
    hasProfile(files, withSuffix("default", defaultLongTermSuffix)) ||
    stsmfaBlock(files, "default") !== undefined;
}

/** A config file with such a profile. */
export interface ServedConfig {
  /** The profile's name. */
  readonly profile: string;
  /** The text of the file. */
  readonly text: string;
}

/**
 * Returns a config file that has one more profile, which gives no credentials; the rest is as it is.
 *
 * @param theirs the files that programs read
 * @param own those that the profile is in
 * @throws StsmfaError `InvalidSetting` if `[DEFAULT]` gives credentials to every profile
 */
export function servedConfig(
  theirs: AwsFiles,
  own: AwsFiles,
  name: string,
  region: string | undefined,
): ServedConfig {
  refuseSharedCredentials(theirs);
  const document = theirs.config.document.copy();
  const base = /^[\w@+.:-]+$/.test(name) ? `${name}-served` : "stsmfa-served";
  let profile = base;
  for (let n = 2; hasProfile(theirs, profile); n++) profile = `${base}-${n}`;
  const section = `profile ${profile}`;
  // Without a key, some SDKs find no profile there.
  if (region === undefined) document.set(section, "output", "json");
  else document.set(section, "region", region);
  const from = configSection(own.config.document, name);
  for (const { key, value } of from === undefined ? [] : own.config.document.entries(from)) {
    if (credentialKeys.includes(key) || companionKeys.includes(key) || key === "region") continue;
    // A section of that name in the other file is another one; variables carry the endpoints.
    if (key === "services" && own.config.path !== theirs.config.path) continue;
    try {
      if (!value.startsWith("\n")) document.set(section, key, value);
      else {
        const nested = own.config.document.nested(from!, key);
        document.addNested(
          section,
          key,
          Object.fromEntries(nested.map((entry) => [entry.key, entry.value])),
        );
      }
    } catch (error) {
      // What cannot be written so that it is read again is left out.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return { profile, text: document.toString() };
}

/** To botocore, the keys of `[DEFAULT]` are those of every profile, a new one included. */
function refuseSharedCredentials({ config }: AwsFiles): void {
  if (!config.document.has(defaultSection)) return;
  for (const key of credentialKeys) {
    const found = sectionValue(config, defaultSection, key);
    if (found === undefined) continue;
    throw new StsmfaError(
      "InvalidSetting",
      `${found.path}: line ${found.line}: ${key} in [${defaultSection}] gives every profile ` +
        "credentials, and programs would take those and not what exec --serve gives",
      {
        hint: "move it to the profiles that need it",
        places: [{ kind: "file", path: found.path, line: found.line, key }],
      },
    );
  }
}
