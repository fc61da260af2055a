/**
 * The session of a profile that has none with enough left in its section. Loaded lazily.
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

/** How {@link renewedSession} looks at a profile. */
export interface RenewedSessionOptions {
  /** Whether no flag makes another session of it than the one its section is for. */
  readonly isOwn: boolean;
  /** What must be left of a session that lasts so long. */
  readonly minLeftSeconds: (durationSeconds: number) => number;
}

/** Gives the profile's session, renewed where it has too little left. */
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
    // They are for what the profile is, not for what flags make of it.
    ...(isOwn && (flags.hooks ?? true) && { hooks: { ask: approvalAtTerminal(context, flags) } }),
    talk,
  }).finally(talk.endProgress);
  for (const { error } of session.hooks) if (error !== undefined) talk.warn(error.message);
  return session;
}
