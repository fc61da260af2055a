/**
 * The core of stsmfa: checks whether sessions are still valid, renews those that are not, and
 * writes them to the credentials file.
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
 * Refreshes profiles; those with the same source share one code. If a profile fails, the others
 * still get their sessions.
 *
 * @throws StsmfaError if a profile can't be renewed like this, before anything is asked or sent;
 * with `continueOnError` that is an outcome instead
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
      // Only under the lock is it known whether a session with an unusual key ID is ours.
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
 * Rejects a profile that shares its target section with another one, or that could never have
 * enough time left.
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
