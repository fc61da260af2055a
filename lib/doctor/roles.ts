/**
 * Checks roles that can be resolved: what AWS's own tools make of them, and what AWS does.
 *
 * @module
 */

import { type FileValue, profileEntry, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { profileWord, renewCommand, withArguments } from "../hint_words.ts";
import { type Chain, chainOfOthers, isRole } from "../profile/chain.ts";
import { placesOf } from "../profile/origin.ts";
import type { Profile } from "../profile/profile.ts";
import { chainedRoleSeconds } from "../profile/session_duration.ts";
import { Settings } from "../profile/settings.ts";
import { isLongTerm } from "../profile/source.ts";
import { type Finding, locationOf, placeWords, profileAt } from "./finding.ts";
import type { Resolution } from "./resolution.ts";
import type { Setup } from "./setup.ts";

/** Returns what is surprising about the roles of a profile. */
export function roleFindings(setup: Setup, { resolved, profile }: Resolution): Finding[] {
  if (resolved === undefined || profile === undefined || profile.roles.length === 0) return [];
  const { chain } = resolved;
  const isSeenByOthers = chain.isStandardRole && chain.isOurs;
  const view = isSeenByOthers ? viewOfOthers(setup.files, profile.name, chain) : undefined;
  return [
    ...hourFindings(chain, profile),
    ...deviceFindings(setup.files, profile),
    ...(view === undefined ? [] : codeFindings(setup, view)),
    ...(view === undefined ? [] : ownFindings(setup, view, profile)),
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

/** Where AWS's own tools look for the credentials that a role is assumed with. */
interface OthersView {
  /** The line that leads there. */
  readonly source: FileValue;
  /** The role that is assumed with them. */
  readonly role: string;
  /** The profile that has them, or has none. */
  readonly bottom: string;
  readonly isFound: boolean;
}

/** Follows a role as AWS's own tools do, to whom a `stsmfa` block is nothing. */
function viewOfOthers(files: AwsFiles, name: string, { hops }: Chain): OthersView | undefined {
  const sourceOf = (role: string) => profileEntry(files, role, "source_profile");
  const leading = (role: string, isFound: boolean): OthersView | undefined => {
    const source = sourceOf(role);
    return source && { source, role, bottom: source.value, isFound };
  };
  try {
    const { hops: [first] } = chainOfOthers(files, name);
    return first && leading(first.profile, true);
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    const [place] = error.places;
    if (place?.kind !== "file") return undefined;
    const role = hops.map(({ profile }) => profile).find((each) => {
      const source = sourceOf(each);
      return source?.line === place.line && source.path === place.path;
    });
    return leading(role ?? profileAt(files, place) ?? "", false);
  }
}

/** Finds a code that the AWS CLI asks for although the source has a session of ours. */
function codeFindings(
  { files, renewed }: Setup,
  { role, bottom }: OthersView,
): Finding[] {
  const serialNumber = profileValue(files, role, "mfa_serial");
  if (serialNumber === undefined || role === bottom || renewed.get(bottom) === undefined) return [];
  return [{
    level: "warning",
    code: "InvalidSetting",
    what:
      `SDKs ask for a code because of mfa_serial, and AWS takes none with the session in [${bottom}]`,
    where: locationOf(serialNumber),
    fix: `remove the line, since that session already has MFA; or: ${
      withArguments("stsmfa init", [role], " --adopt")
    }`,
  }];
}

/** Finds roles whose source is one to stsmfa alone: a stsmfa block, or keys beside its section. */
function ownFindings({ renewed }: Setup, view: OthersView, { name }: Profile): Finding[] {
  const { source, bottom, isFound } = view;
  if (isFound) return [];
  const where = locationOf(source);
  const writer = renewed.get(bottom);
  if (writer !== undefined) {
    return [{
      level: "note",
      code: "NoSession",
      what: `the AWS CLI has no credentials for ${name} until stsmfa has written to [${bottom}]`,
      where,
      fix: `${renewCommand(writer)}, or: stsmfa exec ${profileWord(name)} -- COMMAND`,
      about: [`session ${bottom}`],
    }];
  }
  return [{
    level: "warning",
    code: "NoCredentials",
    what: `only stsmfa can use ${name}: AWS's tools find no credentials in profile ${bottom}`,
    where,
    fix: `stsmfa exec ${profileWord(name)} -- COMMAND; for other tools: ${
      withArguments("stsmfa init", [name], " --adopt")
    }`,
  }];
}

/** Returns where a role, or one below it, names a device whose code the AWS CLI asks for. */
export function askedFor(files: AwsFiles, { resolved }: Resolution): FileValue | undefined {
  const { isStandardRole, hops, source } = resolved?.chain ?? {};
  if (!isStandardRole || source === undefined || !isLongTerm(source)) return undefined;
  return hops!.filter(({ profile }) => isRole(files, profile))
    .flatMap(({ profile }) => profileValue(files, profile, "mfa_serial") ?? []).at(-1);
}
