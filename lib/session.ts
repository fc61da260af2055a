/**
 * A profile's session for who uses it at once: the one in the credentials file, or the one kept for
 * stsmfa alone; renewed first where it has too little left.
 *
 * @module
 */

import type { AwsFiles } from "./aws_files.ts";
import type { Context } from "./context.ts";
import type { SessionCredentials } from "./credentials.ts";
import { StsmfaError } from "./errors.ts";
import { accountOf, type RefreshOptions, type RefreshOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { checkTogether, refresh } from "./refresh.ts";
import { renew } from "./renew.ts";
import { keptSession } from "./session_cache.ts";
import { isWritable } from "./target_guard.ts";

/** A session, and the account it is good in, if that is known. */
export interface CurrentSession {
  readonly credentials: SessionCredentials;
  readonly accountId: string | undefined;
}

/**
 * Gives a profile's session. It is written to the credentials file if `stsmfa refresh` would write
 * it there; a profile that can't have it there (its keys are in the section itself, SDKs would not
 * read it) is served all the same.
 *
 * @param isOwn whether the profile is as its files describe it; one that flags have made another one
 * must not replace its session there
 * @throws StsmfaError what keeps the profile from its session
 */
export async function currentSession(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  isOwn: boolean,
  options: Omit<RefreshOptions, "place" | "spareOthers">,
): Promise<CurrentSession> {
  if (isOwn && isWritable(profile, files)) {
    const [outcome] = await refresh(context, files, [profile], { ...options, spareOthers: false });
    try {
      return sessionOf(outcome!);
    } catch (error) {
      // A read-only home or a full disk is no reason to go without; what the code was spent for is
      // kept beside it.
      const codes = ["FileUnwritable", "StorageFull"];
      if (!(error instanceof StsmfaError) || !codes.includes(error.code)) throw error;
      options.talk.warn(
        `the session is not written to [${profile.target.section}]: ${error.message}`,
      );
    }
  }
  return await sessionInState(context, files, profile, options);
}

async function sessionInState(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  options: Omit<RefreshOptions, "place" | "spareOthers">,
): Promise<CurrentSession> {
  const { minLeftSeconds, force } = options;
  checkTogether(profile, [profile], minLeftSeconds);
  const kept = force ? undefined : await keptSession(context, profile, minLeftSeconds);
  if (kept !== undefined) {
    const { credentials, serialNumber } = kept;
    return { credentials, accountId: accountOf(profile, serialNumber) };
  }
  const outcomes = new Map<Profile, RefreshOutcome>();
  const inState: RefreshOptions = { ...options, place: "state", spareOthers: false };
  await renew(context, files, [profile], inState, outcomes);
  return sessionOf(outcomes.get(profile)!);
}

function sessionOf(outcome: RefreshOutcome): CurrentSession {
  if (outcome.kind === "failed") throw outcome.error;
  const { credentials, accountId } = outcome;
  return { credentials, accountId };
}
