/**
 * Where long-term keys are: in sections of AWS's two files, or in key stores that these name. Pure.
 *
 * @module
 */

import { configProfiles, configSection } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { holdsLongTermCredentials } from "../aws_files/session_section.ts";
import type { Environment } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { defaultSection } from "../ini/document.ts";
import { resolveIdentity } from "../profile/identity.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { longTermKeysOf, storedKeyIn, type StoreName } from "../profile/source.ts";

/** A section with a long-term key. */
export interface KeyPlace {
  /** The profile that the section is read as. */
  readonly profile: string;
  readonly file: "credentials" | "config";
  readonly path: string;
  /** The section as it is written, without brackets. */
  readonly header: string;
  /** The line of the key, or of what names it. */
  readonly line: number;
  readonly accessKeyId: string;
  /** Where its secret is. */
  readonly store: StoreName | "file";
}

/** Returns every section with a long-term key, those of the credentials file first. */
export function keyPlaces(files: AwsFiles): KeyPlace[] {
  const { credentials, config } = files;
  const own = credentials.document.sections().filter((name) => name !== defaultSection)
    .flatMap((name) => placesIn(files, name, "credentials", name));
  const others = configProfiles(config.document).flatMap((name) =>
    placesIn(files, name, "config", configSection(config.document, name)!)
  );
  return [...own, ...others];
}

function placesIn(
  files: AwsFiles,
  profile: string,
  file: KeyPlace["file"],
  header: string,
): KeyPlace[] {
  const { path, document } = files[file];
  const about = { profile, file, path, header };
  const id = document.entry(header, "aws_access_key_id");
  const secret = document.entry(header, "aws_secret_access_key");
  const found: KeyPlace[] = [];
  if (id?.value && secret?.value && holdsLongTermCredentials(document, header)) {
    found.push({ ...about, line: id.line, accessKeyId: id.value, store: "file" });
  }
  const named = document.entry(header, "stsmfa_key")?.value ? stored() : undefined;
  if (named !== undefined) {
    const { line, credentials: { accessKeyId }, store } = named;
    found.push({ ...about, line, accessKeyId, store });
  }
  return found;

  function stored() {
    try {
      return storedKeyIn(files, profile, file);
    } catch (error) {
      // The doctor tells of it, and so does whoever uses the profile.
      if (error instanceof StsmfaError) return undefined;
      throw error;
    }
  }
}

/**
 * Returns where a profile's key is: in its own section, or in that of its source.
 *
 * @throws StsmfaError what resolving it throws; `LongTermCredentialsMissing`, `SourceIsSession` for
 * one whose credentials are no user's key
 */
export function keyPlaceOf(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  profile: string,
): KeyPlace {
  const places = keyPlaces(files);
  const own = places.find((each) => each.profile === profile);
  if (own !== undefined) return own;
  const source = longTermKeysOf(resolveIdentity(files, env, flags, profile).identity.source);
  const found = places.find(({ path, profile }) =>
    path === source.path && profile === source.section
  );
  if (found !== undefined) return found;
  throw new StsmfaError(
    "InvalidSetting",
    `${source.path}: line ${source.line}: the key of [${source.section}] is not in a section of its own`,
    { hint: "move its two lines into the section of the profile that they are meant for" },
  );
}

/** Returns how `stsmfa_key` names a key in a store. */
export function storedKeyValue(store: StoreName, accessKeyId: string): string {
  return `${store}:${accessKeyId}`;
}
