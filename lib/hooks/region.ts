/**
 * The region that a session is given out with, to hooks: the profile's own goes before those of
 * variables, which may be there for another profile.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { ownRegion } from "../profile/marks.ts";
import type { Resolved } from "../profile/origin.ts";
import { checkRegion } from "../profile/partition.ts";
import type { Profile } from "../profile/profile.ts";
import { Settings } from "../profile/settings.ts";

/**
 * Returns a profile with the region that its session is given out with, which differs from the one
 * whose STS is asked where AWS_DEFAULT_REGION names that.
 *
 * @throws StsmfaError `InvalidSetting` for what is no region
 */
export function asGivenOut(files: AwsFiles, env: Environment, profile: Profile): Profile {
  const { name, origins } = profile;
  const origin = origins["region"];
  if (origin?.kind !== "variable" || origin.variable !== "AWS_DEFAULT_REGION") return profile;
  const variable = "AWS_REGION";
  const stronger = ownRegion(env, variable, name);
  const found: Resolved<string> | undefined = Settings.ofFiles(files, name).inFiles("region") ??
    (stronger === undefined
      ? undefined
      : { value: stronger, origin: { kind: "variable", variable } });
  if (found === undefined) return profile;
  checkRegion(found);
  return { ...profile, region: found.value, origins: { ...origins, region: found.origin } };
}
