/**
 * Finds the section whose long-term keys a profile's sessions are made with.
 *
 * @module
 */

import {
  type AwsFiles,
  configSection,
  type FileValue,
  profileNames,
  profileValue,
  sectionValue,
  stsmfaBlock,
} from "../aws_files/read.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import { flagWords, profileWord, renewCommand, StsmfaError, withArguments } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type Resolved, settingError } from "./settings.ts";

/** Where the long-term keys are, and they themselves. */
export interface LongTermSource {
  /** The profile, or section of the credentials file, such as `work-long-term`. */
  readonly section: string;
  /** The file they are in. */
  readonly path: string;
  /** The line of the first of them. */
  readonly line: number;
  /** The keys. */
  readonly credentials: LongTermCredentials;
}

/** The suffix of aws-mfa's convention `[work-long-term]` for `[work]`; `none` in any case is none. */
export const defaultLongTermSuffix = "long-term";

/** A profile's name with a suffix as aws-mfa builds it. */
export function withSuffix(profile: string, suffix: string | undefined): string {
  return suffix === undefined || suffix.toLowerCase() === "none" ? profile : `${profile}-${suffix}`;
}

/**
 * Finds the source of a profile: the one that was named, else `P-long-term`, else `P` itself.
 *
 * @param named the source somebody named, with its origin
 * @throws StsmfaError `ProfileNotFound`, `LongTermCredentialsMissing`, `SourceIsSession`
 */
export function findLongTermSource(
  files: AwsFiles,
  profile: string,
  named: Resolved<string> | undefined,
  suffix: string,
): LongTermSource {
  const name = named?.value ?? profile;
  const sibling = withSuffix(name, suffix);
  // Somebody who names [me] means it; by convention the sibling goes first.
  const candidates = named === undefined ? [sibling, name] : [name, sibling];
  for (const candidate of candidates) {
    const source = longTermSource(files, candidate);
    if (source !== undefined) return source;
  }
  throw missingSource(files, profile, named, suffix);
}

/** Profiles one can ask for: every one the files know, long-term siblings by their short name. */
export function profileChoices(files: AwsFiles, suffix: string): string[] {
  const ending = withSuffix("", suffix);
  const names = profileNames(files).map((name) =>
    ending !== "" && name.endsWith(ending) && name !== ending ? name.slice(0, -ending.length) : name
  );
  return [...new Set(names)];
}

/** Whether a profile's `credential_process` is stsmfa: its session is asked for, and not written. */
export function asksStsmfa(files: AwsFiles, profile: string): boolean {
  return /\bstsmfa\b/.test(profileValue(files, profile, "credential_process")?.value ?? "");
}

/** The command that stores the keys of a profile. */
function initCommand(profile: string, suffix: string): string {
  if (withSuffix(profile, suffix) === profile) {
    return `aws configure ${flagWords("--profile", profile)}`;
  }
  const flag = suffix === defaultLongTermSuffix
    ? ""
    : ` ${flagWords("--long-term-suffix", suffix)}`;
  return `stsmfa init ${profileWord(profile)}${flag}`;
}

/**
 * The error for a profile neither file knows, with the nearest name.
 *
 * @param command what was asked of it, for the hint; without one, that it be renewed
 */
export function profileNotFound(
  files: AwsFiles,
  profile: string,
  suffix: string,
  command?: string,
): StsmfaError {
  const names = profileChoices(files, suffix);
  const { config, credentials } = files;
  if (names.length === 0) {
    return new StsmfaError(
      "ProfileNotFound",
      `there is no profile in ${credentials.path} or ${config.path}`,
      {
        hint: `store your access key: ${initCommand(profile, suffix)}`,
      },
    );
  }
  const shown = names.slice(0, 20).join(", ") + (names.length > 20 ? ", ..." : "");
  const near = nearest(profile, names);
  return new StsmfaError(
    "ProfileNotFound",
    `there is no profile ${profile} in ${credentials.path} or ${config.path}; profiles: ${shown}`,
    {
      hint: config.document.has(profile) && profile !== "default"
        ? `${config.path} has [${profile}]; there it must be [profile ${profile}]`
        : near === undefined
        ? `store its access key: ${initCommand(profile, suffix)}`
        : `did you mean: ${
          command === undefined ? renewCommand(near) : withArguments(command, [near])
        }`,
    },
  );
}

function longTermSource(files: AwsFiles, name: string): LongTermSource | undefined {
  const inCredentials = keysOf(files, name, "credentials");
  const keys = inCredentials.id ?? inCredentials.secret
    ? inCredentials
    : keysOf(files, name, "config");
  const { id, secret, token } = keys;
  if (id === undefined && secret === undefined) return undefined;
  const { path, line, section } = (id ?? secret)!;
  if (id === undefined || secret === undefined) {
    const missing = id === undefined ? "aws_access_key_id" : "aws_secret_access_key";
    const isIndented = (id ?? secret)!.value.split("\n").slice(1)
      .some((each) => each.toLowerCase().startsWith(missing));
    throw new StsmfaError(
      "LongTermCredentialsMissing",
      `${path}: [${section}] of line ${line} has no ${missing}`,
      {
        hint: isIndented
          ? `its line is indented, which makes it a part of the value above; remove the space before ${missing}`
          : `add it: aws configure ${flagWords("--profile", name)}`,
      },
    );
  }
  if (token !== undefined || id.value.startsWith("ASIA")) return undefined;
  return {
    section: name,
    path,
    line,
    credentials: { accessKeyId: id.value, secretAccessKey: new Secret(secret.value) },
  };
}

function keysOf(
  files: AwsFiles,
  name: string,
  where: "credentials" | "config",
): Record<"id" | "secret" | "token", FileValue | undefined> {
  const file = files[where];
  const section = where === "credentials" ? name : configSection(file.document, name);
  const get = (key: string) => section === undefined ? undefined : sectionValue(file, section, key);
  return {
    id: get("aws_access_key_id"),
    secret: get("aws_secret_access_key"),
    token: get("aws_session_token") ?? get("aws_security_token"),
  };
}

function missingSource(
  files: AwsFiles,
  profile: string,
  named: Resolved<string> | undefined,
  suffix: string,
): StsmfaError {
  const name = named?.value ?? profile;
  const sibling = withSuffix(name, suffix);
  const known = profileNames(files);
  if (!known.includes(name) && !known.includes(sibling)) {
    if (named === undefined) return profileNotFound(files, profile, suffix);
    const near = nearest(name, profileChoices(files, suffix));
    return settingError(
      named,
      `there is no profile ${name}`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
  }
  const session = [sibling, name].find((each) =>
    ["aws_session_token", "aws_security_token"].some((key) => profileValue(files, each, key)) ||
    profileValue(files, each, "aws_access_key_id")?.value.startsWith("ASIA")
  );
  const role = profileValue(files, name, "role_arn") ??
    stsmfaBlock(files, name)?.find(({ key }) => key === "role_arn");
  const store = role !== undefined && named !== undefined
    ? "stsmfa takes no role on top of another, as SDKs do; name the user's profile: --source-profile"
    : `store the user's access key: ${initCommand(name, suffix)}`;
  if (session !== undefined) {
    return new StsmfaError(
      "SourceIsSession",
      `[${session}] holds session credentials, and AWS gives sessions for long-term keys alone`,
      {
        hint: session === sibling
          ? `if the key is a long-term one, remove aws_session_token from [${session}]`
          : store,
      },
    );
  }
  const other = ["sso_session", "sso_start_url", "login_session", "credential_process", "role_arn"]
    .map((key) => profileValue(files, name, key)).find((each) => each !== undefined);
  const isAskingUs = other?.key === "credential_process" && asksStsmfa(files, name);
  const what = other === undefined
    ? "no keys"
    : `${other.key}${isAskingUs ? ", which asks stsmfa in turn," : ""} and no keys of its own`;
  return new StsmfaError(
    "LongTermCredentialsMissing",
    `there are no long-term keys for profile ${profile}: [${name}] has ${what}, and ${
      sibling === name ? "no suffix is set" : `there is no [${sibling}]`
    }`,
    { hint: store },
  );
}
