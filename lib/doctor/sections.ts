/**
 * Checks single sections: half access keys, two sections for one profile, expired sessions.
 *
 * @module
 */

import {
  configSection,
  configSectionOrNew,
  misplacedBlock,
  profileMeantBy,
  profileValue,
  readHeader,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials, readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { renewCommand } from "../hint_words.ts";
import { externalCredentialKeys } from "./external_credentials.ts";
import { type Finding, locationOf, sectionOf } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Finds an access key without its secret, or the other way round: no SDK combines halves. */
export function halfKeyFindings(files: AwsFiles, name: string): Finding[] {
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
  return halves.flatMap(({ file, id, secret }, at) => {
    const half = id ?? secret;
    if (half === undefined || (id !== undefined && secret !== undefined)) return [];
    const other = halves[1 - at]!;
    // SDKs skip a lone secret.
    if (id === undefined && other.id !== undefined && other.secret !== undefined) return [];
    // SDKs use these before the keys of a profile; with a role, the keys may be its source.
    const isNotUsed = externalCredentialKeys
      .some((key) =>
        (file === "config" || key !== "credential_process") &&
        profileValue(files, name, key) !== undefined
      );
    const missing = id === undefined ? "aws_access_key_id" : "aws_secret_access_key";
    return {
      level: isNotUsed ? "warning" : "problem",
      code: "PartialCredentials",
      what: `${half.key} stands without ${missing} in [${half.section}]`,
      where: locationOf(half),
      fix: `add ${missing} to the section, or remove the line`,
      section: { file, name: half.section },
    };
  });
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
    fix: `write it in [${configSectionOrNew(files.config.document, name)}] of ${files.config.path}`,
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

/** Finds expired sessions in the credentials file: one finding for stsmfa's, one for others. */
export function expiredFindings(
  { clock }: Context,
  { files, renewed }: Setup,
  names: readonly string[],
): Finding[] {
  const { path, document } = files.credentials;
  const expired = names.filter((name) => {
    const { sessionToken, expiration } = readSessionSection(document, name);
    return sessionToken !== undefined && expiration !== undefined &&
      !holdsLongTermCredentials(document, name) && secondsLeft(expiration, clock.now()) <= 0;
  });
  const finding = (sections: readonly string[], fix: string): Finding[] => {
    const [only, ...more] = sections;
    if (only === undefined) return [];
    return [{
      level: "warning",
      code: "SessionExpired",
      what: `expired: the session${more.length > 0 ? "s" : ""} of ${sections.join(", ")}`,
      where: more.length > 0 ? path : `${path}:${document.sectionLine(only)}`,
      fix,
    }];
  };
  const ours = expired.filter((name) => renewed.get(name) !== undefined);
  const [first = "", ...others] = ours.map((name) => renewed.get(name)!);
  return [
    ...finding(ours, renewCommand(first, ...others)),
    ...finding(
      expired.filter((name) => !ours.includes(name)),
      "whoever made it has to renew it; stsmfa does not",
    ),
  ];
}
