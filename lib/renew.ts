/**
 * The second half of a refresh, loaded when a session has to be renewed: under the lock of the MFA
 * session, look again, obtain, put in place.
 *
 * @module
 */

import type { AwsFiles } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { StsmfaError } from "./errors.ts";
import { refuseRecursion } from "./mfa_process.ts";
import type { TokenCodeProvider } from "./mfa_proof.ts";
import { obtainSessions } from "./obtain.ts";
import { accountOf, type RefreshOptions, type RefreshOutcome, validOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { MfaSessionSlot, sessionScope } from "./session_cache.ts";
import { filePlace, type Renewed, statePlace } from "./session_place.ts";

/** Waiting for somebody who types a code may take this long. */
const typingSeconds = 300;

/** Who has no code to give waits this long for another process to bring one. */
const glanceSeconds = 10;

/**
 * Renews profiles group by group: those of one source and device share a code. Sets the outcome of
 * each.
 */
export async function renew(
  context: Context,
  files: AwsFiles,
  stale: readonly Profile[],
  options: RefreshOptions,
  outcomes: Map<Profile, RefreshOutcome>,
): Promise<void> {
  const startedAt = context.clock.now();
  const given = options.given && askOnce(options.given);
  let cancelled: StsmfaError | undefined;
  const groups = Map.groupBy(
    stale,
    (profile) => `${sessionScope(profile)} ${profile.mfa.serialNumber ?? ""}`,
  );
  for (const group of groups.values()) {
    try {
      if (cancelled !== undefined) throw cancelled;
      const groupOptions = { ...options, given: given?.provide };
      await renewGroup(context, files, group, groupOptions, startedAt, outcomes);
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      for (const profile of group) {
        if (!outcomes.has(profile)) outcomes.set(profile, { kind: "failed", profile, error });
      }
    }
    for (const profile of group) {
      const outcome = outcomes.get(profile);
      if (outcome?.kind === "failed" && outcome.error.code === "Cancelled") {
        cancelled = outcome.error;
      }
    }
  }
}

/** A provider that is asked once, however often its code is looked at; later groups get none. */
function askOnce(provide: TokenCodeProvider): { readonly provide: TokenCodeProvider | undefined } {
  let answer: Promise<string> | undefined;
  let device: string | undefined;
  return {
    get provide() {
      if (device !== undefined) return undefined;
      return (serialNumber: string, signal: AbortSignal) => {
        device = serialNumber;
        return answer ??= provide(serialNumber, signal);
      };
    },
  };
}

/** Renews profiles of one source and device, under the lock of their MFA session. */
async function renewGroup(
  context: Context,
  files: AwsFiles,
  group: readonly Profile[],
  options: RefreshOptions,
  startedAt: Date,
  outcomes: Map<Profile, RefreshOutcome>,
): Promise<void> {
  const { talk } = options;
  const canGive = options.interactive || options.given !== undefined ||
    options.provider !== undefined || group.some(({ mfa }) => mfa.process !== undefined);
  refuseRecursion(context, group[0]!);
  const slot = await MfaSessionSlot.open(context, group[0]!, {
    patienceSeconds: canGive ? typingSeconds : glanceSeconds,
    onWait: () =>
      talk.progress("waiting for another stsmfa that is renewing a session of the same user"),
    onMissing: (reason) => talk.warn(`the MFA session is not kept for other profiles: ${reason}`),
  });
  talk.endProgress();
  try {
    const place = options.place === "state"
      ? statePlace(slot)
      : await filePlace(context, files, slot, options);
    const fit = group.filter((profile) => {
      try {
        const session = place.find(profile, options.minLeftSeconds);
        if (session !== undefined && !options.force) {
          outcomes.set(profile, validOutcome(profile, session));
          return false;
        }
        place.check(profile);
        return true;
      } catch (error) {
        if (!(error instanceof StsmfaError)) throw error;
        outcomes.set(profile, { kind: "failed", profile, error });
        return false;
      }
    });
    if (fit.length === 0) return;
    await place.prepare();

    const renewed: Renewed[] = [];
    for (
      const { profile, result } of await obtainSessions(context, fit, slot, {
        ...options,
        startedAt,
      })
    ) {
      if (result instanceof StsmfaError) {
        outcomes.set(profile, { kind: "failed", profile, error: result });
      } else renewed.push({ profile, ...result });
    }
    if (renewed.length === 0) return;
    await place.put(renewed);
    for (const { profile, credentials, serialNumber } of renewed) {
      outcomes.set(profile, {
        kind: "renewed",
        profile,
        credentials,
        accountId: accountOf(profile, serialNumber),
      });
    }
  } finally {
    slot.close();
  }
}
