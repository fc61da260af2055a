/**
 * Where sessions are put: into the credentials file, for every SDK to read; or, where that must not
 * or cannot hold them, beside the kept MFA session, for stsmfa alone.
 *
 * @module
 */

import { checkEditable } from "./aws_file_edit.ts";
import { type AwsFile, type AwsFiles, readAwsFile } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { writeSessions } from "./credentials_file.ts";
import type { SessionCredentials } from "./credentials.ts";
import { type RefreshOptions, validSession } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import type { MfaSessionSlot, RoleSession } from "./session_cache.ts";
import { checkTarget } from "./target_guard.ts";

/** A session that AWS just gave. */
export interface Renewed extends RoleSession {
  readonly profile: Profile;
}

/** A place for the sessions of profiles with the same MFA session, whose lock is held. */
export interface SessionPlace {
  /** The profile's session, unless it has less left than this. */
  find(profile: Profile, minLeftSeconds: number): SessionCredentials | undefined;
  /** @throws StsmfaError when the profile's session must not go there */
  check(profile: Profile): void;
  /** Makes sure, before a code is asked for, that sessions can be put there. */
  prepare(): Promise<void>;
  /** Puts sessions there. */
  put(renewed: readonly Renewed[]): Promise<void>;
}

/** The targets' sections of the credentials file, as it is now. */
export async function filePlace(
  context: Context,
  files: AwsFiles,
  slot: MfaSessionSlot,
  { backup, legacyToken, talk }: RefreshOptions,
): Promise<SessionPlace> {
  const isOurs = (accessKeyId: string) => slot.isOurs(accessKeyId);
  const credentials = await readAwsFile(context, files.credentials.path, files.credentials);
  const checkIn = (file: AwsFile, profile: Profile) =>
    checkTarget(profile, { ...files, credentials: file }, isOurs);
  return {
    find: (profile, minLeftSeconds) =>
      validSession(context, profile, credentials, minLeftSeconds, isOurs),
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

/** Beside the kept MFA session, which the slot keeps by itself. */
export function statePlace(slot: MfaSessionSlot): SessionPlace {
  return {
    find: (profile, minLeftSeconds) => slot.sessionFor(profile, minLeftSeconds)?.credentials,
    check: () => {},
    prepare: () => Promise.resolve(),
    put: async (renewed) => {
      for (const { profile, credentials, serialNumber } of renewed) {
        if (profile.role === undefined) continue;
        await slot.keepRoleSession(profile, { credentials, serialNumber });
      }
    },
  };
}
