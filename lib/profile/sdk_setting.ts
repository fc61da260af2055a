/**
 * Settings of the SDKs that are a variable or a key of the profile.
 *
 * @module
 */

import { profileEntry } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { fromFile, type Resolved } from "./origin.ts";

/** A profile whose settings are looked up, and where. */
export interface SdkProfile {
  readonly files: AwsFiles;
  readonly env: Environment;
  readonly profile: string;
}

/**
 * Returns a setting: what its variable says, else what the profile says; either may say nothing.
 *
 * @param key in the file; the variable is `AWS_` and the key in capitals
 */
export function sdkSetting(
  { files, env, profile }: SdkProfile,
  key: string,
): Resolved<string> | undefined {
  const variable = `AWS_${key.toUpperCase()}`;
  if (env.has(variable)) {
    return { value: env.get(variable) ?? "", origin: { kind: "variable", variable } };
  }
  const found = profileEntry(files, profile, key);
  return found && fromFile(found);
}

/** Returns a switch that is on: only `true` counts, in any case, and `yes` or `1` do not. */
export function sdkSwitch(at: SdkProfile, key: string): Resolved<string> | undefined {
  const found = sdkSetting(at, key);
  return found?.value.toLowerCase() === "true" ? found : undefined;
}
