/**
 * Checks single sections: half access keys, two sections for one profile, expired sessions.
 *
 * @module
 */

import {
  configSection,
  configSectionOrNew,
  misplacedBlock,
  namedSection,
  profileEntry,
  profileMeantBy,
  profileValue,
  readHeader,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials, readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { listed, renewCommand } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { type Finding, locationOf, namesOf, sectionOf } from "./finding.ts";
import type { Resolution } from "./resolution.ts";
import type { Setup } from "./setup.ts";

/**
 * Finds an access key without its secret, or the other way round: no SDK combines halves.
 *
 * @param broken lines that keep a profile from being used
 */
export function halfKeyFindings(
  files: AwsFiles,
  name: string,
  broken: ReadonlySet<string>,
): Finding[] {
  const places = [
    { file: "credentials", section: name },
    { file: "config", section: configSection(files.config.document, name) },
  ] as const;
  const halves = places.map(({ file, section }) => ({
    file,
    id: section === undefined ? undefined : sectionValue(files[file], section, "aws_access_key_id"),
    secret: section === undefined
      ? undefined
      : sectionValue(files[file], section, "aws_secret_access_key"),
  }));
  return halves.flatMap(({ file, id, secret }) => {
    const half = id ?? secret;
    if (half === undefined || (id !== undefined && secret !== undefined)) return [];
    const missing = id === undefined ? "aws_access_key_id" : "aws_secret_access_key";
    const where = locationOf(half);
    return {
      level: broken.has(where) ? "problem" : "warning",
      code: "PartialCredentials",
      what: `${half.key} is there without ${missing} in [${half.section}]`,
      where,
      fix: `add ${missing} to the section, or remove the line`,
      section: { file, name: half.section },
    };
  });
}

/**
 * Finds an `sso_session` that does not exist, in a profile that names no role of it: then it is used
 * for tokens alone, and for `aws sso login`.
 */
export function signInFindings(files: AwsFiles, { name, error }: Resolution): Finding[] {
  const found = profileValue(files, name, "sso_session");
  const isOfRole = ["sso_account_id", "sso_role_name"]
    .some((key) => profileEntry(files, name, key) !== undefined);
  if (found === undefined || isOfRole) return [];
  const { config } = files;
  if (namedSection(config.document, "sso-session", found.value) !== undefined) return [];
  const names = config.document.sections().map(readHeader)
    .flatMap((header) => header?.kind === "sso-session" ? header.name : []);
  const near = nearest(found.value, names);
  return [{
    level: error === undefined ? "warning" : "problem",
    code: "InvalidSetting",
    what: `sso_session: there is no [sso-session ${found.value}] in ${config.path}`,
    where: locationOf(found),
    fix: near === undefined
      ? `make it, with the session name ${found.value}: aws configure sso-session`
      : `did you mean ${near}?`,
    section: sectionOf(files, found),
    about: [`profile ${name}`],
  }];
}

/** Finds a `stsmfa` block that was meant for a profile and is not read. */
export function blockFindings(files: AwsFiles, name: string): Finding[] {
  const misplaced = misplacedBlock(files, name);
  if (misplaced === undefined) return [];
  const { block, why } = misplaced;
  return [{
    level: "problem",
    code: "InvalidSetting",
    what: `the stsmfa block in [${block.section}] is not read: ${why}`,
    where: locationOf(block),
    fix: `move it to [${configSectionOrNew(files.config.document, name)}] of ${files.config.path}`,
    section: sectionOf(files, block),
  }];
}

/** Finds a `stsmfa` block in a section of the config file that is no profile's. */
export function strayBlockFindings(files: AwsFiles): Finding[] {
  const { document } = files.config;
  return document.sections()
    .filter((section) =>
      readHeader(section)?.kind !== "profile" && document.entry(section, "stsmfa") !== undefined
    )
    .flatMap((section) => blockFindings(files, profileMeantBy(section)));
}

/** Finds expired sessions: those that stsmfa renews, those that profiles are made with, others. */
export function expiredFindings(
  { clock }: Context,
  { files, renewed }: Setup,
  names: readonly string[],
  resolutions: readonly Resolution[],
): Finding[] {
  const { path, document } = files.credentials;
  const isOver = (end: Date | undefined) => end !== undefined && secondsLeft(end, clock.now()) <= 0;
  const expired = names.filter((name) => {
    const { sessionToken, expiration } = readSessionSection(document, name);
    return sessionToken !== undefined && isOver(expiration) &&
      !holdsLongTermCredentials(document, name);
  });
  const sources = resolutions.flatMap(({ name, resolved }) => {
    const { source, hops } = resolved?.chain ?? {};
    const isSource = source?.kind === "session" && hops!.length > 0 &&
      isOver(source.credentials.expiration);
    return isSource ? [{ name, source, where: locationOf(source) }] : [];
  });
  const finding = (sections: readonly string[], fix: string): Finding[] => {
    const [only, ...more] = sections;
    if (only === undefined) return [];
    return [{
      level: "warning",
      code: "SessionExpired",
      what: `expired: the session${more.length > 0 ? "s" : ""} of ${listed(sections)}`,
      where: more.length > 0 ? path : `${path}:${document.sectionLine(only)}`,
      fix,
    }];
  };
  const ours = expired.filter((name) => renewed.get(name) !== undefined);
  const [first = "", ...others] = ours.map((name) => renewed.get(name)!);
  const used = [...Map.groupBy(sources, ({ where }) => where).values()];
  const isUsed = (name: string) => sources.some(({ source }) => source.section === name);
  const theirs = "renew it with the tool that made it; stsmfa does not";
  return [
    ...finding(ours, renewCommand(first, ...others)),
    ...used.map((users): Finding => {
      const [{ source, where }] = users as [typeof users[number]];
      return {
        level: "warning",
        code: "SessionExpired",
        what: `the session in [${source.section}] has expired, and ${
          namesOf(users)
        } cannot be used without it`,
        where,
        fix: theirs,
      };
    }),
    ...finding(expired.filter((name) => !ours.includes(name) && !isUsed(name)), theirs),
  ];
}
