/**
 * Which profiles are ours to renew.
 *
 * @module
 */

import { type AwsFiles, configProfiles, profileNames, stsmfaBlock } from "../aws_files/read.ts";
import { holdsLongTermCredentials } from "../aws_files/session_section.ts";
import type { Environment } from "../context.ts";
import { profileWord, StsmfaError } from "../errors.ts";
import type { ProfileFlags } from "./settings.ts";
import { defaultLongTermSuffix, withSuffix } from "./source.ts";

/** Every profile that is ours to renew: it has a `stsmfa` block or a `-long-term` sibling. */
export function managedProfiles(files: AwsFiles, env: Environment, flags: ProfileFlags): string[] {
  const suffix = flags.longTermSuffix ?? env.get("STSMFA_LONG_TERM_SUFFIX")?.trim() ??
    defaultLongTermSuffix;
  const ending = withSuffix("", suffix);
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

/** The error for files without a profile that is ours to renew. */
export function nothingManaged(files: AwsFiles): StsmfaError {
  const { document } = files.credentials;
  const holder = ["default", ...document.sections()]
    .find((section) => holdsLongTermCredentials(document, section));
  return new StsmfaError(
    "ProfileNotFound",
    `no profile in ${files.credentials.path} or ${files.config.path} is stsmfa's to renew: none has a stsmfa block or a [NAME-${defaultLongTermSuffix}] beside it`,
    {
      hint: holder === undefined
        ? "store your access key: stsmfa init"
        : `move the key of [${holder}] out of the session's place: stsmfa init ${
          profileWord(holder)
        } --adopt`,
    },
  );
}
