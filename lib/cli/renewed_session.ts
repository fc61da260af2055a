/**
 * Gets a session for a profile whose section has none with enough time left. Loaded lazily.
 *
 * @module
 */

import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { ResolvedIdentity } from "../profile/identity.ts";
import { completeProfile, type Profile } from "../profile/profile.ts";
import { type CurrentSession, currentSession } from "../session/current.ts";
import { checkSession } from "../session/sourced.ts";
import { terminalTalk } from "../talk.ts";
import type { SessionFlags } from "./flags.ts";
import { renewalForPlugin } from "./renewal_hint.ts";
import { renewalOptions } from "./renewal_options.ts";
import { tokenCodeProvider } from "./token_code_flag.ts";

/** Options for {@link renewedSession}. */
export interface RenewedSessionOptions {
  /** Whether no flag makes it another session than the one its section is for. */
  readonly isOwn: boolean;
  /** Whether other programs start the command, where nobody can add a flag. */
  readonly isPlugin: boolean;
  /** Which hooks of the profile as configured run. */
  readonly runsHooks: "all" | "before";
  /** Returns how much must be left of a session with this duration. */
  readonly minLeftSeconds: (durationSeconds: number) => number;
}

/**
 * Returns the profile's session, renewed if it has too little time left. A person who is asked, or
 * waits, at a terminal while stderr is captured is told there how it ends, too.
 */
export async function renewedSession(
  context: Context,
  flags: SessionFlags,
  resolved: ResolvedIdentity,
  { isOwn, isPlugin, runsHooks, minLeftSeconds: leastOf }: RenewedSessionOptions,
): Promise<CurrentSession> {
  const given = tokenCodeProvider(context, flags.tokenCode);
  const profile = ownProfile(context, resolved);
  const talk = terminalTalk(context, flags);
  const command = `stsmfa ${context.args[0] ?? ""}`.trimEnd();
  const minLeftSeconds = leastOf(profile.durationSeconds);
  try {
    const session = await currentSession(context, resolved.files, profile, isOwn, {
      ...renewalOptions(context, flags, {
        talk,
        profiles: [profile.name],
        asker: { command, isPlugin },
        // Hooks are for the profile as configured, not as changed by flags.
        runsHooks: isOwn ? runsHooks : "none",
      }),
      minLeftSeconds,
      given,
    });
    for (const { error } of session.hooks) if (error !== undefined) talk.warn(error.message);
    return session;
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    const isNobodyThere = error.code === "TokenCodeNeeded" ||
      error.code === "MfaDeviceChoiceNeeded";
    const told = isPlugin && isNobodyThere
      ? new StsmfaError(error.code, error.message, {
        hint: `in a terminal: ${await renewalForPlugin(context, flags, resolved, {
          profile,
          isOwn,
          minLeftSeconds,
        })}`,
        cause: error,
      })
      : error;
    talk.fail(told);
    throw told;
  } finally {
    talk.endProgress();
  }
}

/** Completes a profile; of one that is nothing but a session that is over, it says that first. */
function ownProfile(context: Context, resolved: ResolvedIdentity): Profile {
  try {
    return completeProfile(resolved);
  } catch (error) {
    const { identity, chain: { source } } = resolved;
    const isOnlySession = error instanceof StsmfaError && error.code === "SourceIsSession";
    if (!isOnlySession || source.kind !== "session") throw error;
    try {
      checkSession(context, identity, source);
    } catch (over) {
      if (!(over instanceof StsmfaError)) throw over;
      const { message, places } = over;
      const hint = [over.hint, error.hint].filter((each) => each !== undefined).join("; ");
      throw new StsmfaError(error.code, message, { hint, places, cause: error });
    }
    throw error;
  }
}
