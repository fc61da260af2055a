/**
 * Keeps sessions out of sections where they would destroy keys or mislead SDKs.
 *
 * @module
 */

import {
  type FileValue,
  placeOf,
  profileEntry,
  profileNames,
  sectionEntry,
} from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import {
  holdsLongTermCredentials,
  ownedKeys,
  readSessionSection,
} from "../aws_files/session_section.ts";
import { type ErrorPlace, StsmfaError } from "../errors.ts";
import { flagWords, profileWord, renewCommand } from "../hint_words.ts";
import { defaultSection } from "../ini/document.ts";
import { defaultLongTermSuffix } from "../profile/names.ts";
import type { Profile } from "../profile/profile.ts";
import { isLongTerm } from "../profile/source.ts";
import { checkTargetName } from "../profile/target.ts";

/**
 * Keys with which an SDK would not use a session beside them, and whether they count without a value
 * as well.
 */
const shadowing: Readonly<Record<string, boolean>> = {
  role_arn: true,
  web_identity_token_file: false,
  sso_session: false,
  sso_start_url: false,
  sso_account_id: true,
  sso_role_name: true,
  credential_process: false,
  login_session: false,
};

/**
 * Refuses a target section that holds somebody's only copy of long-term keys, or that SDKs would
 * not read.
 *
 * @param isOurs whether a key ID is that of a session that stsmfa itself wrote
 * @throws StsmfaError `InvalidSetting`, `SourceIsTarget`, `TargetHoldsLongTermCredentials`, `TargetIsShadowed`
 */
export function checkTarget(
  profile: Profile,
  files: AwsFiles,
  isOurs: (accessKeyId: string) => boolean,
): void {
  const { name, source, target: { section }, origins, mfa } = profile;
  const { path, document } = files.credentials;
  if (origins["target"] !== undefined) {
    checkTargetName({ value: section, origin: origins["target"] });
  }
  const useAnother = `write to another profile: ${renewCommand(name)} ${
    flagWords("--target-profile", `${section}-mfa`)
  }`;
  const ofTarget = headerPlace(files, section);
  if (isLongTerm(source) && section === source.section) {
    const sibling = `${section}-${defaultLongTermSuffix}`;
    const [role] = rolesOf(files, name);
    const isBeside = section === name && holdsLongTermCredentials(document, sibling);
    throw new StsmfaError(
      "SourceIsTarget",
      `profile ${name}: the access key is in [${section}] itself (${source.path}: line ${source.line}), where the session has to go`,
      {
        hint: isBeside
          ? `[${sibling}] has one, too: remove one of them`
          : section === name && role !== undefined && mfa.serialNumber === undefined
          ? `its roles work as they are: stsmfa exec ${profileWord(role)} -- COMMAND`
          : section === name
          ? `to move it to [${sibling}]: stsmfa init ${profileWord(section)} --adopt`
          : "pass another --target-profile",
        places: [{ kind: "file", path: source.path, line: source.line, key: "aws_access_key_id" }],
      },
    );
  }
  const keyId = document.get(section, "aws_access_key_id");
  if (holdsLongTermCredentials(document, section) && !(keyId !== undefined && isOurs(keyId))) {
    throw new StsmfaError(
      "TargetHoldsLongTermCredentials",
      `${path}: [${section}] in line ${
        document.sectionLine(section)
      } has an access key, which stsmfa never overwrites`,
      { hint: useAnother, places: ofTarget },
    );
  }
  const asItIs = `use it as it is: stsmfa exec ${profileWord(name)} -- COMMAND`;
  const shadow = shadowOf(files, section);
  if (shadow !== undefined && shadow.section !== defaultSection) {
    throw new StsmfaError(
      "TargetIsShadowed",
      `${shadow.path}: line ${shadow.line}: ${shadow.key} in [${shadow.section}] keeps some SDKs from using a session in [${section}] of ${path}`,
      {
        hint: section === name
          ? `${asItIs}; or move ${shadow.key} into its stsmfa block`
          : `move ${shadow.key} into a stsmfa block of the profile, or ${useAnother}`,
        places: [placeOf(shadow)],
      },
    );
  }
  const inherited = shadow ?? document.entries(defaultSection)
    .map(({ key, line }) => ({ key, line, path })).find(({ key }) => ownedKeys.includes(key));
  if (inherited !== undefined) {
    throw new StsmfaError(
      "TargetIsShadowed",
      `${inherited.path}: line ${inherited.line}: the AWS CLI gives ${inherited.key} of [DEFAULT] to every profile, so that it would not use a session in [${section}]`,
      {
        hint: "move the key from [DEFAULT] into the profiles that it is meant for",
        places: [placeOf({ ...inherited, value: "", section: defaultSection })],
      },
    );
  }
  const lookalike = document.has(section)
    ? undefined
    : document.oddSections().find((each) =>
      each.includes(section) && each.trim().replace(/^(["'])(.*)\1$/, "$2").trim() === section
    );
  if (lookalike !== undefined) {
    throw new StsmfaError(
      "TargetIsShadowed",
      `${path}: line ${
        document.sectionLine(lookalike)
      }: [${lookalike}] is not read as [${section}] by every SDK`,
      { hint: `write it as [${section}]`, places: headerPlace(files, lookalike) },
    );
  }
}

function headerPlace({ credentials }: AwsFiles, section: string): ErrorPlace[] {
  const { path, document } = credentials;
  const line = document.sectionLine(section);
  return line === undefined ? [] : [{ kind: "file", path, line }];
}

/** Finds what keeps SDKs from using a session in the section, which need not exist yet. */
function shadowOf(files: AwsFiles, section: string): FileValue | undefined {
  const { credentials } = files;
  for (const [key, isEnough] of Object.entries(shadowing)) {
    // A new section inherits from [DEFAULT] as well.
    const found = profileEntry(files, section, key) ??
      (credentials.document.has(section)
        ? undefined
        : sectionEntry(credentials, defaultSection, key));
    if (found !== undefined && (isEnough || found.value !== "")) return found;
  }
  return undefined;
}

/**
 * Reports whether the target section may hold the profile's session, as far as the files tell:
 * whether a session with an odd key ID is ours is known only under the lock.
 */
export function isWritable(profile: Profile, files: AwsFiles): boolean {
  const { section } = profile.target;
  const { sessionToken } = readSessionSection(files.credentials.document, section);
  try {
    checkTarget(profile, files, () => sessionToken !== undefined);
    return true;
  } catch (error) {
    if (error instanceof StsmfaError) return false;
    throw error;
  }
}

/** Returns the profiles whose source is this one, as AWS's tools read it. */
function rolesOf(files: AwsFiles, source: string): string[] {
  return profileNames(files).filter((name) =>
    name !== source && profileEntry(files, name, "source_profile")?.value === source
  );
}
