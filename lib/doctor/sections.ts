/**
 * Checks single sections: half access keys, two sections for one profile, expired sessions.
 *
 * @module
 */

import { configSection, profileValue, sectionValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials, readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft } from "../credentials.ts";
import { renewCommand } from "../hint_words.ts";
import { externalCredentialKeys } from "./external_credentials.ts";
import { type Finding, locationOf } from "./finding.ts";
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

/** Finds both `[default]` and `[profile default]`: no SDK reads both. */
export function twinFindings({ config: { path, document } }: AwsFiles): Finding[] {
  const twins = document.sections()
    .filter((name) => /^(profile\s+)?(["']?)default\2\s*$/.test(name))
    .map((name) => ({ name, line: document.sectionLine(name)! }));
  const [first, second] = twins.sort((a, b) => a.line - b.line);
  if (first === undefined || second === undefined) return [];
  return [{
    level: "problem",
    code: "UnlikeHeader",
    what:
      `[${first.name}] of line ${first.line} and [${second.name}] are one profile: botocore reads the later one alone, the JavaScript SDK [profile default]`,
    where: `${path}:${second.line}`,
    fix: "merge them into one [default]",
    section: { file: "config", name: second.name },
  }];
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
