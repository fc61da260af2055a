/**
 * The MFA sessions that roles are assumed with, as something that can be renewed by itself: one
 * code now, and none when the roles are used.
 *
 * @module
 */

import type { Profile } from "../profile/profile.ts";
import { sessionTokenRange } from "../profile/session_duration.ts";
import { isLongTerm } from "../profile/source.ts";
import { sessionScope } from "../state/session_lookup.ts";

/** Returns one for each user and device that these role profiles have at their bottom. */
export function mfaSessions(roles: readonly Profile[]): Profile[] {
  const found = new Map<string, Profile>();
  for (const { role: _, ...profile } of roles) {
    const { source, usesMfa, mfa, bottom } = profile;
    if (!isLongTerm(source) || !usesMfa) continue;
    const key = `${sessionScope({ ...profile, source })} ${mfa.serialNumber ?? ""}`;
    if (found.has(key)) continue;
    found.set(key, {
      ...profile,
      name: bottom,
      target: { section: bottom },
      roles: [],
      hooks: [],
      durationSeconds: sessionTokenRange.usual,
      isMfaSessionAlone: true,
    });
  }
  return [...found.values()];
}
