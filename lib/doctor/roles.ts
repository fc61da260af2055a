/**
 * Checks roles that can be resolved: what AWS's own tools make of them, and what AWS does.
 *
 * @module
 */

import { type FileValue, profileEntry, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { formatDuration } from "../duration.ts";
import { profileWord, renewCommand, withArguments } from "../hint_words.ts";
import { type Chain, isRole } from "../profile/chain.ts";
import { placesOf } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import { chainedRoleSeconds } from "../profile/session_duration.ts";
import { Settings } from "../profile/settings.ts";
import { type Finding, locationOf, placeWords } from "./finding.ts";
import type { Resolution } from "./resolution.ts";
import type { Setup } from "./setup.ts";

/** Returns what is surprising about the roles of a profile. */
export function roleFindings(setup: Setup, { resolved, profile }: Resolution): Finding[] {
  if (resolved === undefined || profile === undefined || profile.roles.length === 0) return [];
  const { chain } = resolved;
  return [
    ...hourFindings(chain, profile),
    ...deviceFindings(setup.files, profile),
    ...codeFindings(setup, chain),
    ...ownFindings(setup, chain, profile),
  ];
}

/** Sources that surely give a session, and no long-term keys. */
const sessionKinds: readonly string[] = ["session", "web-identity", "sso", "login", "container"];

/** Finds roles that ask for more than AWS gives on top of a session. */
function hourFindings({ isStandardRole }: Chain, { roles, source }: Profile): Finding[] {
  return roles.flatMap((role, at): Finding[] => {
    const isOnSession = at > 0 || sessionKinds.includes(source.kind);
    const [place] = placesOf(role.origins.duration);
    const { durationSeconds } = role;
    if (!isOnSession || place === undefined || durationSeconds <= chainedRoleSeconds) return [];
    const below = at > 0 ? "another role" : "a session";
    return [{
      level: isStandardRole ? "warning" : "note",
      code: "InvalidSetting",
      what: `a role that is assumed with ${below} lasts 1h at most; ` +
        (isStandardRole
          ? `AWS refuses the ${formatDuration(durationSeconds)} that the AWS CLI asks for`
          : `stsmfa asks for 1h, not ${formatDuration(durationSeconds)}`),
      where: placeWords(place),
      fix: "write duration_seconds = 3600",
    }];
  });
}

/** Finds devices that are named where no user's keys are. */
function deviceFindings(files: AwsFiles, { roles, mfa }: Profile): Finding[] {
  return roles.slice(1).flatMap(({ profile, serialNumber }): Finding[] => {
    if (serialNumber === undefined || serialNumber === mfa.serialNumber) return [];
    const origin = Settings.ofFiles(files, profile).inFiles("mfaSerial")?.origin;
    const [place] = origin === undefined ? [] : placesOf(origin);
    if (place === undefined) return [];
    return [{
      level: "warning",
      code: "OtherDevice",
      what: `a second MFA device, ${serialNumber}: AWS takes its codes with its user's own keys ` +
        `alone, and here a role assumes ${profile}`,
      where: placeWords(place),
      fix: "remove the line, or name that user's profile as source_profile",
    }];
  });
}

/** Finds a code that the AWS CLI asks for although the source has a session of ours. */
function codeFindings({ files, renewed }: Setup, { hops, bottom, isOurs }: Chain): Finding[] {
  const { profile } = hops[0]!;
  const serialNumber = profileValue(files, profile, "mfa_serial");
  const isAsked = serialNumber !== undefined && isRole(files, profile) && isOurs;
  if (!isAsked || profile === bottom || renewed.get(bottom) === undefined) return [];
  return [{
    level: "warning",
    code: "InvalidSetting",
    what: `SDKs ask for a code for mfa_serial, and AWS takes none of the session in [${bottom}]`,
    where: locationOf(serialNumber),
    fix: `delete the line, since that session has the MFA in it already; or: ${
      withArguments("stsmfa init", [profile], " --adopt")
    }`,
  }];
}

/** Whatever gives a profile credentials of its own. */
const credentialKeys = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "web_identity_token_file",
  "sso_account_id",
  "sso_role_name",
  "login_session",
  "credential_process",
];

/** Finds roles whose source is one to stsmfa alone: a stsmfa block, or keys beside its section. */
function ownFindings({ files, renewed }: Setup, chain: Chain, { name }: Profile): Finding[] {
  if (!chain.isStandardRole || !chain.isOurs) return [];
  const { above, last } = lastForSdks(files, chain);
  const has = (key: string) => profileEntry(files, last, key) !== undefined;
  const source = profileEntry(files, above, "source_profile");
  if (source === undefined || credentialKeys.some(has)) return [];
  const where = locationOf(source);
  const writer = renewed.get(last);
  if (writer !== undefined) {
    return [{
      level: "note",
      code: "NoSession",
      what: `the AWS CLI has no credentials for ${name} until stsmfa has written to [${last}]`,
      where,
      fix: `${renewCommand(writer)}, or: stsmfa exec ${profileWord(name)} -- COMMAND`,
      about: [`session ${last}`],
    }];
  }
  return [{
    level: "warning",
    code: "NoCredentials",
    what: `stsmfa alone can use ${name}: AWS's tools find no credentials in profile ${last}`,
    where,
    fix: `stsmfa exec ${profileWord(name)} -- COMMAND; for tools that name the profile: ${
      withArguments("stsmfa init", [name], " --adopt")
    }`,
  }];
}

/** Returns the profile in which AWS's tools look for credentials, and the role right above it. */
function lastForSdks(
  files: AwsFiles,
  { hops, bottom }: Chain,
): { readonly above: string; readonly last: string } {
  const way = [...hops.map(({ profile }) => profile).reverse(), bottom];
  const hasKeys = (name: string) =>
    credentialKeys.slice(0, 2).some((key) => profileEntry(files, name, key) !== undefined);
  const at = way.findIndex((name, at) => at > 0 && (hasKeys(name) || !isRole(files, name)));
  const last = at < 0 ? way.length - 1 : at;
  return { above: way[last - 1]!, last: way[last]! };
}

/** Returns where a role names the device whose code the AWS CLI asks for. */
export function askedFor(files: AwsFiles, { resolved }: Resolution): FileValue | undefined {
  const { isStandardRole, hops, source } = resolved?.chain ?? {};
  if (!isStandardRole || source?.kind !== "long-term") return undefined;
  return hops!.filter(({ profile }) => isRole(files, profile))
    .flatMap(({ profile }) => profileValue(files, profile, "mfa_serial") ?? [])[0];
}
