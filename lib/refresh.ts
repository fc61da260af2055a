/**
 * The one story everything else serves: look whether sessions are still valid, renew those that are
 * not, and put them into the credentials file.
 *
 * @module
 */

import type { AwsFiles } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { type RefreshOptions, type RefreshOutcome, validOutcome, validSession } from "./outcome.ts";
import { type Profile, resolveProfile } from "./profile.ts";
import { renew } from "./renew.ts";
import { readSessionSection } from "./session_section.ts";
import { checkTarget } from "./target_guard.ts";

export { resolveProfile };

/**
 * Refreshes profiles: those of one source with one code. A profile that fails does not keep the
 * others from their sessions.
 *
 * @throws StsmfaError when a target may not be written, before anything is asked or sent
 */
export async function refresh(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  options: RefreshOptions,
): Promise<RefreshOutcome[]> {
  const outcomes = new Map<Profile, RefreshOutcome>();
  const stale: Profile[] = [];
  for (const profile of profiles) {
    const session = validSession(context, profile, files.credentials, options.minLeftSeconds);
    if (session !== undefined && !options.force) {
      outcomes.set(profile, validOutcome(profile, session));
    } else stale.push(profile);
  }
  if (stale.length > 0) {
    const { document } = files.credentials;
    for (const profile of stale) {
      // Whether a session with an odd key id is ours is known under the lock alone.
      checkTarget(
        profile,
        files,
        () => readSessionSection(document, profile.target.section).sessionToken !== undefined,
      );
    }
    await renew(context, files, stale, options, outcomes);
  }
  return profiles.map((profile) => outcomes.get(profile)!);
}
