/**
 * The environment of a plugin that another program starts for a profile: kubectl, docker, an SDK.
 * Who one is there says the profile, never the shell in which that program happens to run.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { without, withoutIdentity } from "../profile/identity_variables.ts";
import { regionVariables } from "../profile/marks.ts";
import { Settings } from "../profile/settings.ts";

export { withoutIdentity };

/**
 * Returns the context of a plugin for a profile that was named to it: {@link withoutIdentity}, and
 * without AWS_REGION and AWS_DEFAULT_REGION if the profile has a region of its own.
 *
 * @throws StsmfaError `InvalidSetting` for a block that cannot be read
 */
export function pluginContext(context: Context, files: AwsFiles, profile: string): Context {
  const hasRegion = Settings.ofFiles(files, profile).inFiles("region") !== undefined;
  const hidden: ReadonlySet<string> = new Set(hasRegion ? regionVariables : []);
  const env = without(withoutIdentity(context.env), (name) => hidden.has(name));
  // Not a copy: to read the signal is to listen for it.
  return Object.create(context, { env: { value: env, enumerable: true } });
}
