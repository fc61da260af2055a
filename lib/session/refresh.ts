/**
 * The core of stsmfa: checks whether sessions are still valid, renews those that are not, and
 * writes them to the credentials file.
 *
 * @module
 */

import { listed } from "../hint_words.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";
import { isLongTerm } from "../profile/source.ts";
import type { KeptSession } from "../state/kept_sessions.ts";
import { keptProof, keptSession } from "../state/session_lookup.ts";
import type { RefreshOptions, RefreshOutcome } from "./outcome.ts";
import { renew } from "./renew.ts";
import { openedSession } from "./sealer.ts";
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
    if (profile.kind === "others" && profile.roles.length === 0) {
      outcomes.set(profile, { kind: "left", profile });
      continue;
    }
    try {
      checkTogether(profile, profiles, minLeftSeconds);
      const found = await foundSession(context, files, profile, options);
      if (found !== undefined && !force) {
        outcomes.set(profile, validOutcome(profile, found.credentials, found.serialNumber));
        continue;
      }
      if (isKeptAlone(profile)) {
        stale.push(profile);
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
  if (options.given !== undefined) await checkOneDevice(context, stale);
  if (stale.length > 0) await renew(context, files, stale, options, outcomes);
  return profiles.map((profile) => outcomes.get(profile)!);
}

/**
 * Reports whether a profile's session is kept for who asks stsmfa, and not written. Keys in the
 * profile's own section are no such profile: they are moved out of the way first.
 */
export function isKeptAlone({ kind, roles, isMfaSessionAlone }: Profile): boolean {
  return kind !== "written" && (roles.length > 0 || isMfaSessionAlone === true);
}

async function foundSession(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  { minLeftSeconds, opensSessions, talk }: RefreshOptions,
): Promise<KeptSession | undefined> {
  if (isKeptAlone(profile)) {
    const kept = await keptSession(context, profile, minLeftSeconds);
    return opensSessions ? await openedSession(context, kept, talk) : kept;
  }
  const credentials = await validSession(context, profile, files.credentials, minLeftSeconds);
  const { serialNumber } = profile.mfa;
  return credentials && { credentials, ...(serialNumber && { serialNumber }) };
}

/**
 * Rejects a code that is given where the codes of several devices are needed: nobody can tell whose
 * it is.
 *
 * @throws StsmfaError `Usage`
 */
async function checkOneDevice(context: Context, stale: readonly Profile[]): Promise<void> {
  const devices = new Map<string, string>();
  for (const profile of stale) {
    const { source } = profile;
    if (!isLongTerm(source) || !profile.usesMfa) continue;
    if (await keptProof(context, { ...profile, source })) continue;
    const { serialNumber } = profile.mfa;
    devices.set(
      serialNumber ?? source.credentials.accessKeyId,
      serialNumber ?? `the device of ${source.section}`,
    );
  }
  if (devices.size < 2) return;
  throw new StsmfaError(
    "Usage",
    `--token-code is one code, but ${devices.size} devices need one each: ${
      listed([...devices.values()], 2)
    }`,
    { hint: "pass it for the profiles of one user at a time" },
  );
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
  const twin = profiles.find((each) =>
    each !== profile && each.kind === "written" && profile.kind === "written" &&
    each.target.section === section
  );
  if (twin !== undefined) {
    throw new StsmfaError(
      origins.target?.kind === "flag" ? "Usage" : "InvalidSetting",
      `profiles ${name} and ${twin.name} have the same target [${section}]`,
      { hint: "give one of them another target_profile" },
    );
  }
  checkMinLeft(profile, minLeftSeconds);
}
