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
  withSuffix,
} from "../profile/names.ts";
import type { Profile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { adoptionNotes, ownKeysNotes } from "./advice.ts";
import { readWhatever } from "./files.ts";
import { type Finding, placeWords, profileAt, topicsOf, withoutEchoes } from "./finding.ts";
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
import {
  askingFindings,
  leftTokenFindings,
  resolutionFindings,
  rivalFindings,
  securityTokenFindings,
  siblingFindings,
  storedKeyFindings,
  targetFindings,
} from "./profiles.ts";
import { otherNameNotes, ownProgramFindings } from "./programs.ts";
import { type Resolution, resolution } from "./resolution.ts";
import { roleFindings } from "./roles.ts";
import {
  blockFindings,
  expiredFindings,
  halfKeyFindings,
  signInFindings,
  strayBlockFindings,
} from "./sections.ts";
import { rotationFindings } from "./rotations.ts";
import { readSetup } from "./setup.ts";
import { sourceFindings } from "./sources.ts";
import { plainKeyNotes } from "./stores.ts";
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

/**
 * What was found, problems first and notes last, each in the order in which one would mend them: files,
 * profiles, variables, hooks, the network. How many profiles were checked.
 */
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
  const ours = new Set(managed);
  const resolutions = new Map([...ours, ...known].map((name) => {
    const isManaged = ours.has(name);
    return [name, resolution(context, files, flags, { name, isManaged, isNamed: !isOfAll })];
  }));
  const of = (names: readonly string[]) => names.map((name) => resolutions.get(name)!);
  const setup = await readSetup(context, files, flags, { suffix, managed: of(managed) });
  const checked = of(isOfAll ? [...resolutions.keys()] : known);
  const family = isOfAll
    ? []
    : [...names, ...checked.flatMap((each) => familyOf(files, suffix, each))];
  const looked = isOfAll ? known : [...new Set(family)];
  const ways = waysToAws(context, files, checked, names[0] ?? "default");
  const broken = new Set(checked.flatMap(({ error }) => error?.places ?? []).map(placeWords));
  const certain = [
    ...read.findings,
    ...await modeFindings(context, read),
    ...lines.filter((each) => isOfAll || isAbout(each, family)),
    ...looked.flatMap((name) => [
      ...halfKeyFindings(files, name, broken),
      ...blockFindings(files, name),
      ...securityTokenFindings(files, name),
      ...leftTokenFindings(setup, name),
    ]),
    ...checked.flatMap((each) => [
      ...rivalFindings(files, each),
      ...siblingFindings(setup, each),
      ...storedKeyFindings(files, each),
      ...signInFindings(files, each),
    ]),
    ...(isOfAll && areSound ? strayBlockFindings(files) : []),
    ...await ownProgramFindings(context, files, looked),
  ];
  const followed = [
    ...checked.flatMap((each) => [
      ...resolutionFindings(setup, each),
      ...roleFindings(setup, each),
      ...targetFindings(files, each),
      ...askingFindings(files, each),
    ]),
    ...(await Promise.all(checked.map((each) => sourceFindings(context, setup, each)))).flat(),
    ...endpointFindings(
      context,
      files,
      checked.filter(({ profile }) => profile === undefined).map(({ name }) => name),
    ),
    ...expiredFindings(context, setup, looked, checked),
  ];
  const told = new Set([...certain, ...followed].flatMap(topicsOf));
  const notes = [
    ...ownKeysNotes(setup, checked, { usual, told }),
    ...adoptionNotes(setup, checked, told),
    ...otherNameNotes(context, files, known),
  ];
  const findings = [
    ...withoutEchoes(certain, [...followed, ...notes]),
    ...variableFindings(context, files, areSound, isOfAll),
    ...await hookFindings(context, files, known),
    ...(areSound ? await rotationFindings(context, files, isOfAll ? undefined : family) : []),
    ...await plainKeyNotes(context, files, looked),
    ...await certificateFindings(context, ways),
    ...proxyFindings(context),
    ...(isOffline ? [] : await networkFindings(context, ways)),
  ];
  const levels = ["problem", "warning", "note"] as const;
  // Where there is nothing yet, all else can wait.
  const isOnlyNew = !certain.some(({ level }) => level === "problem");
  const isBeginning = (each: Finding) =>
    isOnlyNew && read.findings.includes(each) && isNothing(each);
  const sorted = [
    ...findings.filter(isBeginning),
    ...levels.flatMap((level) =>
      findings.filter((each) => each.level === level && !isBeginning(each))
    ),
  ];
  return { findings: sorted, profileCount: known.length };
}

function isNothing({ code }: Finding): boolean {
  return code === "ProfileNotFound";
}

/** Returns the sections that concern a profile. */
function familyOf(
  files: AwsFiles,
  suffix: string,
  { name, resolved, error }: Resolution,
): string[] {
  const { chain, identity } = resolved ?? {};
  const atFault = (error?.places ?? []).flatMap((place) =>
    place.kind === "file" ? profileAt(files, place) ?? [] : []
  );
  return [
    withSuffix(name, suffix),
    ...(chain === undefined
      ? []
      : [chain.source.section, chain.bottom, ...chain.hops.map(({ profile }) => profile)]),
    ...(identity === undefined ? [] : [identity.target.section]),
    ...atFault,
  ];
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

/** Returns the endpoints of the profiles that need STS, or of the named one if there are none. */
function waysToAws(
  { env }: Context,
  files: AwsFiles,
  resolutions: readonly Resolution[],
  name: string,
): Pick<Profile["endpoints"], "sts" | "caBundle">[] {
  const profiles = resolutions.flatMap(({ profile }) => profile ?? [])
    .filter(({ kind, roles }) => kind === "written" || roles.length > 0);
  if (profiles.length > 0) return profiles.map(({ endpoints }) => endpoints);
  try {
    return [resolveEndpoints(files, env, name, usualRegion(env))];
  } catch (error) {
    if (error instanceof StsmfaError) return [];
    throw error;
  }
}
