/**
 * What a profile means to an SDK beside its credentials and its region, as variables. With a
 * session's keys in variables and no profile named, SDKs read `[default]`: so each setting of the
 * profile goes into its variable, and what stands in `[default]` alone is kept out by a variable
 * that says what is so where nothing is set. Pure.
 *
 * @module
 */

import type { FileValue } from "../aws_files/profile_sections.ts";
import type { StsmfaError } from "../errors.ts";
import { flagWords } from "../hint_words.ts";
import { fromFile, settingError } from "../profile/origin.ts";
import { type ClientSetting, clientSettings } from "./client_settings.ts";
import { firstInDefault, firstOfKeys, type GivenProfile, switchWord } from "./default_profile.ts";
import { endpointVariables, isEndpointVariable } from "./endpoint_variables.ts";

/** The account of a session, for endpoints that have it in their name. */
export const accountVariable = "AWS_ACCOUNT_ID";

/** The variables of client settings, without those of single services' endpoints. */
export const clientVariableNames: readonly string[] = [
  ...clientSettings.map(({ variable }) => variable),
  accountVariable,
];

/** Reports whether a variable is one of those that a session's environment has beside its keys. */
export function isClientVariable(name: string): boolean {
  return clientVariableNames.includes(name) || isEndpointVariable(name);
}

/**
 * Returns the variables to set so that every SDK has the profile's settings and none of
 * `[default]`'s. A variable of the person's own stays as it is, as it wins over a profile, too.
 *
 * @throws StsmfaError `InvalidSetting` for what stands in `[default]`, decides whom the session is
 * sent to, and is kept out by no variable
 */
export function clientVariables(given: GivenProfile): Readonly<Record<string, string>> {
  const set: Record<string, string> = endpointVariables(given);
  const valueOf = (variable: string) => set[variable] ?? given.env.get(variable);
  for (const setting of clientSettings) {
    const value = valueToSet(setting, given, valueOf);
    if (value !== undefined) set[setting.variable] = value;
  }
  return set;
}

function valueToSet(
  { variable, keys, isSwitch, isTrust, none, usual }: ClientSetting,
  { name, files, defaults, env }: GivenProfile,
  valueOf: (variable: string) => string | undefined,
): string | undefined {
  const spelled = (value: string) => isSwitch ? switchWord(value) : value;
  const ofDefault = defaults && firstInDefault(defaults, keys);
  const shown = ofDefault && spelled(ofDefault.value);
  if (env.has(variable)) {
    const own = env.get(variable) ?? "";
    const isRead = spelled(own) === own || (own === "" && shown === undefined);
    // What the SDK for JavaScript cannot read, it looks for in the file.
    return isRead ? undefined : spelled(own);
  }
  const found = firstOfKeys(files, name, keys);
  if (found !== undefined) {
    const value = spelled(found.value);
    return value === usual && (shown ?? value) === value ? undefined : value;
  }
  // A false that stands there is none: some programs take any value of a variable for true.
  if (ofDefault === undefined || (isSwitch && ofDefault.value.toLowerCase() === none)) {
    return undefined;
  }
  if (isTrust) throw countsForAll(ofDefault, name, variable);
  return typeof none === "function" ? none(valueOf) : none;
}

function countsForAll(shown: FileValue, profile: string, variable: string): StsmfaError {
  const { key, section } = shown;
  return settingError(
    fromFile(shown),
    `${key} in [${section}] would also count for ${profile}, which has none: no variable can prevent that`,
    `if ${profile} is to have it: aws configure set ${key} VALUE ${
      flagWords("--profile", profile)
    }; if all are: set ${variable}`,
  );
}
