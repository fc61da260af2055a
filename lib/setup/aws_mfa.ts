/**
 * Reads aws-mfa's sections in the credentials file. `[P-long-term]` for `[P]` is also stsmfa's
 * convention; other suffixes were given by flags, and are inferred from the names of the sections
 * that aws-mfa has written sessions to.
 *
 * @module
 */

import { profileValue, sectionValue, stsmfaBlock } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials } from "../aws_files/session_section.ts";
import { Secret } from "../credentials.ts";
import { flagWords, renewCommand } from "../hint_words.ts";
import { defaultSection } from "../ini/document.ts";
import { withSuffix } from "../profile/names.ts";
import { storedKeyName } from "../profile/source.ts";
import type { FoundProfile, ImportNeed } from "./found_profile.ts";

/** Finds aws-mfa's profiles, and those of the same convention that are stsmfa's own. */
export function awsMfaProfiles(files: AwsFiles, longTermSuffix: string): FoundProfile[] {
  const { path, document } = files.credentials;
  const ending = withSuffix("", longTermSuffix);
  const found = new Map<string, ImportNeed>();
  const otherSources: string[] = [];
  const sessions: string[] = [];
  for (const section of document.sections()) {
    if (section === defaultSection) continue;
    if (holdsLongTermCredentials(document, section)) {
      const profile = section.endsWith(ending)
        ? section.slice(0, section.length - ending.length)
        : "";
      if (ending === "" || profile === "") otherSources.push(section);
      else found.set(profile, { kind: "nothing" });
    } else if (document.get(section, "assumed_role") !== undefined) sessions.push(section);
  }
  for (const target of sessions.filter((each) => !found.has(each))) {
    found.set(
      target,
      stsmfaBlock(files, target) === undefined
        ? block(files, target, possibleSources(files, target, ending, otherSources))
        : { kind: "nothing" },
    );
  }
  return [...found].map(([profile, need]) => {
    const tool = isOwn(files, profile, profile + ending) ? "stsmfa" : "aws-mfa";
    return { tool, profile, path, need };
  });
}

/** Reports whether a profile has what stsmfa alone reads or writes, and nothing of aws-mfa's. */
function isOwn(files: AwsFiles, profile: string, source: string): boolean {
  const { credentials, credentials: { document } } = files;
  if (document.get(source, storedKeyName)) return true;
  if (document.get(source, "aws_mfa_device") || document.get(profile, "assumed_role")) return false;
  return sectionValue(credentials, source, "mfa_serial") !== undefined ||
    profileValue(files, profile, "mfa_serial") !== undefined ||
    stsmfaBlock(files, profile) !== undefined ||
    document.get(profile, "x_security_token_expires") !== undefined;
}

/**
 * Returns the sections that the session in `[P]` or `[P-short]` may have been made with: the
 * closest of `[P-long-term]`, `[P]` and `[P-suffix]`.
 *
 * @param others sections with long-term keys whose names do not follow the convention
 */
function possibleSources(
  { credentials: { document } }: AwsFiles,
  target: string,
  ending: string,
  others: readonly string[],
): readonly string[] {
  for (let profile = target; profile !== ""; profile = withoutLastWord(profile)) {
    const byConvention = profile + ending;
    if (ending !== "" && holdsLongTermCredentials(document, byConvention)) return [byConvention];
    if (others.includes(profile)) return [profile];
    // Two suffixes from flags are a bold guess: aws-mfa's own key must confirm it.
    const suffixed = others.filter((each) =>
      each.startsWith(`${profile}-`) &&
      (profile === target || document.get(each, "aws_mfa_device") !== undefined)
    );
    if (suffixed.length > 0) return suffixed;
  }
  return [];
}

function withoutLastWord(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("-")));
}

function block(files: AwsFiles, target: string, sources: readonly string[]): ImportNeed {
  const [source, ...more] = sources;
  if (source === undefined || more.length > 0) {
    const names = sources.map((each) => `[${each}]`).join(" or ");
    return {
      kind: "unknown",
      reason: names === ""
        ? `cannot tell which keys [${target}] was made with`
        : `[${target}] may have been made with the keys of ${names}`,
      hint: `choose: ${renewCommand(target)} ${flagWords("--source-profile", source ?? "NAME")}`,
    };
  }
  const value = (section: string, key: string) =>
    sectionValue(files.credentials, section, key)?.value ?? "";
  const roleArn = value(target, "assumed_role_arn");
  if (roleArn !== "" && !/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(roleArn)) {
    return {
      kind: "unknown",
      reason: `assumed_role_arn in [${target}] is not the ARN of a role: ${roleArn}`,
    };
  }
  return {
    kind: "block",
    credentials: {
      accessKeyId: value(source, "aws_access_key_id"),
      secretAccessKey: new Secret(value(source, "aws_secret_access_key")),
    },
    values: { source_profile: source, ...(roleArn && { role_arn: roleArn }) },
  };
}
