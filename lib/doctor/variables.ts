/**
 * Checks for variables that override profiles, or that name what does not exist.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { parseExpiration, secondsLeft } from "../credentials.ts";
import { pathWord, profileWord, renewCommand } from "../hint_words.ts";
import { defaultLongTermSuffix, profileChoices } from "../profile/names.ts";
import { environmentState } from "../shell/environment_state.ts";
import type { Finding } from "./finding.ts";

const keyVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
];

function found(
  level: Finding["level"],
  code: string,
  variable: string,
  what: string,
  fix: string,
): Finding {
  return { level, code, what, where: `variable ${variable}`, fix };
}

/**
 * Finds what is wrong with the variables of this shell.
 *
 * @param areFilesSound whether the files tell which profiles there are
 * @param isAnyProfile whether no profile was named, so that it matters which one other tools choose
 */
export function variableFindings(
  context: Context,
  files: AwsFiles,
  areFilesSound: boolean,
  isAnyProfile: boolean,
): Finding[] {
  return [
    ...keyVariableFindings(context),
    ...webIdentityFindings(context),
    ...emptyProfileFindings(context),
    ...(areFilesSound ? profileVariableFindings(context, files) : []),
    ...(isAnyProfile ? [...rivals(context, "PROFILE"), ...rivals(context, "REGION")] : []),
    ...pathVariableFindings(context, files),
  ];
}

function keyVariableFindings({ env, clock }: Context): Finding[] {
  const set = keyVariables.filter((name) => env.get(name) !== undefined);
  const [first] = set;
  // SDKs ignore a lone token.
  if (first === undefined || !keyVariables.slice(0, 2).includes(first)) return [];
  const unset = `unset ${set.join(" ")}`;
  const { profile, accessKeyId, expiration } = environmentState(env);
  const isOurs = profile !== undefined && accessKeyId !== undefined && expiration !== undefined;
  const end = expiration === undefined ? undefined : parseExpiration(expiration);
  const findings: Finding[] = [];
  if (end !== undefined && secondsLeft(end, clock.now()) <= 0) {
    findings.push(found(
      "problem",
      "SessionExpired",
      "AWS_CREDENTIAL_EXPIRATION",
      "the session in this shell has expired, and SDKs use it instead of any profile",
      isOurs
        ? `stsmfa use ${profileWord(profile)}, or: stsmfa unset`
        : `${unset} AWS_CREDENTIAL_EXPIRATION`,
    ));
  } else if (!isOurs) {
    findings.push(found(
      "warning",
      "ShadowingVariable",
      first,
      "keys are set in this shell, and SDKs use them instead of the profile",
      unset,
    ));
  }
  const [id, secret] = [set.includes(keyVariables[0]!), set.includes(keyVariables[1]!)];
  if (id !== secret) {
    findings.push(found(
      "problem",
      "PartialCredentials",
      id ? keyVariables[0]! : keyVariables[1]!,
      `it is set without ${id ? keyVariables[1] : keyVariables[0]}`,
      unset,
    ));
  }
  const [token, legacy] = [env.get("AWS_SESSION_TOKEN"), env.get("AWS_SECURITY_TOKEN")];
  if (legacy !== undefined && token !== undefined && legacy !== token) {
    findings.push(found(
      "problem",
      "StaleSecurityToken",
      "AWS_SECURITY_TOKEN",
      "it differs from AWS_SESSION_TOKEN, and the AWS CLI prefers it",
      "unset AWS_SECURITY_TOKEN",
    ));
  }
  return findings;
}

/** Finds a role that SDKs use before the profile's keys, as in pods and build jobs. */
function webIdentityFindings({ env }: Context): Finding[] {
  const [role, token] = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"];
  if (env.get(role!) === undefined || env.get(token!) === undefined) return [];
  return [found(
    "warning",
    "ShadowingVariable",
    token!,
    `with ${role} it gives this shell a role, and SDKs use that instead of the profile's keys`,
    `unset ${token} ${role}`,
  )];
}

/** Finds an empty variable: botocore takes the first of the two that is set, even to nothing. */
function emptyProfileFindings({ env }: Context): Finding[] {
  const variable = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"].find((name) => env.has(name));
  if (variable === undefined || env.get(variable) !== undefined) return [];
  return [found(
    "problem",
    "ProfileNotFound",
    variable,
    "it is set but empty, and the AWS CLI and boto look for a profile without a name",
    `unset ${variable}`,
  )];
}

function profileVariableFindings({ env }: Context, files: AwsFiles): Finding[] {
  const known = profileNames(files);
  const choices = profileChoices(files, defaultLongTermSuffix);
  return ["STSMFA_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"].flatMap((variable) => {
    const name = env.get(variable);
    if (name === undefined || known.includes(name)) return [];
    if (choices.includes(name)) {
      return variable === "STSMFA_PROFILE" ? [] : found(
        "warning",
        "ProfileNotFound",
        variable,
        `profile ${name} has no session yet, and the AWS CLI knows none without one`,
        renewCommand(name),
      );
    }
    return found(
      "problem",
      "ProfileNotFound",
      variable,
      `there is no profile ${name} in ${files.credentials.path} or ${files.config.path}`,
      `unset ${variable}`,
    );
  });
}

/** Finds two variables that differ: each SDK decides which one counts. */
function rivals({ env }: Context, what: "PROFILE" | "REGION"): Finding[] {
  const [plain, standard] = [`AWS_${what}`, `AWS_DEFAULT_${what}`];
  const [one, other] = [env.get(plain), env.get(standard)];
  if (one === undefined || other === undefined || one === other) return [];
  return [found(
    "warning",
    "RivalVariables",
    standard,
    `it says ${other} and ${plain} says ${one}: SDKs do not agree which to use`,
    `unset ${standard}`,
  )];
}

function pathVariableFindings({ env }: Context, files: AwsFiles): Finding[] {
  const places = [["AWS_CONFIG_FILE", files.config], [
    "AWS_SHARED_CREDENTIALS_FILE",
    files.credentials,
  ]] as const;
  return places.flatMap(([variable, { path, bytes }]) => {
    const value = env.get(variable);
    if (value === undefined) return [];
    const findings: Finding[] = [];
    if (value.startsWith("~")) {
      findings.push(found(
        "warning",
        "UnexpandedPath",
        variable,
        `the Go SDK takes the ~ in ${value} for the name of a folder`,
        `export ${variable}=${pathWord(path)}`,
      ));
    }
    // A flag may name another file.
    const written = env.os === "windows" ? value.replaceAll("/", "\\") : value;
    if (bytes === undefined && path.endsWith(written.replace(/^~/, ""))) {
      findings.push(found(
        "warning",
        "FileNotFound",
        variable,
        `there is no file ${value}`,
        `correct the path, or: unset ${variable}`,
      ));
    }
    return findings;
  });
}
