/**
 * Checks profiles as a whole: whether they can be used, and whether SDKs use what they contain.
 *
 * @module
 */

import {
  configSection,
  type FileValue,
  profileEntry,
  profileValue,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, renewCommand } from "../hint_words.ts";
import { chainOfOthers } from "../profile/chain.ts";
import type { Profile } from "../profile/profile.ts";
import { withSuffix } from "../profile/names.ts";
import { isOwnProcess } from "../profile/own_process.ts";
import {
  isLongTerm,
  keyedSource,
  knownSource,
  type ProfileSource,
  sourceWord,
  storedKeyName,
} from "../profile/source.ts";
import { checkTarget } from "../session/write_check.ts";
import { type Finding, findingOf, locationOf, sectionOf } from "./finding.ts";
import { isTolerable, type Resolution } from "./resolution.ts";
import type { Setup } from "./setup.ts";

/** Returns why a profile cannot be used, if anybody wants to use it. */
export function resolutionFindings(
  { files, hasOtherTool }: Setup,
  resolution: Resolution,
): Finding[] {
  const { name, error } = resolution;
  if (error === undefined || isTolerable(files, resolution, hasOtherTool)) return [];
  return [findingOf(error, `profile ${name}`)];
}

/** Returns what keeps a session from the section that it is to be written to. */
export function targetFindings(files: AwsFiles, { profile }: Resolution): Finding[] {
  if (profile?.kind !== "written") return [];
  const { section } = profile.target;
  const { sessionToken } = readSessionSection(files.credentials.document, section);
  try {
    checkTarget(profile, files, () => sessionToken !== undefined);
    return [];
  } catch (error) {
    const finding = findingOf(error, `profile ${profile.name}`, "warning");
    const fix = finding.code === "TargetIsShadowed" ? fixOfShadow(profile, error) : undefined;
    return [{ ...finding, ...(fix !== undefined && { fix }) }];
  }
}

function fixOfShadow({ name, target }: Profile, error: unknown): string | undefined {
  const [place] = error instanceof StsmfaError ? error.places : [];
  const key = place?.kind === "file" ? place.key : undefined;
  if (key === "role_arn") return "move role_arn into the profile's stsmfa block";
  if (key === undefined || key.startsWith("aws_")) return undefined;
  const elsewhere = flagWords("--target-profile", `${target.section}-mfa`);
  return `remove ${key}, or write the session to another profile: ${
    renewCommand(name)
  } ${elsewhere}`;
}

/** Keys beside which a profile's own access key may not be used. */
const rivals = [
  "web_identity_token_file",
  "sso_account_id",
  "sso_role_name",
  "login_session",
  "credential_process",
];

/** Finds credentials beside an access key, of which SDKs use one or the other. */
export function rivalFindings(files: AwsFiles, { name, resolved }: Resolution): Finding[] {
  const keys = sectionValue(files.credentials, name, "aws_access_key_id") ??
    profileValue(files, name, "aws_access_key_id");
  if (keys === undefined) return [];
  const place = locationOf(keys);
  const found = (other: FileValue, what: string): Finding => ({
    level: "warning",
    code: "RivalCredentials",
    what,
    where: locationOf(other),
    fix: `remove ${other.key} or the keys`,
    section: sectionOf(files, other),
  });
  const [other] = rivals.flatMap((key) => profileValue(files, name, key) ?? []);
  const role = profileEntry(files, name, "role_arn");
  if (role !== undefined && other?.key !== "web_identity_token_file") {
    const isOwnSource = profileValue(files, name, "source_profile")?.value === name;
    return isOwnSource ? [] : [found(
      role,
      `SDKs use role_arn, and the keys of ${place} only where another profile names this one as its source`,
    )];
  }
  if (other === undefined || resolved === undefined) return [];
  const { source, hops } = resolved.chain;
  const isOfKeys = knownSource(source) !== undefined && hops.length === 0 &&
    source.section === name;
  const isOwn = other.key === "credential_process" && isOwnProcess(files, other.value, name);
  return [found(
    other,
    isOfKeys && !(isOwn && keys.path === files.config.path)
      ? `${other.key} is not used: SDKs use the keys of ${place}`
      : `the AWS CLI uses ${other.key}, and some SDKs the keys of ${place}`,
  )];
}

/** Finds a key in a store that its own section keeps from use: what AWS's tools find goes before it. */
export function storedKeyFindings(files: AwsFiles, { name, resolved }: Resolution): Finding[] {
  const named = profileValue(files, name, storedKeyName);
  const { source, hops = [] } = resolved?.chain ?? {};
  if (named === undefined || source === undefined || source.kind === "stored") return [];
  const isOwn = source.section === name || hops.some(({ profile }) => profile === name);
  if (!isOwn) return [];
  const before = hops.length > 0 ? "role_arn" : sourceWord({ source });
  return [{
    level: "warning",
    code: "RivalCredentials",
    what:
      `${storedKeyName} is not used: AWS's tools do not know it, and use what comes before it (${before})`,
    where: locationOf(named),
    fix: "remove one of the two, or give the key a profile of its own",
    section: sectionOf(files, named),
  }];
}

/** Finds long-term keys that were put beside a profile, and that its own keys keep from use. */
export function siblingFindings(
  { files, suffix }: Setup,
  { name, isManaged, resolved }: Resolution,
): Finding[] {
  const source = resolved?.chain.source;
  const sibling = withSuffix(name, suffix);
  const keys = profileValue(files, sibling, "aws_access_key_id");
  const isOwn = source !== undefined && isLongTerm(source) && source.section === name &&
    sibling !== name;
  if (!isManaged || !isOwn || keys === undefined) return [];
  return [{
    level: "warning",
    code: "RivalCredentials",
    what: `the keys of [${sibling}] are not used: profile ${name} has its own, in ${
      locationOf(source)
    }`,
    where: locationOf(keys),
    fix: "remove one of the two, or rename its section",
    section: sectionOf(files, keys),
    about: [locationOf(source)],
  }];
}

/** Finds what keeps AWS's tools from asking stsmfa although `credential_process` says so. */
export function askingFindings(files: AwsFiles, { name, resolved }: Resolution): Finding[] {
  const line = profileValue(files, name, "credential_process");
  const isOwn = line !== undefined && isOwnProcess(files, line.value, name);
  if (!isOwn || !resolved?.settings.hasBlock) return [];
  const found = (where: string, what: string, fix: string): Finding => ({
    level: "warning",
    code: "NotAsked",
    what: `AWS's tools do not ask stsmfa for ${name}: ${what}`,
    where,
    fix,
  });
  try {
    const { source, hops } = chainOfOthers(files, name);
    // Keys of its own are told of anyway.
    const isAskedOrTold = source.kind === "process" || keyedSource(source) !== undefined;
    if (hops.length === 0 && isAskedOrTold) return [];
    const key = hops.length > 0 ? "role_arn" : keyOf(source);
    const first = profileEntry(files, name, key) ?? line;
    return [
      found(locationOf(first), `${key} takes precedence over credential_process`, `remove ${key}`),
    ];
  } catch (error) {
    const { where, what, fix } = findingOf(error, locationOf(line));
    return [found(where, what, fix)];
  }
}

function keyOf({ kind }: ProfileSource): string {
  return kind === "web-identity"
    ? "web_identity_token_file"
    : kind === "sso"
    ? "sso_account_id"
    : "login_session";
}

/**
 * Finds an access key beside the token of another session: `aws configure` replaces the key of a
 * session, and leaves its token.
 */
export function leftTokenFindings({ files, renewed }: Setup, name: string): Finding[] {
  const id = profileValue(files, name, "aws_access_key_id");
  const token = profileValue(files, name, "aws_session_token");
  const isBoth = id !== undefined && token?.path === id.path && token.section === id.section;
  // Emulators of AWS give sessions such keys.
  if (!isBoth || !id.value.startsWith("AKIA") || renewed.get(name) !== undefined) return [];
  return [{
    level: "problem",
    code: "StaleSessionToken",
    what: "aws_session_token next to a user's access key: AWS refuses the two together",
    where: locationOf(token),
    fix: "remove the line, and with it what says when the session ends",
    section: sectionOf(files, token),
    about: [locationOf(id)],
  }];
}

/** Finds a session's token under its older name, which the AWS CLI prefers. */
export function securityTokenFindings(files: AwsFiles, name: string): Finding[] {
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
        ? "aws_security_token is there alone: the AWS CLI uses it, and other SDKs do not"
        : "aws_security_token differs from aws_session_token, and the AWS CLI prefers it",
      where: locationOf(legacy),
      fix: "remove the line; stsmfa does so whenever it renews the session",
      section: { file, name: legacy.section },
    };
  });
}
