/**
 * The variables that say who one is, and an environment without them.
 *
 * @module
 */

import type { Environment } from "../context.ts";
import { type SettingName, settingSpecs } from "./settings.ts";

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

/** Returns an environment without some of its variables. */
export function without(env: Environment, isHidden: (name: string) => boolean): Environment {
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
