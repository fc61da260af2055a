/**
 * Resolves as much of a profile as it takes to find its session: source, target, role and device.
 * Most runs need no more, and are over before the rest is loaded. Pure.
 *
 * @module
 */

import { type AwsFiles, type FileValue, profileNames, profileValue } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { fromFile, type ProfileFlags, type Resolved, Settings } from "./settings.ts";
import {
  defaultLongTermSuffix,
  findLongTermSource,
  type LongTermSource,
  profileNotFound,
  withSuffix,
} from "./source.ts";
import { resolveTarget } from "./target.ts";

/** Where a profile's session is, and what it is for. */
export interface ProfileOutline {
  /** As it was asked for. */
  readonly name: string;
  /** Where the long-term keys are. */
  readonly source: LongTermSource;
  /** The section of the credentials file that the session goes to. */
  readonly target: { readonly section: string };
  /** The role to assume; without one the session is the user's own. */
  readonly role?: {
    /** The ARN of the role. */
    readonly roleArn: string;
  };
  /** The MFA device. */
  readonly mfa: {
    /** The device's ARN, or a hardware device's number; discovered when absent. */
    readonly serialNumber?: string;
  };
}

/** An outline with what the rest of the profile is resolved from. */
export interface ResolvedOutline {
  readonly outline: ProfileOutline;
  readonly settings: Settings;
  readonly target: Resolved<string>;
  readonly roleArn: Resolved<string> | undefined;
  readonly serialNumber: Resolved<string> | undefined;
  /** A key that stands with the source. */
  readonly fromSource: (key: string) => FileValue | undefined;
}

/**
 * Resolves a profile's outline.
 *
 * @throws StsmfaError `ProfileNotFound`, `InvalidSetting`, `Usage`, `LongTermCredentialsMissing`,
 * `SourceIsSession`
 */
export function resolveOutline(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
): ResolvedOutline {
  const settings = new Settings(files, env, flags, name);
  const suffix = settings.find("longTermSuffix")?.value ?? defaultLongTermSuffix;
  const named = namedSource(files, settings, name);
  const source = findLongTermSource(files, name, named, suffix);
  const isNew = flags.targetProfile !== undefined || flags.sourceProfile !== undefined;
  if (
    source.section !== withSuffix(name, suffix) && !isNew && !profileNames(files).includes(name)
  ) {
    throw profileNotFound(files, name, suffix);
  }
  const fromSource = (key: string) =>
    profileValue(files, source.section, key) ?? (named && profileValue(files, named.value, key));
  const target = resolveTarget(settings, name);
  const roleArn = settings.find("roleArn", fromSource);
  const serialNumber = settings.find("mfaSerial", fromSource);
  const outline = {
    name,
    source,
    target: { section: target.value },
    ...(roleArn && { role: { roleArn: roleArn.value } }),
    mfa: serialNumber === undefined ? {} : { serialNumber: serialNumber.value },
  };
  return { outline, settings, target, roleArn, serialNumber, fromSource };
}

/** The source somebody named: by flag, variable or block, or as a standard role's source_profile. */
function namedSource(
  files: AwsFiles,
  settings: Settings,
  name: string,
): Resolved<string> | undefined {
  const named = settings.find("sourceProfile");
  if (named !== undefined) return named;
  if (profileValue(files, name, "role_arn") === undefined) return undefined;
  const standard = profileValue(files, name, "source_profile");
  const other = profileValue(files, name, "credential_source");
  if (other !== undefined) {
    throw new StsmfaError(
      "InvalidSetting",
      `${other.path}: line ${other.line}: credential_source = ${other.value} in [${other.section}] names no keys that MFA could be proved with`,
      { hint: `name the user's profile instead: source_profile = NAME` },
    );
  }
  if (standard === undefined || standard.value === name) return undefined;
  return fromFile(standard);
}
