/**
 * The one story everything else serves: look whether sessions are still valid, renew those that are
 * not, and put them into the credentials file.
 *
 * @module
 */

import { type AwsFile, type AwsFiles, readAwsFile } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { checkCredentialsFile, type SessionWrite, writeSessions } from "./credentials_file.ts";
import { secondsLeft, type SessionCredentials } from "./credentials.ts";
import { StsmfaError } from "./errors.ts";
import type { TokenCodeSources } from "./mfa_proof.ts";
import { accountOfArn } from "./mfa_serial.ts";
import type { Profile } from "./profile.ts";
import { obtainSessions } from "./obtain.ts";
import { MfaSessionSlot, sessionScope } from "./session_cache.ts";
import { readSessionSection, sessionCredentials } from "./session_section.ts";
import type { Talk } from "./talk.ts";
import { checkTarget } from "./target.ts";

/** How one profile came out. */
export type RefreshOutcome =
  | {
    readonly kind: "valid" | "renewed";
    readonly profile: Profile;
    readonly expiration: Date;
    readonly accountId: string | undefined;
  }
  | { readonly kind: "failed"; readonly profile: Profile; readonly error: StsmfaError };

/** How to refresh. */
export interface RefreshOptions {
  /** Renews what is still valid, with a new code. */
  readonly force: boolean;
  /** A session with less than this left is renewed. */
  readonly minLeftSeconds: number;
  readonly backup: boolean;
  readonly legacyToken: boolean;
  /** A token code that was handed over. */
  readonly given: TokenCodeSources["given"];
  /** Whether the person at the terminal may be asked. */
  readonly interactive: boolean;
  readonly talk: Talk;
}

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
      outcomes.set(profile, valid(profile, session));
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

/** The target's session when it is for the profile's role and has enough time left. */
export function validSession(
  context: Context,
  profile: Profile,
  credentialsFile: AwsFile,
  minLeftSeconds: number,
): SessionCredentials | undefined {
  const { document } = credentialsFile;
  const { section } = profile.target;
  const session = sessionCredentials(document, section);
  if (session === undefined) return undefined;
  if (readSessionSection(document, section).roleArn !== profile.role?.roleArn) return undefined;
  const left = secondsLeft(session.expiration, context.clock.now());
  return left > 0 && left >= minLeftSeconds ? session : undefined;
}

async function renew(
  context: Context,
  files: AwsFiles,
  stale: readonly Profile[],
  options: RefreshOptions,
  outcomes: Map<Profile, RefreshOutcome>,
): Promise<void> {
  const startedAt = context.clock.now();
  let { given } = options;
  const once = given && ((...args: Parameters<NonNullable<typeof given>>) => {
    const provide = given!;
    given = undefined;
    return provide(...args);
  });
  let cancelled: StsmfaError | undefined;
  const groups = Map.groupBy(
    stale,
    (profile) => `${sessionScope(profile)} ${profile.mfa.serialNumber ?? ""}`,
  );
  for (const group of groups.values()) {
    const fail = (profile: Profile, error: StsmfaError) =>
      outcomes.set(profile, { kind: "failed", profile, error });
    try {
      if (cancelled !== undefined) throw cancelled;
      const groupOptions = { ...options, given: given && once };
      await renewGroup(context, files, group, groupOptions, startedAt, outcomes);
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      if (error.code === "Cancelled") cancelled = error;
      for (const profile of group) if (!outcomes.has(profile)) fail(profile, error);
    }
  }
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
  const slot = await MfaSessionSlot.open(
    context,
    group[0]!,
    () => talk.progress("waiting for another stsmfa that is renewing a session of the same user"),
    (reason) => talk.warn(`warning: the MFA session is not kept for other profiles: ${reason}`),
  );
  talk.endProgress();
  try {
    const credentials = await readAwsFile(context, path);
    const stale: Profile[] = [];
    for (const profile of group) {
      const session = validSession(context, profile, credentials, options.minLeftSeconds);
      if (session !== undefined && !options.force) outcomes.set(profile, valid(profile, session));
      else stale.push(profile);
    }
    if (stale.length === 0) return;
    const check = (file: AwsFile) => {
      for (const profile of stale) {
        checkTarget(profile, { ...files, credentials: file }, (keyId) => slot.isOurs(keyId));
      }
    };
    check(credentials);
    await checkCredentialsFile(context, path);

    const obtained = await obtainSessions(context, stale, slot, { ...options, startedAt });
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
    const warn = (message: string) => talk.warn(`warning: ${message}`);
    await writeSessions(context, path, writes, { backup, legacyToken, check, warn });
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

function valid(profile: Profile, { expiration }: SessionCredentials): RefreshOutcome {
  const accountId = accountOf(profile, profile.mfa.serialNumber);
  return { kind: "valid", profile, expiration, accountId };
}

function accountOf(profile: Profile, serialNumber: string | undefined): string | undefined {
  return accountOfArn(profile.role?.roleArn ?? serialNumber ?? "");
}
