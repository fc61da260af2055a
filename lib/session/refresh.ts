/**
 * The one story everything else serves: look whether sessions are still valid, renew those that are
 * not, and put them into the credentials file.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";
import type { RefreshOptions, RefreshOutcome } from "./outcome.ts";
import { renew } from "./renew.ts";
import { checkMinLeft, validOutcome, validSession } from "./valid.ts";
import { checkTarget } from "./write_check.ts";

export { resolveProfile };

/**
 * Refreshes profiles: those of one source with one code. A profile that fails does not keep the
 * others from their sessions.
 *
 * @throws StsmfaError when a profile may not be renewed like this, before anything is asked or sent,
 * unless `continueOnError` makes that an outcome
 */
export async function refresh(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  options: RefreshOptions,
): Promise<RefreshOutcome[]> {
  const { force, minLeftSeconds, continueOnError } = options;
  const { document } = files.credentials;
  const outcomes = new Map<Profile, RefreshOutcome>();
  const stale: Profile[] = [];
  for (const profile of profiles) {
    const session = validSession(context, profile, files.credentials, minLeftSeconds);
    try {
      checkTogether(profile, profiles, minLeftSeconds);
      if (session !== undefined && !force) {
        outcomes.set(profile, validOutcome(profile, session));
        continue;
      }
      // Whether a session with an odd key id is ours is known under the lock alone.
      const { section } = profile.target;
      const hasToken = readSessionSection(document, section).sessionToken !== undefined;
      checkTarget(profile, files, () => hasToken);
      stale.push(profile);
    } catch (error) {
      if (!continueOnError || !(error instanceof StsmfaError)) throw error;
      outcomes.set(profile, { kind: "failed", profile, error });
    }
  }
  if (stale.length > 0) await renew(context, files, stale, options, outcomes);
  return profiles.map((profile) => outcomes.get(profile)!);
}

/**
 * Refuses a profile that shares its target with another one, or that could never have enough left.
 *
 * @throws StsmfaError `InvalidSetting`, `Usage`
 */
export function checkTogether(
  profile: Profile,
  profiles: readonly Profile[],
  minLeftSeconds: number,
): void {
  const { name, target: { section }, origins } = profile;
  const twin = profiles.find((each) => each !== profile && each.target.section === section);
  if (twin !== undefined) {
    throw new StsmfaError(
      origins.target?.kind === "flag" ? "Usage" : "InvalidSetting",
      `profiles ${name} and ${twin.name} have the same target [${section}]`,
      { hint: "give one of them another target_profile" },
    );
  }
  checkMinLeft(profile, minLeftSeconds);
}
