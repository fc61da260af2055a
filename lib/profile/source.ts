/**
 * Finds the section whose credentials a profile's sessions are made with.
 *
 * @module
 */

import {
  configSection,
  type FileValue,
  profileNames,
  profileValue,
  refuseCommentedKey,
  sectionValue,
  stsmfaBlock,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { type LongTermCredentials, Secret } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { initCommand, profileChoices, profileNotFound, withSuffix } from "./names.ts";
import { type Resolved, settingError } from "./origin.ts";

/** Where the credentials for a profile's sessions come from. */
export type ProfileSource = LongTermSource | SessionSource;

/** Long-term keys, and where they are. */
export interface LongTermSource {
  /** The kind of source. */
  readonly kind: "long-term";
  /** The profile, or section of the credentials file, such as `work-long-term`. */
  readonly section: string;
  /** The file they are in. */
  readonly path: string;
  /** The line of the first of them. */
  readonly line: number;
  /** The keys. */
  readonly credentials: LongTermCredentials;
}

/** A section that holds a session whose long-term keys are not known. */
export interface SessionSource {
  /** The kind of source. */
  readonly kind: "session";
  /** The section that holds the session. */
  readonly section: string;
  /** What to do if long-term keys are needed. */
  readonly hint: string;
}

/**
 * Finds the source of a profile: the named one, else `P-long-term`, else `P` itself.
 *
 * @param named the source that was named, with its origin
 * @throws StsmfaError `ProfileNotFound`, `LongTermCredentialsMissing`
 */
export function findSource(
  files: AwsFiles,
  profile: string,
  named: Resolved<string> | undefined,
  suffix: string,
): ProfileSource {
  const name = named?.value ?? profile;
  const sibling = withSuffix(name, suffix);
  // A user who names [me] means it; by convention the sibling comes first.
  const candidates = named === undefined ? [sibling, name] : [name, sibling];
  for (const candidate of candidates) {
    const source = longTermSource(files, candidate);
    if (source !== undefined) return source;
  }
  return sourceWithoutKeys(files, profile, named, suffix);
}

/**
 * Returns the source, if sessions can be made with it.
 *
 * @throws StsmfaError `SourceIsSession`
 */
export function longTermKeysOf(source: ProfileSource): LongTermSource {
  if (source.kind === "long-term") return source;
  throw new StsmfaError(
    "SourceIsSession",
    `[${source.section}] holds session credentials, and AWS gives sessions for long-term keys alone`,
    { hint: source.hint },
  );
}

/**
 * Reports whether a profile's `credential_process` is stsmfa: its session is served on request, not
 * written.
 */
export function asksStsmfa(files: AwsFiles, profile: string): boolean {
  return /\bstsmfa\b/.test(profileValue(files, profile, "credential_process")?.value ?? "");
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
  for (const each of [id, secret]) refuseCommentedKey(each);
  return {
    kind: "long-term",
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

function sourceWithoutKeys(
  files: AwsFiles,
  profile: string,
  named: Resolved<string> | undefined,
  suffix: string,
): SessionSource {
  const name = named?.value ?? profile;
  const sibling = withSuffix(name, suffix);
  const known = profileNames(files);
  if (!known.includes(name) && !known.includes(sibling)) {
    if (named === undefined) throw profileNotFound(files, profile, suffix);
    const near = nearest(name, profileChoices(files, suffix));
    throw settingError(
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
    const hint = session === sibling
      ? `if the key is a long-term one, remove aws_session_token from [${session}]`
      : store;
    return { kind: "session", section: session, hint };
  }
  const other = ["sso_session", "sso_start_url", "login_session", "credential_process", "role_arn"]
    .map((key) => profileValue(files, name, key)).find((each) => each !== undefined);
  const isAskingUs = other?.key === "credential_process" && asksStsmfa(files, name);
  const what = other === undefined
    ? "no keys"
    : `${other.key}${isAskingUs ? ", which asks stsmfa in turn," : ""} and no keys of its own`;
  throw new StsmfaError(
    "LongTermCredentialsMissing",
    `there are no long-term keys for profile ${profile}: [${name}] has ${what}, and ${
      sibling === name ? "no suffix is set" : `there is no [${sibling}]`
    }`,
    { hint: store },
  );
}
