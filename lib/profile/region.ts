/**
 * The region of a profile: which STS is asked.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { Environment } from "../context.ts";
import { ownRegion, type RegionVariable } from "./marks.ts";
import type { Resolved } from "./origin.ts";
import type { Settings } from "./settings.ts";

/**
 * Returns the region whose STS is asked, in botocore's order: flag, AWS_DEFAULT_REGION, the
 * profile's own, AWS_REGION, which botocore does not know; last the source's.
 */
export function stsRegion(
  settings: Settings,
  env: Environment,
  profile: string,
  source: ((key: string) => FileValue | undefined) | undefined,
): Resolved<string> | undefined {
  const ofSdks = (variable: RegionVariable): Resolved<string> | undefined => {
    const value = ownRegion(env, variable, profile);
    return value === undefined ? undefined : { value, origin: { kind: "variable", variable } };
  };
  return settings.given("region") ?? ofSdks("AWS_DEFAULT_REGION") ?? settings.inFiles("region") ??
    ofSdks("AWS_REGION") ?? settings.inFiles("region", source);
}
