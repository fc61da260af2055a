/**
 * Profiles whose credentials do not come from keys in AWS's files but from a program, IAM Identity
 * Center, a token or the machine. stsmfa does not renew them.
 *
 * @module
 */

import {
  type FileValue,
  namedSection,
  profileValue,
  readHeader,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem } from "../files/find_program.ts";
import { nearest } from "../nearest.ts";
import { asksStsmfa } from "../profile/source.ts";
import { type Finding, locationOf, sectionOf } from "./finding.ts";

/** Keys that give a profile credentials from another source. */
export const externalCredentialKeys = [
  "credential_process",
  "sso_session",
  "sso_start_url",
  "login_session",
  "web_identity_token_file",
];

/** Returns the key that gives a profile credentials from another source, if any. */
export function externalCredentialKey(files: AwsFiles, profile: string): FileValue | undefined {
  const found = externalCredentialKeys.map((key) => profileValue(files, profile, key))
    .find((each) => each !== undefined);
  if (found?.key === "credential_process" && asksForItself(files, found, profile)) return undefined;
  return found ?? (profileValue(files, profile, "role_arn") &&
    profileValue(files, profile, "credential_source"));
}

/** Reports whether its `credential_process` is stsmfa, called for the same profile. */
function asksForItself(files: AwsFiles, { value }: FileValue, profile: string): boolean {
  return asksStsmfa(files, profile) && value.split(/[\s"'=]+/).includes(profile);
}

/**
 * Reports whether SDKs assume the profile's role and ignore its other credential settings, which
 * they don't if it also has keys.
 */
function takesRole(files: AwsFiles, profile: string): boolean {
  const has = (key: string) => profileValue(files, profile, key) !== undefined;
  return has("role_arn") && !has("aws_access_key_id") && !has("aws_secret_access_key");
}

/** Reports an `sso_session` that does not exist. */
export function ssoFindings(files: AwsFiles, profile: string): Finding[] {
  const found = profileValue(files, profile, "sso_session");
  if (found === undefined || takesRole(files, profile)) return [];
  const { config } = files;
  if (namedSection(config.document, "sso-session", found.value) !== undefined) return [];
  const names = config.document.sections().map(readHeader)
    .flatMap((header) => header?.kind === "sso-session" ? header.name : []);
  const near = nearest(found.value, names);
  return [{
    level: "problem",
    code: "InvalidSetting",
    what: `sso_session: there is no [sso-session ${found.value}] in ${config.path}`,
    where: locationOf(found),
    fix: near === undefined
      ? `make it, with the session name ${found.value}: aws configure sso-session`
      : `did you mean ${near}?`,
    section: sectionOf(files, found),
  }];
}

/** Reports a `credential_process` that can't be started. */
export async function processFindings(
  context: Context,
  files: AwsFiles,
  profile: string,
): Promise<Finding[]> {
  const found = profileValue(files, profile, "credential_process");
  // SDKs don't run it if the credentials file has keys.
  if (found === undefined || takesRole(files, profile)) return [];
  if (sectionValue(files.credentials, profile, "aws_access_key_id")) return [];
  const program = firstWord(found.value);
  if (program === undefined || context.os === "windows") return [];
  const tells = (code: string, what: string, fix: string): Finding[] => [{
    level: "problem",
    code,
    what: `credential_process: ${what}`,
    where: locationOf(found),
    fix,
    section: sectionOf(files, found),
  }];
  if (program.startsWith("~/")) {
    const what = `the AWS CLI takes the ~ of ${program} for the name of a folder`;
    return tells("UnexpandedPath", what, "write the whole path");
  }
  // Only some SDKs understand shell syntax.
  if (/[$`|&;<>(){}*?]/.test(program) || /^\w+=/.test(program)) return [];
  const problem = await programProblem(context, program);
  if (!(problem instanceof StsmfaError)) return [];
  const { code, message, hint } = problem;
  const isNotFound = code === "CommandNotFound";
  return tells(code, message, isNotFound || !hint ? "install it, or correct its path" : hint);
}

/** Returns the program of a command line; `undefined` if its quotes are not closed. */
function firstWord(line: string): string | undefined {
  const [, double, single, plain] = /^(?:"([^"\\]*)"|'([^']*)'|([^\s"'\\]+))(?=\s|$)/.exec(line) ??
    [];
  return double ?? single ?? plain;
}
