/**
 * A profile's custom endpoints as variables. An endpoint that stands in `[default]` must never
 * receive another profile's session, and no variable tells every SDK to pass over it (those for
 * JavaScript and Java know AWS_IGNORE_CONFIGURED_ENDPOINT_URLS since the summer of 2026 alone): so
 * either endpoints in variables hide it, or it is refused. Pure.
 *
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *
 * @module
 */

import {
  type FileValue,
  namedSection,
  nestedValues,
  spellingsOf,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { StsmfaError } from "../errors.ts";
import { defaultSection } from "../ini/document.ts";
import { fromFile, settingError } from "../profile/origin.ts";
import { firstInDefault, firstOfKeys, type GivenProfile, switchWord } from "./default_profile.ts";

const ignoreVariable = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
const ignoreKeys = ["ignore_configured_endpoint_urls"];
const globalVariable = "AWS_ENDPOINT_URL";

/** Reports whether a variable is one of those that {@link endpointVariables} sets. */
export function isEndpointVariable(name: string): boolean {
  return name === ignoreVariable || /^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/.test(name);
}

/**
 * Returns the variables to set for a profile's endpoints. As in SDKs, a variable for one service
 * wins over the one for all, and this over all that stands in files; an empty one is none.
 *
 * @throws StsmfaError `InvalidSetting` for a `services` section that is not there, a URL with a
 * space in it, and an endpoint of `[default]` that some SDK would use
 */
export function endpointVariables(
  { name, files, defaults, env }: GivenProfile,
): Record<string, string> {
  const ownSwitch = env.has(ignoreVariable) ? env.get(ignoreVariable) ?? "" : undefined;
  const ignored = switchWord(ownSwitch ?? firstOfKeys(files, name, ignoreKeys)?.value ?? "");
  const found = ignored === "true" || env.get(globalVariable) !== undefined
    ? []
    : endpointsOfProfile(files, name);
  const set = Object.fromEntries(
    found.filter(([variable]) => env.get(variable) === undefined)
      .map(([variable, { value }]) => [variable, value]),
  );
  const ofDefault = defaults === undefined ? [] : endpointsOfDefault(defaults);
  const isHidden = (variable: string) =>
    env.get(variable) !== undefined || Object.hasOwn(set, variable);
  const open = isHidden(globalVariable) || switchWord(ownSwitch ?? "") === "true"
    ? undefined
    : ofDefault.find(([variable]) => variable === globalVariable || !isHidden(variable));
  if (open !== undefined) throw wouldGetSession(open[1], name);
  const shown = defaults && firstInDefault(defaults, ignoreKeys)?.value;
  const needsSwitch = ownSwitch === undefined
    ? ignored === "true" || switchWord(shown ?? "") === "true"
    // What the SDK for JavaScript cannot read, it looks for in the file.
    : ownSwitch !== ignored && (ownSwitch !== "" || shown !== undefined);
  return { ...set, ...(needsSwitch && { [ignoreVariable]: ignored }) };
}

/** Variables, and what stands in a file for each. */
type Endpoints = readonly (readonly [variable: string, found: FileValue])[];

function endpointsOfProfile(files: AwsFiles, name: string): Endpoints {
  const global = firstOfKeys(files, name, ["endpoint_url"]);
  const services = firstOfKeys(files, name, ["services"]);
  const section = services && namedSection(files.config.document, "services", services.value);
  const ofServices = services === undefined
    ? []
    : endpointsOfServices(files, section === undefined ? [] : [section]);
  if (services !== undefined && ofServices === undefined) {
    throw settingError(
      fromFile(services),
      `there is no [services ${services.value}], which [${services.section}] names`,
      "add it, or remove the line: AWS's tools refuse the profile like this",
    );
  }
  const found = [...(global ? [[globalVariable, global] as const] : []), ...ofServices ?? []];
  const spaced = found.find(([, { value }]) => /\s/.test(value));
  if (spaced !== undefined) throw settingError(fromFile(spaced[1]), "a URL has no space in it");
  return found;
}

/** Returns what `[default]` has; a `services` section that is not there counts for all services. */
function endpointsOfDefault(files: AwsFiles): Endpoints {
  const global = firstInDefault(files, ["endpoint_url"]);
  const services = firstInDefault(files, ["services"]);
  // Which spelling counts differs between SDKs.
  const sections = services === undefined
    ? []
    : spellingsOf(files.config.document, "services", services.value);
  return [
    ...(global ? [[globalVariable, global] as const] : []),
    ...(services
      ? endpointsOfServices(files, sections) ?? [[globalVariable, services] as const]
      : []),
  ];
}

/** Returns every `endpoint_url` in these sections; `undefined` if there is nothing in them. */
function endpointsOfServices(
  { config }: AwsFiles,
  sections: readonly string[],
): Endpoints | undefined {
  const { document } = config;
  const keys = (section: string) => document.entries(section).map(({ key }) => key);
  const inAll = keys(defaultSection);
  const found = sections.flatMap((section) =>
    [...new Set([...keys(section), ...inAll])].map((key) => ({ section, key }))
  );
  if (found.length === 0) return undefined;
  return found.flatMap(({ section, key }) => {
    const variable = `${globalVariable}_${key.toUpperCase()}`;
    const url = nestedValues(config, section, key).findLast((each) => each.key === "endpoint_url");
    return url === undefined || url.value === "" || !isEndpointVariable(variable)
      ? []
      : [[variable, url] as const];
  });
}

function wouldGetSession(shown: FileValue, profile: string): StsmfaError {
  const { key, section } = shown;
  return settingError(
    fromFile(shown),
    `${key} in [${section}] would have SDKs send ${profile}'s session there: no variable can prevent that in all of them`,
    `move it to a profile of its own, such as [profile local]; ` +
      `or, if all that you run knows this: ${ignoreVariable}=true stsmfa ...`,
  );
}
