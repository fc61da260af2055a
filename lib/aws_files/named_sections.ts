/**
 * Reads the sections of the config file that profiles refer to by name: `services` and
 * `sso-session`.
 *
 * @module
 */

import {
  type FileValue,
  namedSection,
  nestedValues,
  sectionEntry,
  type SectionKind,
} from "./profile_sections.ts";
import type { AwsFile } from "./read.ts";

/** Returns a key of a named section, or what it inherits from `[DEFAULT]`, even if it is empty. */
export function namedEntry(
  config: AwsFile,
  kind: SectionKind,
  name: string,
  key: string,
): FileValue | undefined {
  const section = namedSection(config.document, kind, name);
  return section === undefined ? undefined : sectionEntry(config, section, key);
}

/** Works like {@link namedEntry}, but an empty value counts as none. */
export function namedValue(
  config: AwsFile,
  kind: SectionKind,
  name: string,
  key: string,
): FileValue | undefined {
  const found = namedEntry(config, kind, name, key);
  return found?.value === "" ? undefined : found;
}

/**
 * Returns a key nested under a key of a named section, such as `endpoint_url` under `sts =`. Nested
 * keys keep their case, and of several the last counts.
 */
export function namedNestedEntry(
  config: AwsFile,
  kind: SectionKind,
  name: string,
  key: string,
  nestedKey: string,
): FileValue | undefined {
  const section = namedSection(config.document, kind, name);
  return section === undefined
    ? undefined
    : nestedValues(config, section, key).findLast((each) => each.key === nestedKey);
}
