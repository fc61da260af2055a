/**
 * Stores sessions: in the credentials file, for every SDK to read; or, if that must not or cannot
 * hold them, with the kept MFA session, only for stsmfa.
 *
 * @module
 */

import { checkEditable } from "../aws_files/edit.ts";
import { type AwsFile, type AwsFiles, readAwsFile } from "../aws_files/read.ts";
import { writeSessions } from "../aws_files/write_sessions.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { Profile } from "../profile/profile.ts";
import { knownSource } from "../profile/source.ts";
import { isSealed, type KeptSession } from "../state/kept_sessions.ts";
import type { SessionCache } from "../state/session_cache.ts";
import { keptSession } from "../state/session_lookup.ts";
import { forgetSources, keyIdsOnlyIn, markSources } from "../state/source_marks.ts";
import type { Talk } from "../talk.ts";
import type { RefreshOptions, RefreshOutcome } from "./outcome.ts";
import { validOutcome, validSession } from "./valid.ts";
import { checkTarget } from "./write_check.ts";

/** A session that AWS just issued. */
export interface Renewed extends KeptSession {
  readonly profile: Profile;
}

/** An existing session; the device used for its MFA is not always known. */
export type FoundSession = KeptSession;

/** Stores the sessions of profiles with the same MFA session, whose lock is held. */
export interface SessionStorage {
  /** Returns the profile's session, unless it has less than this left. */
  find(profile: Profile, minLeftSeconds: number): Promise<FoundSession | undefined>;
  /** @throws StsmfaError if the profile's session must not be stored there */
  check(profile: Profile): void;
  /** Makes sure, before a code is asked for, that sessions can be stored there. */
  prepare(): Promise<void>;
  /** Stores sessions there. */
  put(renewed: readonly Renewed[]): Promise<void>;
  /** Why sessions are not where SDKs look, if they should be. */
  readonly refusal?: StsmfaError | undefined;
}

/** Returns storage in the target sections of the credentials file, as it is now. */
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
    find: (profile, minLeftSeconds) =>
      writtenSession(context, profile, credentials, minLeftSeconds, isOurs),
    check: (profile) => checkIn(credentials, profile),
    prepare: () => checkEditable(context, credentials),
    put: async (renewed) => {
      const writes = renewed.map(({ profile, credentials }) => ({
        section: profile.target.section,
        credentials,
        roleArn: profile.role?.roleArn,
      }));
      // Before they are written, so that none is without, whatever ends the run.
      await markSources(
        context,
        renewed.flatMap(({ profile, credentials }) => {
          const sourceKeyId = knownSource(profile.source)?.credentials.accessKeyId;
          return sourceKeyId === undefined ? [] : [{ credentials, sourceKeyId }];
        }),
      );
      let gone = new Set<string>();
      await writeSessions(context, writes, {
        backup,
        legacyToken,
        known: credentials,
        check: (file) => {
          renewed.forEach(({ profile }) => checkIn(file, profile));
          gone = keyIdsOnlyIn(file.document, writes.map(({ section }) => section));
        },
        warn: talk.warn,
      });
      for (const { credentials } of renewed) gone.delete(credentials.accessKeyId);
      await forgetSources(context, gone);
    },
  };
}

/**
 * Returns the sessions that another process has got for all of these profiles meanwhile, as far as
 * that can be seen without the lock.
 */
export async function servedMeanwhile(
  context: Context,
  files: AwsFiles,
  profiles: readonly Profile[],
  { force, given, minLeftSeconds, storage }: RefreshOptions,
): Promise<[Profile, RefreshOutcome][] | undefined> {
  if (force || given !== undefined) return undefined;
  const served: [Profile, RefreshOutcome][] = [];
  try {
    const credentials = await readAwsFile(context, files.credentials.path, files.credentials);
    for (const profile of profiles) {
      const isWritten = storage !== "state" && profile.kind === "written";
      const found = isWritten
        ? await writtenSession(context, profile, credentials, minLeftSeconds)
        : await keptSession(context, profile, minLeftSeconds);
      if (found === undefined || isSealed(found.credentials)) return undefined;
      served.push([profile, validOutcome(profile, found.credentials, found.serialNumber)]);
    }
  } catch {
    return undefined;
  }
  return served;
}

async function writtenSession(
  context: Context,
  profile: Profile,
  credentials: AwsFile,
  minLeftSeconds: number,
  isOurs?: (accessKeyId: string) => boolean,
): Promise<FoundSession | undefined> {
  const found = await validSession(context, profile, credentials, minLeftSeconds, isOurs);
  const { serialNumber } = profile.mfa;
  return found && { credentials: found, ...(serialNumber && { serialNumber }) };
}

/** Returns storage with the kept MFA session. */
export function stateStorage(cache: SessionCache): SessionStorage {
  return {
    find: (profile, minLeftSeconds) => Promise.resolve(cache.sessionFor(profile, minLeftSeconds)),
    check: () => {},
    prepare: () => Promise.resolve(),
    put: (renewed) => cache.keepSessionsFor(renewed),
  };
}

/** Returns storage in the file for profiles whose session is written, else in the state directory. */
export function storageByProfile(file: SessionStorage, state: SessionStorage): SessionStorage {
  const storageOf = ({ kind }: Profile) => kind === "written" ? file : state;
  let isWriting = false;
  return {
    find: (profile, minLeftSeconds) => storageOf(profile).find(profile, minLeftSeconds),
    check: (profile) => {
      isWriting ||= profile.kind === "written";
      storageOf(profile).check(profile);
    },
    prepare: () => isWriting ? file.prepare() : Promise.resolve(),
    put: async (renewed) => {
      const { true: written = [], false: kept = [] } = Object.groupBy(
        renewed,
        ({ profile }) => String(profile.kind === "written") as "true" | "false",
      );
      if (kept.length > 0) await state.put(kept);
      if (written.length > 0) await file.put(written);
    },
    get refusal() {
      return file.refusal;
    },
  };
}

/**
 * Returns storage in the credentials file; after its first error, such as a read-only home or a
 * full disk, in the state directory. Whoever spent a code gets the session, wherever it is stored.
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

/** Warns once, after everything was tried, that sessions are not stored where they should be. */
export function warnOfLoss(
  talk: Talk,
  { refusal }: SessionStorage,
  { fault }: SessionCache,
): void {
  if (refusal !== undefined) {
    const besides = fault === undefined ? "" : `; nor could it be kept elsewhere: ${fault}`;
    talk.warn(
      `the session could not be written to the credentials file: ${refusal.message}${besides}`,
    );
  } else if (fault !== undefined) {
    talk.warn(`the MFA session could not be kept for other profiles and later runs: ${fault}`);
  }
}
