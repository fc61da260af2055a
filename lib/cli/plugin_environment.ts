/**
 * The environment of a plugin that another program starts for a profile: kubectl, docker, an SDK.
 * Who one is there says the profile, never the shell in which that program happens to run.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context, Environment } from "../context.ts";
import { regionVariables } from "../profile/marks.ts";
import { type SettingName, Settings, settingSpecs } from "../profile/settings.ts";

/** How codes are found and how long sessions last: with them one is nobody else. */
const harmless: readonly SettingName[] = ["mfaProcess", "duration"];

/** The variables of settings that say who one is. */
export const identityVariables: ReadonlySet<string> = new Set(
  Object.entries(settingSpecs)
    .filter(([name]) => !harmless.includes(name as SettingName))
    .flatMap(([, { variables }]) => variables),
);

/**
 * Returns an environment without the settings that say who one is. Which files, endpoints,
 * certificates and proxies are used stays; so do keys, which count for no profile but one that
 * says `credential_source = Environment`.
 */
export function withoutIdentity(env: Environment): Environment {
  return without(env, (name) => identityVariables.has(name));
}

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

function without(env: Environment, isHidden: (name: string) => boolean): Environment {
  return {
    ...env,
    get: (name) => isHidden(name) ? undefined : env.get(name),
    has: (name) => !isHidden(name) && env.has(name),
    startingWith: (prefix) =>
      Object.fromEntries(
        Object.entries(env.startingWith(prefix)).filter(([name]) => !isHidden(name)),
      ),
  };
}
