/**
 * What botocore finds in a profile beside keys: a web identity, IAM Identity Center, `aws login`, a
 * program; and what `credential_source` names.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 *
 * @module
 */

import {
  configSection,
  type FileValue,
  namedSection,
  placeOf,
  profileEntry,
  profileValue,
  sectionEntry,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { type ErrorPlace, StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import { defaultSection } from "../ini/document.ts";
import { nearest } from "../nearest.ts";
import { initCommand, withSuffix } from "./names.ts";
import { fromFile, settingError } from "./origin.ts";
import { isOwnProcess } from "./own_process.ts";
import type {
  LoginSource,
  NamedSource,
  ProcessSource,
  SsoSource,
  WebIdentitySource,
} from "./others_source.ts";

/**
 * Returns the web identity of a profile.
 *
 * @throws StsmfaError `InvalidSetting` for one without a role
 */
export function webIdentityOf(files: AwsFiles, name: string): WebIdentitySource | undefined {
  const tokenFile = profileEntry(files, name, "web_identity_token_file");
  if (tokenFile === undefined || tokenFile.value === "") return undefined;
  const roleArn = profileEntry(files, name, "role_arn");
  if (roleArn === undefined || roleArn.value === "") {
    throw settingError(fromFile(tokenFile), "a token, and no role_arn beside it that it is for");
  }
  const roleSessionName = profileValue(files, name, "role_session_name");
  return {
    kind: "web-identity",
    section: name,
    roleArn: fromFile(roleArn),
    tokenFile: fromFile(tokenFile),
    ...(roleSessionName && { roleSessionName: fromFile(roleSessionName) }),
  };
}

/**
 * Returns the role of IAM Identity Center that a profile names.
 *
 * @throws StsmfaError `InvalidSetting` for one that is incomplete, or that contradicts its session
 */
export function ssoOf(files: AwsFiles, name: string): SsoSource | undefined {
  const account = profileEntry(files, name, "sso_account_id");
  const role = profileEntry(files, name, "sso_role_name");
  const named = account ?? role;
  if (named === undefined) return undefined;
  const session = profileEntry(files, name, "sso_session");
  const section = session && sessionSection(files, session);
  if (section !== undefined) refuseContradiction(files, name, section);
  const value = (key: string): string => {
    const own = profileEntry(files, name, key);
    const shared = section === undefined ? undefined : sectionEntry(files.config, section, key);
    // The sign-in belongs to the session, which has to be complete by itself.
    const isOfSignIn = key === "sso_start_url" || key === "sso_region";
    const found = isOfSignIn && section !== undefined ? shared : own ?? shared;
    if (found !== undefined && found.value !== "") return found.value;
    throw settingError(
      fromFile(named),
      `the profile signs in with IAM Identity Center and has no ${key}`,
      "complete it: aws configure sso",
    );
  };
  const ssoRegion = value("sso_region");
  if (!/^[A-Za-z\d-]+$/.test(ssoRegion)) {
    throw settingError(fromFile(named), `its sso_region is not a region: ${ssoRegion}`);
  }
  return {
    kind: "sso",
    section: name,
    ...(session && { ssoSession: session.value }),
    startUrl: value("sso_start_url"),
    ssoRegion,
    accountId: value("sso_account_id"),
    roleName: value("sso_role_name"),
    origin: fromFile(session ?? named).origin,
  };
}

/** Refuses, as botocore does, any key that has another value in the session, inherited or not. */
function refuseContradiction(files: AwsFiles, name: string, section: string): void {
  const { document } = files.config;
  for (const { key } of [section, defaultSection].flatMap((each) => document.entries(each))) {
    const own = profileEntry(files, name, key);
    const shared = sectionEntry(files.config, section, key);
    if (own === undefined || shared === undefined || own.value === shared.value) continue;
    throw settingError(
      fromFile(own),
      `it is not the ${key} of [${shared.section}] in line ${shared.line}`,
      "take one of them away: aws configure sso",
    );
  }
}

function sessionSection({ config }: AwsFiles, session: FileValue): string {
  const found = namedSection(config.document, "sso-session", session.value);
  if (found !== undefined) return found;
  throw settingError(
    fromFile(session),
    `there is no [sso-session ${session.value}] in ${config.path}`,
    "create it: aws configure sso-session",
  );
}

/** Returns the session of `aws login` that a profile names. */
export function loginOf(files: AwsFiles, name: string): LoginSource | undefined {
  const found = profileEntry(files, name, "login_session");
  if (found === undefined) return undefined;
  return {
    kind: "login",
    section: name,
    loginSession: found.value,
    origin: fromFile(found).origin,
  };
}

/**
 * Returns the program of a profile, if it is not stsmfa, asked for this very profile.
 *
 * @param given the flags that the profile is asked for with; `undefined` if it may be any program
 */
export function processOf(
  files: AwsFiles,
  name: string,
  given: readonly string[] | undefined,
): ProcessSource | undefined {
  const found = profileValue(files, name, "credential_process");
  if (found === undefined || (given && isOwnProcess(files, found.value, name, given))) {
    return undefined;
  }
  return { kind: "process", section: name, command: found.value, origin: fromFile(found).origin };
}

const credentialSources = {
  Environment: "environment",
  EcsContainer: "container",
  Ec2InstanceMetadata: "instance",
} as const;

/**
 * Returns the source that a role's `credential_source` names.
 *
 * @throws StsmfaError `InvalidSetting` for one that AWS's tools do not know
 */
export function namedSourceOf(found: FileValue, name: string): NamedSource {
  const known = Object.keys(credentialSources);
  if (!Object.hasOwn(credentialSources, found.value)) {
    const near = nearest(found.value, known);
    throw settingError(
      fromFile(found),
      `${JSON.stringify(found.value)} is not a credential_source`,
      near === undefined ? `write one of ${known.join(", ")}` : `did you mean ${near}?`,
    );
  }
  const kind = credentialSources[found.value as keyof typeof credentialSources];
  return { kind, section: name, origin: fromFile(found).origin };
}

/** Returns the error for a role that names its source in two ways, or in none. */
export function roleSourceError(
  files: AwsFiles,
  name: string,
  role: FileValue,
  both: { readonly source: FileValue; readonly named: FileValue } | undefined,
): StsmfaError {
  const where = `${role.path}: line ${role.line}: role_arn in [${role.section}]`;
  if (both !== undefined) {
    return new StsmfaError(
      "InvalidSetting",
      `${where} has both source_profile (line ${both.source.line}) and credential_source (line ${both.named.line})`,
      {
        hint: "keep one of them; AWS's tools refuse both",
        places: [role, both.source, both.named].map(placeOf),
      },
    );
  }
  const misspelt = misspeltSource(files, name);
  return new StsmfaError(
    "InvalidSetting",
    `${where} has no source_profile to assume it with`,
    {
      hint: misspelt === undefined
        ? "add the profile with the access key: source_profile = NAME"
        : `line ${misspelt.line} has ${misspelt.key}: write it as ${misspelt.meant}`,
      places: [role, ...misspelt === undefined ? [] : [misspelt]].map(placeOf),
    },
  );
}

/** Returns the error for a profile that has nothing, of itself or as a source. */
export function noKeysError(
  files: AwsFiles,
  name: string,
  suffix: string,
  { whose, places }: { readonly whose: string; readonly places: readonly ErrorPlace[] },
): StsmfaError {
  const [signIn] = ["sso_session", "sso_start_url"]
    .flatMap((key) => profileEntry(files, name, key) ?? []);
  if (signIn !== undefined) {
    return new StsmfaError(
      "LongTermCredentialsMissing",
      `there are no credentials for ${whose}: [${name}] has ${signIn.key}, but no sso_account_id or sso_role_name`,
      { hint: `complete it: aws configure sso ${flagWords("--profile", name)}`, places },
    );
  }
  const sibling = withSuffix(name, suffix);
  const command = profileEntry(files, name, "credential_process");
  const has = command !== undefined
    ? "no keys, and a credential_process that asks stsmfa in turn"
    : profileEntry(files, name, "source_profile") === undefined
    ? "no keys"
    : "no keys (its source_profile counts only beside role_arn)";
  const beside = sibling === name ? "no suffix is set" : `there is no [${sibling}]`;
  return new StsmfaError(
    "LongTermCredentialsMissing",
    `there is no access key for ${whose}: [${name}] has ${has}, and ${beside}`,
    { hint: `to store the access key: ${initCommand(name, suffix)}`, places },
  );
}

/** Finds the key that was meant to name a role's source. */
function misspeltSource(
  files: AwsFiles,
  name: string,
): FileValue & { readonly meant: string } | undefined {
  const meant = ["source_profile", "credential_source"];
  const { config } = files;
  const section = configSection(config.document, name);
  if (section === undefined) return undefined;
  return config.document.entries(section).flatMap((entry) => {
    const near = nearest(entry.key, meant, 2);
    return near === undefined ? [] : { ...entry, path: config.path, section, meant: near };
  })[0];
}
