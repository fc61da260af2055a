/**
 * Where sessions are put: into the credentials file, for every SDK to read; or, where that must not
 * or cannot hold them, beside the kept MFA session, for stsmfa alone.
 *
 * @module
 */

import { checkEditable } from "../aws_files/edit.ts";
import { type AwsFile, type AwsFiles, readAwsFile } from "../aws_files/read.ts";
import { writeSessions } from "../aws_files/write_sessions.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { Profile } from "../profile/profile.ts";
import type { KeptSession } from "../state/kept_sessions.ts";
import type { SessionCache } from "../state/session_cache.ts";
import type { Talk } from "../talk.ts";
import type { RefreshOptions } from "./outcome.ts";
import { validSession } from "./valid.ts";
import { checkTarget } from "./write_check.ts";

/** A session that AWS just gave. */
export interface Renewed extends KeptSession {
  readonly profile: Profile;
}

/** A session that is there already; the device that its MFA was proved with is not always known. */
export interface FoundSession {
  readonly credentials: KeptSession["credentials"];
  readonly serialNumber?: string;
}

/** A place for the sessions of profiles with the same MFA session, whose lock is held. */
export interface SessionStorage {
  /** The profile's session, unless it has less left than this. */
  find(profile: Profile, minLeftSeconds: number): FoundSession | undefined;
  /** @throws StsmfaError when the profile's session must not go there */
  check(profile: Profile): void;
  /** Makes sure, before a code is asked for, that sessions can be put there. */
  prepare(): Promise<void>;
  /** Puts sessions there. */
  put(renewed: readonly Renewed[]): Promise<void>;
  /** Why it is not where SDKs look, if it should be. */
  readonly refusal?: StsmfaError | undefined;
}

/** The targets' sections of the credentials file, as it is now. */
export async function fileStorage(
  context: Context,
  files: AwsFiles,
  cache: SessionCache,
  { backup, legacyToken, talk }: RefreshOptions,
): Promise<SessionStorage> {
  const isOurs = (accessKeyId: string) => cache.isOurs(accessKeyId);
  const credentials = await readAwsFile(context, files.credentials.path, files.credentials);
  const checkIn = (file: AwsFile, profile: Profile) =>
    checkTarget(profile, { ...files, credentials: file }, isOurs);
  return {
    find: (profile, minLeftSeconds) => {
      const found = validSession(context, profile, credentials, minLeftSeconds, isOurs);
      return found && { credentials: found, ...profile.mfa };
    },
    check: (profile) => checkIn(credentials, profile),
    prepare: () => checkEditable(context, credentials),
    put: async (renewed) => {
      const writes = renewed.map(({ profile, credentials }) => ({
        section: profile.target.section,
        credentials,
        roleArn: profile.role?.roleArn,
      }));
      await writeSessions(context, writes, {
        backup,
        legacyToken,
        known: credentials,
        check: (file) => renewed.forEach(({ profile }) => checkIn(file, profile)),
        warn: talk.warn,
      });
    },
  };
}

/** Beside the kept MFA session. */
export function stateStorage(cache: SessionCache): SessionStorage {
  return {
    find: (profile, minLeftSeconds) => cache.sessionFor(profile, minLeftSeconds),
    check: () => {},
    prepare: () => Promise.resolve(),
    put: async (renewed) => {
      for (const { profile, ...session } of renewed) await cache.keepSessionFor(profile, session);
    },
  };
}

/**
 * The credentials file; from its first refusal on, as of a read-only home or a full disk, the state.
 * What a code was spent for is given to who asked, wherever it is put.
 */
export function fileStorageOrState(file: SessionStorage, state: SessionStorage): SessionStorage {
  let refusal: StsmfaError | undefined;
  const storage = () => refusal === undefined ? file : state;
  const turnToState = (error: unknown) => {
    if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
    refusal = error;
  };
  return {
    find: (profile, minLeftSeconds) => storage().find(profile, minLeftSeconds),
    check: (profile) => storage().check(profile),
    prepare: () => storage().prepare().catch(turnToState),
    put: async (renewed) => {
      if (refusal === undefined) await file.put(renewed).catch(turnToState);
      if (refusal !== undefined) await state.put(renewed);
    },
    get refusal() {
      return refusal;
    },
  };
}

/** Says once where sessions are not that should be there, after all was tried. */
export function warnOfLoss(
  talk: Talk,
  { refusal }: SessionStorage,
  { fault }: SessionCache,
): void {
  if (refusal !== undefined) {
    const besides = fault === undefined ? "" : `; nor is it kept beside it: ${fault}`;
    talk.warn(`the session is not written to the credentials file: ${refusal.message}${besides}`);
  } else if (fault !== undefined) {
    talk.warn(`the MFA session is not kept for other profiles and later runs: ${fault}`);
  }
}
