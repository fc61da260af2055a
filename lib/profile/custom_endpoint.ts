/**
 * Finds the URL that variables and files set for a service.
 *
 * @module
 */

import {
  type FileValue,
  namedSection,
  nestedValues,
  profileEntry,
  profileValue,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { Service } from "./aws_host.ts";
import { fromFile, type Resolved, settingError } from "./origin.ts";
import { type SdkProfile, sdkSwitch } from "./sdk_setting.ts";

/**
 * Returns a service's custom endpoint: `AWS_ENDPOINT_URL_SERVICE`, `AWS_ENDPOINT_URL`, the profile's
 * `services` section, its `endpoint_url`; an empty one counts as none.
 *
 * @throws StsmfaError `InvalidSetting` if it is not an http(s) URL, or if the `services` section is
 * not there
 */
export function customEndpoint(
  at: SdkProfile,
  service: Service,
  isItsOwn = false,
): Resolved<string> | undefined {
  if (sdkSwitch(at, "ignore_configured_endpoint_urls") !== undefined) return undefined;
  const word = service.replaceAll("-", "_");
  const general = isItsOwn ? [] : ["AWS_ENDPOINT_URL"];
  for (const variable of [`AWS_ENDPOINT_URL_${word.toUpperCase()}`, ...general]) {
    const value = at.env.get(variable);
    if (value !== undefined) return checked({ value, origin: { kind: "variable", variable } });
  }
  const found = servicesEndpoint(at, word) ??
    (isItsOwn ? undefined : profileValue(at.files, at.profile, "endpoint_url"));
  return found && checked(fromFile(found), found.section);
}

/** Finds `endpoint_url` below `sts =` in `[services X]`, for a profile with `services = X`. */
function servicesEndpoint({ files, profile }: SdkProfile, word: string): FileValue | undefined {
  const named = profileEntry(files, profile, "services");
  if (named === undefined) return undefined;
  const { config } = files;
  const section = namedSection(config.document, "services", named.value);
  // What stands in [DEFAULT] stands in every section.
  const isEmpty = [section ?? "", "DEFAULT"]
    .every((each) => config.document.entries(each).length === 0);
  if (section === undefined || isEmpty) {
    const what = section === undefined ? "there is no" : "there is nothing in";
    throw settingError(
      fromFile(named),
      `${what} [services ${named.value}], which [${named.section}] names`,
      `add it to ${config.path}, or remove the line: AWS's tools refuse the profile like this`,
    );
  }
  const nested = nestedValues(config, section, word);
  const flat = nested.length === 0 ? sectionValue(config, section, word) : undefined;
  if (flat !== undefined) {
    throw settingError(
      fromFile(flat),
      `in [${section}], the settings of a service stand below its name`,
      `write "${word} =" and, indented on the next line, "endpoint_url = URL"`,
    );
  }
  const found = nested.findLast(({ key }) => key === "endpoint_url");
  return found?.value === "" ? undefined : found;
}

function checked(endpoint: Resolved<string>, section?: string): Resolved<string> {
  const { value } = endpoint;
  const place = section === undefined ? "" : ` in [${section}]`;
  if (/^https?:.*\s/is.test(value.trim())) {
    const comment = /\s([#;].*)/s.exec(value)?.[1];
    const why = comment === undefined
      ? "a URL has no space in it"
      : `the comment ${comment} is a part of it for AWS's tools`;
    throw settingError(endpoint, `the URL${place} cannot be used: ${why}`);
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    const shown = value.includes("@") ? "the value" : value;
    throw settingError(endpoint, `${shown}${place} is not an http or https URL`);
  }
  if (url.username !== "" || url.password !== "") {
    throw settingError(endpoint, `the URL${place} must not contain a user name or password`);
  }
  return endpoint;
}
