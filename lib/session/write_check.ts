/**
 * Keeps sessions out of sections where they would destroy keys or mislead SDKs.
 *
 * @module
 */

import { profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import {
  holdsLongTermCredentials,
  ownedKeys,
  readSessionSection,
} from "../aws_files/session_section.ts";
import { StsmfaError } from "../errors.ts";
import { flagWords, profileWord, renewCommand } from "../hint_words.ts";
import { defaultLongTermSuffix } from "../profile/names.ts";
import type { Profile } from "../profile/profile.ts";

/**
 * Refuses a target section that holds somebody's only copy of long-term keys, or that SDKs would
 * not read.
 *
 * @param isOurs whether a key ID is that of a session that stsmfa itself wrote
 * @throws StsmfaError `SourceIsTarget`, `TargetHoldsLongTermCredentials`, `TargetIsShadowed`
 */
export function checkTarget(
  profile: Profile,
  files: AwsFiles,
  isOurs: (accessKeyId: string) => boolean,
): void {
  const { name, source, target: { section } } = profile;
  const { path, document } = files.credentials;
  const useAnother = `write to another profile: ${renewCommand(name)} ${
    flagWords("--target-profile", `${section}-mfa`)
  }`;
  if (source.kind === "long-term" && section === source.section) {
    throw new StsmfaError(
      "SourceIsTarget",
      `profile ${name}: the long-term keys are in [${section}] itself (${source.path}: line ${source.line}), where the session would go`,
      {
        hint: section === name
          ? `move them to [${section}-${defaultLongTermSuffix}]: stsmfa init ${
            profileWord(section)
          } --adopt; or ${useAnother}`
          : "give another --target-profile",
      },
    );
  }
  const keyId = document.get(section, "aws_access_key_id");
  if (holdsLongTermCredentials(document, section) && !(keyId !== undefined && isOurs(keyId))) {
    throw new StsmfaError(
      "TargetHoldsLongTermCredentials",
      `${path}: [${section}] of line ${
        document.sectionLine(section)
      } holds long-term keys; they are never overwritten`,
      { hint: useAnother },
    );
  }
  const served = section !== name
    ? ""
    : `as it is, it works with exec, env and process: stsmfa exec ${
      profileWord(name)
    } -- COMMAND; for a session in the file, `;
  for (
    const key of [
      "role_arn",
      "web_identity_token_file",
      "sso_session",
      "sso_start_url",
      "credential_process",
      "login_session",
    ]
  ) {
    const found = profileValue(files, section, key);
    if (found === undefined) continue;
    throw new StsmfaError(
      "TargetIsShadowed",
      `${found.path}: line ${found.line}: ${key} in [${found.section}] and a session in [${section}] of ${path} exclude each other: SDKs do not agree which to use`,
      {
        hint: `${served}move ${key} into a stsmfa block of the profile, or ${useAnother}`,
      },
    );
  }
  const inherited = document.entries("DEFAULT").find(({ key }) => ownedKeys.includes(key));
  if (inherited !== undefined) {
    throw new StsmfaError(
      "TargetIsShadowed",
      `${path}: line ${inherited.line}: botocore gives ${inherited.key} of [DEFAULT] to every profile`,
      { hint: "rename [DEFAULT] to [default], or remove the key" },
    );
  }
  const lookalike = document.has(section)
    ? undefined
    : document.sections().find((each) =>
      each.includes(section) && each.trim().replace(/^(["'])(.*)\1$/, "$2").trim() === section
    );
  if (lookalike !== undefined) {
    throw new StsmfaError(
      "TargetIsShadowed",
      `${path}: line ${
        document.sectionLine(lookalike)
      }: [${lookalike}] is not read as [${section}] by every SDK`,
      { hint: `write it as [${section}]` },
    );
  }
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
