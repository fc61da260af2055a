/**
 * Finds everything that keeps profiles from working. Writes nothing and asks nothing.
 *
 * @module
 */

import { profileMeantBy, profileNames, readHeader } from "../aws_files/profile_sections.ts";
import type { AwsFilePaths, AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { defaultSection } from "../ini/document.ts";
import { resolveEndpoints } from "../profile/endpoint.ts";
import {
  defaultLongTermSuffix,
  managedProfiles,
  profileChoices,
  profileNotFound,
} from "../profile/names.ts";
import type { Profile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { readWhatever } from "./files.ts";
import type { Finding } from "./finding.ts";
import { hookFindings } from "./hooks.ts";
import { lineFindings } from "./lines.ts";
import { modeFindings } from "./modes.ts";
import {
  certificateFindings,
  endpointFindings,
  networkFindings,
  proxyFindings,
  usualRegion,
} from "./network.ts";
import { profileFindings, resolvedProfile } from "./profiles.ts";
import { sourcesOf } from "./roles.ts";
import { expiredFindings, strayBlockFindings } from "./sections.ts";
import { readSetup, type Setup } from "./setup.ts";
import { variableFindings } from "./variables.ts";

/** What to check. */
export interface DoctorOptions {
  readonly paths: AwsFilePaths;
  readonly flags: ProfileFlags;
  /** The profiles to check; all if empty. */
  readonly names: readonly string[];
  /** The profile that stsmfa renews when none is named. */
  readonly usual: string;
  /** Whether to skip the network checks. */
  readonly isOffline: boolean;
}

/** What was found, problems first, and how many profiles were checked. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly profileCount: number;
}

/**
 * Finds what is wrong.
 *
 * @throws StsmfaError `ProfileNotFound` if a named profile does not exist
 */
export async function diagnose(
  context: Context,
  { paths, flags, names, usual, isOffline }: DoctorOptions,
): Promise<Diagnosis> {
  const read = await readWhatever(context, paths);
  const { files, areSound } = read;
  const suffix = flags.longTermSuffix ?? defaultLongTermSuffix;
  const lost = areSound
    ? names.find((name) =>
      ![...profileChoices(files, suffix), ...profileNames(files)].includes(name)
    )
    : undefined;
  // If its header is one that most SDKs don't read, the finding on that line explains it better.
  const lines = lineFindings(read);
  if (lost !== undefined && !lines.some((each) => isAbout(each, [lost]))) {
    throw profileNotFound(files, lost, suffix, "stsmfa doctor");
  }
  const isOfAll = names.length === 0;
  // In a file that botocore can't read, nothing but the lines is certain.
  const known = areSound
    ? isOfAll ? profileNames(files) : names.filter((name) => name !== lost)
    : [];
  const managed = areSound ? managedProfiles(files, context.env, flags) : [];
  const setup = await readSetup(context, files, flags, { suffix, names: managed });
  const served = (isOfAll ? managed : known)
    .map((name) => resolvedProfile(context, setup, flags, name));
  const profiles = served.flatMap(({ profile }) => profile ?? []);
  const family = [
    ...names,
    ...names.flatMap((name) => sourcesOf(files, name)),
    ...profiles.flatMap(({ source, target }) => [source.section, target.section]),
    ...names.map((name) => `${name}-${suffix}`),
  ];
  const looked = isOfAll ? known : [...new Set(family)];
  const ways = waysToAws(context, files, profiles, names[0] ?? "default");
  const certain = [
    ...lines.filter((each) => isOfAll || isAbout(each, family)),
    ...(await Promise.all(
      looked.map((name) => profileFindings(context, setup, name, known.includes(name))),
    )).flat(),
    ...(isOfAll && areSound ? strayBlockFindings(files) : []),
  ];
  const findings = [
    ...read.findings,
    ...await modeFindings(context, read),
    ...certain,
    ...served.flatMap(({ findings }) => findings).filter((each) => !isToldBy(certain, each)),
    ...(isOfAll && areSound && managed.length === 0
      ? usualFindings(context, setup, flags, usual)
      : []),
    ...endpointFindings(context, files, known)
      .filter(({ what }) => !served.some(({ findings }) => isSaid(findings, what))),
    ...expiredFindings(context, setup, looked),
    ...variableFindings(context, files, areSound, isOfAll),
    ...await hookFindings(context, files, known),
    ...await certificateFindings(context, ways),
    ...proxyFindings(context),
    ...(isOffline ? [] : await networkFindings(context, ways)),
  ];
  const told = withoutEchoes(findings);
  const problems = told.filter(({ level }) => level === "problem");
  const warnings = told.filter(({ level }) => level === "warning");
  return { findings: [...problems, ...warnings], profileCount: known.length };
}

/**
 * Returns what keeps the usual profile from being renewed when stsmfa manages no profile yet:
 * long-term keys that are still where the session would go. A profile without keys is nothing that
 * stsmfa could renew.
 */
function usualFindings(
  context: Context,
  setup: Setup,
  flags: ProfileFlags,
  usual: string,
): readonly Finding[] {
  const { profile, findings } = resolvedProfile(context, setup, flags, usual);
  return profile === undefined ? [] : findings;
}

function isSaid(findings: readonly Finding[], what: string): boolean {
  return findings.some((each) => each.what === what);
}

/** Reports whether the cause of what stopped stsmfa was found as well, and is explained better. */
function isToldBy(certain: readonly Finding[], { code, what }: Finding): boolean {
  return certain.some((each) =>
    each.level === "problem" && (what.startsWith(`${each.where} `) ||
      what.startsWith(`${each.where.replace(/:(\d+)$/, ": line $1")}: `) ||
      (each.code === "PartialCredentials" && code === "LongTermCredentialsMissing" &&
        what.startsWith(each.where.replace(/\d+$/, "")) && what.includes(" has no aws_")))
  );
}

/** Returns each finding once, without those that only follow from another one on the same line. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const once = [...new Map(findings.map((each) => [`${each.where} ${each.what}`, each])).values()];
  const quoted = once.filter(({ code }) => code === "QuotedValue").map(({ where }) => where);
  const broken = once.filter(({ level }) => level === "problem").map(({ where }) => where);
  return once.filter(({ code, where }) =>
    code === "UnknownKey"
      ? !broken.includes(where)
      : code === "QuotedValue" || !quoted.includes(where)
  );
}

/**
 * Reports whether a finding is about a section that is, or is meant to be, one of these profiles.
 */
function isAbout({ section }: Finding, names: readonly string[]): boolean {
  if (section === undefined || section.name === defaultSection) return true;
  const { file, name } = section;
  const read = file === "config" ? readHeader(name)?.name : name;
  return names.includes(profileMeantBy(name)) || (read !== undefined && names.includes(read));
}

/** Returns the endpoints of the profiles, or of the named one if there are none. */
function waysToAws(
  { env }: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  name: string,
): Pick<Profile["endpoints"], "sts" | "caBundle">[] {
  if (profiles.length > 0) return profiles.map(({ endpoints }) => endpoints);
  try {
    return [resolveEndpoints(files, env, name, usualRegion(env))];
  } catch (error) {
    if (error instanceof StsmfaError) return [];
    throw error;
  }
}
