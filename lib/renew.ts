/**
 * The second half of a refresh, loaded when a session has to be renewed: under the lock of the MFA
 * session, look again, obtain, write.
 *
 * @module
 */

import { type AwsFile, type AwsFiles, readAwsFile } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { checkCredentialsFile, type SessionWrite, writeSessions } from "./credentials_file.ts";
import { StsmfaError } from "./errors.ts";
import type { TokenCodeProvider } from "./mfa_proof.ts";
import { obtainSessions } from "./obtain.ts";
import type { Profile } from "./profile.ts";
import {
  accountOf,
  type RefreshOptions,
  type RefreshOutcome,
  validOutcome,
  validSession,
} from "./outcome.ts";
import { MfaSessionSlot, sessionScope } from "./session_cache.ts";
import { checkTarget } from "./target_guard.ts";

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
  const path = files.credentials.path;
  const canGive = options.interactive || options.given !== undefined ||
    options.provider !== undefined || group.some(({ mfa }) => mfa.process !== undefined);
  const slot = await MfaSessionSlot.open(context, group[0]!, {
    patienceSeconds: canGive ? typingSeconds : glanceSeconds,
    onWait: () =>
      talk.progress("waiting for another stsmfa that is renewing a session of the same user"),
    onMissing: (reason) => talk.warn(`the MFA session is not kept for other profiles: ${reason}`),
  });
  talk.endProgress();
  try {
    const credentials = await readAwsFile(context, path, files.credentials);
    const stale: Profile[] = [];
    for (const profile of group) {
      const session = validSession(
        context,
        profile,
        credentials,
        options.minLeftSeconds,
        (keyId) => slot.isOurs(keyId),
      );
      if (session !== undefined && !options.force) {
        outcomes.set(profile, validOutcome(profile, session));
      } else stale.push(profile);
    }
    const check = (file: AwsFile, profiles: readonly Profile[]) => {
      for (const profile of profiles) {
        checkTarget(profile, { ...files, credentials: file }, (keyId) => slot.isOurs(keyId));
      }
    };
    const fit = stale.filter((profile) => {
      try {
        check(credentials, [profile]);
        return true;
      } catch (error) {
        if (!(error instanceof StsmfaError)) throw error;
        outcomes.set(profile, { kind: "failed", profile, error });
        return false;
      }
    });
    if (fit.length === 0) return;
    await checkCredentialsFile(context, credentials);

    const obtained = await obtainSessions(context, fit, slot, { ...options, startedAt });
    const writes: SessionWrite[] = [];
    for (const { profile, result } of obtained) {
      if (result instanceof StsmfaError) {
        outcomes.set(profile, { kind: "failed", profile, error: result });
      } else {
        writes.push({
          section: profile.target.section,
          credentials: result.credentials,
          roleArn: profile.role?.roleArn,
        });
      }
    }
    if (writes.length === 0) return;
    const { backup, legacyToken } = options;
    await writeSessions(context, path, writes, {
      backup,
      legacyToken,
      known: credentials,
      check: (file) => check(file, fit),
      warn: talk.warn,
    });
    for (const { profile, result } of obtained) {
      if (result instanceof StsmfaError) continue;
      const { credentials: { expiration }, serialNumber } = result;
      outcomes.set(profile, {
        kind: "renewed",
        profile,
        expiration,
        accountId: accountOf(profile, serialNumber),
      });
    }
  } finally {
    slot.close();
  }
}
