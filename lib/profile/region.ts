/**
 * The region of a profile: which STS is asked, and where its session is used.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import { ownRegion, type RegionVariable, regionVariables } from "./marks.ts";
import type { Origin, Resolved } from "./origin.ts";
import { checkRegion } from "./partition.ts";
import { Settings } from "./settings.ts";

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

/**
 * Returns the region that a profile's session is used in, which may be another one than that whose
 * STS was asked: flag, the profile's own, AWS_REGION, AWS_DEFAULT_REGION, the source's.
 *
 * @throws StsmfaError `InvalidSetting` for what is no region
 */
export function regionOfUse(
  files: AwsFiles,
  env: Environment,
  { name, region, origins }: {
    readonly name: string;
    readonly region: string;
    readonly origins: Readonly<Record<string, Origin>>;
  },
): Resolved<string> {
  const asked: Resolved<string> = {
    value: region,
    origin: origins["region"] ?? { kind: "convention", reason: `region of ${name}` },
  };
  const { origin } = asked;
  const isOfSdks = origin.kind === "variable" &&
    (regionVariables as readonly string[]).includes(origin.variable);
  if (origin.kind === "flag" || (origin.kind === "variable" && !isOfSdks)) return asked;
  const own = Settings.ofFiles(files, name).inFiles("region");
  const found = own ?? regionVariables.flatMap((variable): Resolved<string>[] => {
    const value = ownRegion(env, variable, name);
    return value === undefined ? [] : [{ value, origin: { kind: "variable", variable } }];
  })[0];
  if (found === undefined) return asked;
  checkRegion(found);
  return found;
}
