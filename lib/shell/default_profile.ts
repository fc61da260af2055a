/**
 * The profile that is given out, and `[default]`, which SDKs read where keys are in variables and no
 * profile is named.
 *
 * @module
 */

import {
  configSection,
  type FileValue,
  nestedValues,
  profileValue,
  sectionValue,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Environment } from "../context.ts";
import type { IniDocument } from "../ini/document.ts";

/** A profile that is given out in variables. */
export interface GivenProfile {
  readonly name: string;
  readonly files: AwsFiles;
  /** The files that programs read `[default]` from; absent if that is the profile itself. */
  readonly defaults: AwsFiles | undefined;
  /** The person's own variables, which win as they do over a profile that is named. */
  readonly env: Environment;
}

/**
 * Returns the first of some keys that a profile has; `s3.x` stands below `s3 =`. An empty value
 * counts as none.
 */
export function firstOfKeys(
  files: AwsFiles,
  profile: string,
  keys: readonly string[],
): FileValue | undefined {
  for (const key of keys) {
    const found = valueOfKey(files, profile, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Works like {@link firstOfKeys} for `[default]`, in each spelling that any SDK reads as it. */
export function firstInDefault(files: AwsFiles, keys: readonly string[]): FileValue | undefined {
  const found = firstOfKeys(files, "default", keys);
  if (found !== undefined) return found;
  return [files.credentials, files.config].flatMap((file) =>
    spellings(file.document).flatMap((section) =>
      keys.flatMap((key) => sectionValue(file, section, key) ?? [])
    )
  )[0];
}

const spellingsOf = new WeakMap<IniDocument, readonly string[]>();

/**
 * A header that some SDK reads as `[default]`: to Go, blanks and quotes around it are nothing, and
 * to all but botocore a comment behind it is none of it, be there a `]` in that.
 */
const spelling = /^\s*(?:profile\s+)?(["']?)\s*default\s*\1\s*(?:\]\s*[#;].*)?$/;

/** Returns the headers of `[default]`; kept, as there may be very many headers to look through. */
function spellings(document: IniDocument): readonly string[] {
  const known = spellingsOf.get(document) ??
    document.sections().filter((each) => spelling.test(each));
  spellingsOf.set(document, known);
  return known;
}

/** Spells true or false as every SDK reads it; as in botocore, all but `true` is false. */
export function switchWord(value: string): "true" | "false" {
  return value.toLowerCase() === "true" ? "true" : "false";
}

function valueOfKey(files: AwsFiles, profile: string, key: string): FileValue | undefined {
  const [outer, inner] = key.split(".") as [string, string?];
  if (inner === undefined) return profileValue(files, profile, key);
  const { config, credentials } = files;
  const section = configSection(config.document, profile);
  // Of a repeated one, the last counts.
  const nested = [
    ...(section === undefined ? [] : nestedValues(config, section, outer)),
    ...nestedValues(credentials, profile, outer),
  ];
  return nested.findLast((each) => each.key === inner && each.value !== "");
}
