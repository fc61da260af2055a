/**
 * Profiles whose credentials come from something else than keys in AWS's files: a program, IAM
 * Identity Center, a token, the machine. They are not stsmfa's to renew.
 *
 * @module
 */

import { type FileValue, profileValue, sectionValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { programProblem } from "../files/find_program.ts";
import { nearest } from "../nearest.ts";
import { asksStsmfa } from "../profile/source.ts";
import { type Finding, locationOf, sectionOf } from "./finding.ts";

/** Keys by which a profile gets its credentials from another source. */
export const externalCredentialKeys = [
  "credential_process",
  "sso_session",
  "sso_start_url",
  "login_session",
  "web_identity_token_file",
];

/** The key by which a profile gets its credentials from another source, if it has one. */
export function externalCredentialKey(files: AwsFiles, profile: string): FileValue | undefined {
  const found = externalCredentialKeys.map((key) => profileValue(files, profile, key))
    .find((each) => each !== undefined);
  if (found?.key === "credential_process" && asksForItself(files, found, profile)) return undefined;
  return found ?? (profileValue(files, profile, "role_arn") &&
    profileValue(files, profile, "credential_source"));
}

/** Whether its `credential_process` is stsmfa, asked for that very profile. */
function asksForItself(files: AwsFiles, { value }: FileValue, profile: string): boolean {
  return asksStsmfa(files, profile) && value.split(/[\s"'=]+/).includes(profile);
}

/** Whether SDKs take the profile's role, and look for nothing else in it, as they do beside keys. */
function takesRole(files: AwsFiles, profile: string): boolean {
  const has = (key: string) => profileValue(files, profile, key) !== undefined;
  return has("role_arn") && !has("aws_access_key_id") && !has("aws_secret_access_key");
}

/** An `sso_session` that is not there. */
export function ssoFindings(files: AwsFiles, profile: string): Finding[] {
  const found = profileValue(files, profile, "sso_session");
  if (found === undefined || takesRole(files, profile)) return [];
  const { config } = files;
  const names = config.document.sections()
    .flatMap((section) => /^sso-session\s+(["']?)(.+)\1\s*$/.exec(section)?.[2] ?? []);
  if (names.includes(found.value)) return [];
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

/** A `credential_process` that can't be started. */
export async function processFindings(
  context: Context,
  files: AwsFiles,
  profile: string,
): Promise<Finding[]> {
  const found = profileValue(files, profile, "credential_process");
  // Where there are keys in the credentials file it is not run.
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
  // What only a shell can read is read by some SDKs alone.
  if (/[$`|&;<>(){}*?]/.test(program) || /^\w+=/.test(program)) return [];
  const problem = await programProblem(context, program);
  if (!(problem instanceof StsmfaError)) return [];
  const { code, message, hint } = problem;
  const isNotFound = code === "CommandNotFound";
  return tells(code, message, isNotFound || !hint ? "install it, or correct its path" : hint);
}

/** The program of a command line; `undefined` where its quotes are not closed. */
function firstWord(line: string): string | undefined {
  const [, double, single, plain] = /^(?:"([^"\\]*)"|'([^']*)'|([^\s"'\\]+))(?=\s|$)/.exec(line) ??
    [];
  return double ?? single ?? plain;
}
