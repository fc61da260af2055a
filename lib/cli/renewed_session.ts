/**
 * Gets a session for a profile whose section has none with enough time left. Loaded lazily.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { ResolvedIdentity } from "../profile/identity.ts";
import { completeProfile } from "../profile/profile.ts";
import { type CurrentSession, currentSession } from "../session/current.ts";
import { terminalTalk } from "../talk.ts";
import type { SessionFlags } from "./flags.ts";
import { approvalAtTerminal } from "./hook_approval.ts";
import { tokenCodeProvider } from "./token_code_flag.ts";

/** Options for {@link renewedSession}. */
export interface RenewedSessionOptions {
  /** Whether no flag makes it another session than the one its section is for. */
  readonly isOwn: boolean;
  /** Returns how much must be left of a session with this duration. */
  readonly minLeftSeconds: (durationSeconds: number) => number;
}

/** Returns the profile's session, renewed if it has too little time left. */
export async function renewedSession(
  context: Context,
  flags: SessionFlags,
  resolved: ResolvedIdentity,
  { isOwn, minLeftSeconds }: RenewedSessionOptions,
): Promise<CurrentSession> {
  const given = tokenCodeProvider(context, flags.tokenCode);
  const profile = completeProfile(resolved);
  const talk = terminalTalk(context.terminal, flags);
  const session = await currentSession(context, resolved.files, profile, isOwn, {
    force: flags.force ?? false,
    minLeftSeconds: minLeftSeconds(profile.durationSeconds),
    backup: flags.backup ?? true,
    legacyToken: flags.legacyToken ?? false,
    given,
    interactive: !flags.nonInteractive,
    // Hooks are for the profile as configured, not as changed by flags.
    ...(isOwn && (flags.hooks ?? true) && { hooks: { ask: approvalAtTerminal(context, flags) } }),
    talk,
  }).finally(talk.endProgress);
  for (const { error } of session.hooks) if (error !== undefined) talk.warn(error.message);
  return session;
}
