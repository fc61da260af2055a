/**
 * The region of a profile: which STS is asked.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { Environment } from "../context.ts";
import type { Resolved } from "./origin.ts";
import { type Settings, variable } from "./settings.ts";

/**
 * Returns the region whose STS is asked, in botocore's order: flag, AWS_DEFAULT_REGION, the
 * profile's own, AWS_REGION, which botocore does not know; last the source's.
 */
export function stsRegion(
  settings: Settings,
  env: Environment,
  profile: string,
  source: (key: string) => FileValue | undefined,
): Resolved<string> | undefined {
  const ofSdks = (name: string) =>
    isRegionOfAnother(env, profile, name) ? undefined : variable(env, [name]);
  return settings.given("region") ?? ofSdks("AWS_DEFAULT_REGION") ?? settings.inFiles("region") ??
    ofSdks("AWS_REGION") ?? settings.inFiles("region", source);
}

/** Reports whether a variable has the region that stsmfa has set for another profile. */
function isRegionOfAnother(env: Environment, profile: string, name: string): boolean {
  const mark = env.get("STSMFA_SET_REGION");
  return mark !== undefined && env.get(name) === mark && env.get("STSMFA_PROFILE") !== profile;
}
