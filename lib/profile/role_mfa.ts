/**
 * The MFA codes that SDKs ask for by themselves, for roles.
 *
 * @module
 */

import { type FileValue, profileNames, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";

/** A role profile's own `mfa_serial`, and the source profile whose keys its code goes with. */
export interface RoleCode {
  readonly serialNumber: FileValue;
  readonly source: FileValue;
}

/**
 * Returns what makes SDKs ask for a code before they assume a profile's role. AWS checks one only
 * with long-term keys: if the source has a session, the role needs no code.
 */
export function roleCode(files: AwsFiles, name: string): RoleCode | undefined {
  const serialNumber = profileValue(files, name, "mfa_serial");
  const source = profileValue(files, name, "source_profile");
  if (serialNumber === undefined || source === undefined || source.value === name) return undefined;
  return profileValue(files, name, "role_arn") && { serialNumber, source };
}

/** Returns the role codes of every role profile with this source. */
export function roleCodesOf(files: AwsFiles, source: string): RoleCode[] {
  return profileNames(files).flatMap((name) => roleCode(files, name) ?? [])
    .filter((each) => each.source.value === source);
}
