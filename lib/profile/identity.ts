/**
 * Resolves the first part of a profile: enough to find its session and to see whether it is still
 * valid. Most runs need no more, and end before the rest (`profile.ts`) is loaded. Pure.
 *
 * @module
 */

import { type FileValue, profileNames, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { defaultLongTermSuffix, profileNotFound, withSuffix } from "./names.ts";
import { fromFile, type Resolved } from "./origin.ts";
import { type ProfileFlags, Settings, type SettingsOptions } from "./settings.ts";
import { findSource, type ProfileSource } from "./source.ts";
import { resolveTarget, theProfileItself } from "./target.ts";

/** Whose session it is, and where it is stored. */
export interface ProfileIdentity {
  /** As it was requested. */
  readonly name: string;
  /** The source of the credentials that sessions are made with. */
  readonly source: ProfileSource;
  /** The section of the credentials file that the session is written to. */
  readonly target: { readonly section: string };
  /** The role that the session is for; absent for the user's own session. */
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

/** An identity, and what the rest of the profile is resolved from. */
export interface ResolvedIdentity {
  readonly identity: ProfileIdentity;
  readonly files: AwsFiles;
  readonly env: Environment;
  readonly settings: Settings;
  readonly target: Resolved<string>;
  readonly roleArn: Resolved<string> | undefined;
  readonly serialNumber: Resolved<string> | undefined;
  /** Looks up a key of the source. */
  readonly fromSource: (key: string) => FileValue | undefined;
}

/**
 * Resolves a profile's identity.
 *
 * @throws StsmfaError `ProfileNotFound`, `InvalidSetting`, `Usage`, `LongTermCredentialsMissing`
 */
export function resolveIdentity(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  name: string,
  options?: SettingsOptions,
): ResolvedIdentity {
  const settings = new Settings(files, env, flags, name, options);
  const suffix = settings.find("longTermSuffix")?.value ?? defaultLongTermSuffix;
  const named = namedSource(files, settings, name);
  const source = findSource(files, name, named, suffix);
  const isNew = flags.targetProfile !== undefined || flags.sourceProfile !== undefined;
  if (
    source.section !== withSuffix(name, suffix) && !isNew && !profileNames(files).includes(name)
  ) {
    throw profileNotFound(files, name, suffix);
  }
  // Keys in a session's section are not the user's.
  const fromSource = (key: string) =>
    source.kind === "session" ? undefined : profileValue(files, source.section, key) ??
      (named && profileValue(files, named.value, key));
  // A session that we cannot renew is not written anywhere: it may stand in a section of any name.
  const target = source.kind === "session" ? theProfileItself(name) : resolveTarget(settings, name);
  const roleArn = settings.find("roleArn", fromSource);
  const serialNumber = settings.find("mfaSerial", fromSource);
  const identity = {
    name,
    source,
    target: { section: target.value },
    ...(roleArn && { role: { roleArn: roleArn.value } }),
    mfa: serialNumber === undefined ? {} : { serialNumber: serialNumber.value },
  };
  return { identity, files, env, settings, target, roleArn, serialNumber, fromSource };
}

/** Returns the source named by flag, variable or block, or by a standard role's source_profile. */
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

/**
 * Returns the account of a profile's session: the role's, or the MFA device's; `undefined` if
 * neither names one, as a hardware device's number does not.
 *
 * @param serialNumber the device that was used, if that is known better than from the profile
 */
export function accountOf(
  { role, mfa }: Pick<ProfileIdentity, "role" | "mfa">,
  serialNumber: string | undefined = mfa.serialNumber,
): string | undefined {
  return /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(role?.roleArn ?? serialNumber ?? "")?.[1];
}
