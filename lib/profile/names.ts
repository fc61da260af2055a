/**
 * The names of profiles: which exist, which are ours to renew, and the errors for missing ones.
 *
 * @module
 */

import {
  configProfiles,
  configSectionOrNew,
  hasProfile,
  profileMeantBy,
  profileNames,
  stsmfaBlock,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials } from "../aws_files/session_section.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { defaultSection } from "../ini/document.ts";
import { flagWords, listed, profileWord, renewCommand, withArguments } from "../hint_words.ts";
import { nearestOrLonger } from "../nearest.ts";
import type { ProfileFlags } from "./settings.ts";

/** The suffix in aws-mfa's `[work-long-term]` for `[work]`; `none`, in any case, means none. */
export const defaultLongTermSuffix = "long-term";

/** Returns a profile's name with a suffix, as aws-mfa builds it. */
export function withSuffix(profile: string, suffix: string | undefined): string {
  return suffix === undefined || suffix.toLowerCase() === "none" ? profile : `${profile}-${suffix}`;
}

/** Returns what the name of a section with long-term keys ends in; `""` if that says nothing. */
export function longTermEnding(env: Environment, flags: ProfileFlags): string {
  const suffix = flags.longTermSuffix ?? env.get("STSMFA_LONG_TERM_SUFFIX")?.trim() ??
    defaultLongTermSuffix;
  return withSuffix("", suffix);
}

/** Returns every profile that is ours to renew: with a `stsmfa` block or a `-long-term` sibling. */
export function managedProfiles(files: AwsFiles, env: Environment, flags: ProfileFlags): string[] {
  const ending = longTermEnding(env, flags);
  const names = profileNames(files);
  const siblings = ending === ""
    ? []
    : names.filter((name) => name.endsWith(ending) && name.length > ending.length)
      .map((name) => name.slice(0, -ending.length));
  const withBlock = new Set(
    configProfiles(files.config.document).filter((name) => stsmfaBlock(files, name) !== undefined),
  );
  const blocks = withBlock.size === 0 ? [] : names.filter((name) => withBlock.has(name));
  return [...new Set([...siblings, ...blocks])];
}

/**
 * Checks that every name is a profile in the files, or one that is ours to renew.
 *
 * @param command the command that was run on them, for the hint
 * @throws StsmfaError `ProfileNotFound` for the first that is neither
 */
export function requireProfiles(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  names: readonly string[],
  command: string,
): void {
  let managed: Set<string> | undefined;
  const isManaged = (name: string) =>
    (managed ??= new Set(managedProfiles(files, env, flags))).has(name);
  const missing = names.find((name) => !hasProfile(files, name) && !isManaged(name));
  if (missing === undefined) return;
  const suffix = flags.longTermSuffix ?? defaultLongTermSuffix;
  throw profileNotFound(files, missing, suffix, command);
}

/** Returns the error for files without a profile that is ours to renew. */
export function nothingManaged(files: AwsFiles): StsmfaError {
  if (profileNames(files).length === 0) {
    return profileNotFound(files, "default", defaultLongTermSuffix);
  }
  const { document } = files.credentials;
  const holder = ["default", ...document.sections()].find((section) =>
    section !== defaultSection && holdsLongTermCredentials(document, section)
  );
  return new StsmfaError(
    "ProfileNotFound",
    `there is no profile to renew in ${files.credentials.path} or ${files.config.path}`,
    {
      hint: holder === undefined
        ? "to begin with an access key: stsmfa init"
        : `the access key of ${holder} is in its own section; to begin with it: stsmfa init ${
          profileWord(holder)
        } --adopt`,
    },
  );
}

/** Returns the profiles to choose from: all in the files, long-term siblings by short name. */
export function profileChoices(files: AwsFiles, suffix: string): string[] {
  const ending = withSuffix("", suffix);
  const names = profileNames(files).map((name) =>
    ending !== "" && name.endsWith(ending) && name !== ending ? name.slice(0, -ending.length) : name
  );
  return [...new Set(names)];
}

/** Returns the command that stores the keys of a profile. */
export function initCommand(profile: string, suffix = defaultLongTermSuffix): string {
  if (withSuffix(profile, suffix) === profile) {
    return `aws configure ${flagWords("--profile", profile)}`;
  }
  const flag = suffix === defaultLongTermSuffix
    ? ""
    : ` ${flagWords("--long-term-suffix", suffix)}`;
  return `stsmfa init ${profileWord(profile)}${flag}`;
}

/**
 * Returns the error for a profile in neither file, with the nearest name.
 *
 * @param command the command that was run on it, for the hint; without one, a refresh
 * @param hasVariables whether there are keys in variables
 */
export function profileNotFound(
  files: AwsFiles,
  profile: string,
  suffix: string,
  command?: string,
  hasVariables = false,
): StsmfaError {
  const names = profileChoices(files, suffix);
  const { config, credentials } = files;
  if (names.length === 0) {
    return new StsmfaError(
      "ProfileNotFound",
      `there is no profile yet in ${credentials.path} or ${config.path}`,
      {
        hint: hasVariables
          ? `to assume a role with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write [profile NAME] with role_arn and credential_source = Environment to ${config.path}`
          : `to begin with an access key: ${
            initCommand(profile, suffix).replace(/ default$/, "")
          }; with SSO: aws configure sso`,
      },
    );
  }
  const near = nearestOrLonger(profile, names);
  // Here, a header that names the profile is none that is read.
  const unread = config.document.sections().find((each) => profileMeantBy(each) === profile);
  const isMistyped = unread === undefined && near !== undefined && command === undefined;
  return new StsmfaError(
    "ProfileNotFound",
    `there is no profile ${profile} in ${credentials.path} or ${config.path}; profiles: ${
      listed(names)
    }`,
    {
      hint: unread !== undefined
        ? `${config.path} has [${unread}]; there it must be [${
          configSectionOrNew(config.document, profile)
        }]`
        : near === undefined && profile === "default"
        ? `name one of them; to store an access key as default: ${
          initCommand(profile, suffix).replace(/ default$/, "")
        }`
        : near === undefined
        ? `to store its access key: ${initCommand(profile, suffix)}`
        : `did you mean: ${
          command === undefined ? renewCommand(near) : withArguments(command, [near])
        }`,
      ...(isMistyped && { meant: { given: profile, near } }),
    },
  );
}
