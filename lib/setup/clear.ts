/**
 * Removes sessions from the credentials file and from the cache.
 *
 * @module
 */

import { editAwsFile } from "../aws_files/edit.ts";
import { type AwsFiles, readAwsFile } from "../aws_files/read.ts";
import { removeSession } from "../aws_files/session_section.ts";
import type { Context, Environment } from "../context.ts";
import { type ErrorCode, StsmfaError } from "../errors.ts";
import { type Profile, resolveProfile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { knownSource } from "../profile/source.ts";
import { targetSection } from "../profile/target.ts";
import { SessionCache } from "../state/session_cache.ts";
import { type ScopedProfile, sessionScope } from "../state/session_lookup.ts";
import { forgetSources, keyIdsOnlyIn } from "../state/source_marks.ts";
import type { Talk } from "../talk.ts";
import { clearBackup } from "./clear_backup.ts";

/** What became of a profile's session. */
export interface Cleared {
  readonly profile: string;
  /** The section it was looked for in; `undefined` if an invalid setting hides which. */
  readonly targetProfile: string | undefined;
  /** Whether there was one, in the section or in the cache. */
  readonly isCleared: boolean;
  /** Why the cache could not be searched for a session. */
  readonly error?: StsmfaError;
}

/** How long to wait for others, who hold a lock while somebody types. */
const timeoutSeconds = 10;

/**
 * Removes the sessions of profiles from their sections, and the MFA session that each was made
 * with; otherwise the next run would bring it back without a code.
 *
 * @throws StsmfaError `LockTimeout`, and what editing the file throws
 */
export async function clearSessions(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  names: readonly string[],
  options: {
    readonly backup: boolean;
    readonly talk: Talk;
    /** Profiles whose sections are left alone, since their sessions are only kept beside the file. */
    readonly onlyKept?: readonly string[];
  },
): Promise<Cleared[]> {
  const { onlyKept = [] } = options;
  const sessions = names.map((name) => sessionToClear(files, context.env, flags, name));
  const groups = Map.groupBy(
    sessions,
    ({ resolved }) => {
      const scoped = scopedOf(resolved);
      return scoped === undefined ? "" : sessionScope(scoped);
    },
  );
  const cleared: Cleared[] = [];
  for (const group of groups.values()) {
    const cache = await openCache(context, group[0]!.resolved, options.talk);
    options.talk.endProgress();
    try {
      const removed = new Set<string>();
      const sections = group.flatMap(({ profile, targetProfile }) =>
        targetProfile === undefined || onlyKept.includes(profile) ? [] : targetProfile
      );
      const isOurs = (accessKeyId: string) => cache?.isOurs(accessKeyId) ?? false;
      const known = await readAwsFile(context, files.credentials.path, files.credentials);
      if (sections.some((section) => known.document.has(section))) {
        let gone = new Set<string>();
        await editAwsFile(context, (document) => {
          removed.clear();
          const before = document.copy();
          for (const section of sections) {
            if (removeSession(document, section, isOurs)) removed.add(section);
          }
          gone = keyIdsOnlyIn(before, removed);
        }, { backup: options.backup, known, warn: options.talk.warn });
        await forgetSources(context, gone);
      }
      const backup = `${known.path}~`;
      const { warn } = options.talk;
      await clearBackup(context, backup, sections, isOurs, warn).catch((error) => {
        if (!(error instanceof StsmfaError)) throw error;
        warn(`sessions in ${backup} stay: ${error.message}`);
      });
      const wasKept = await cache?.clear() ?? false;
      for (const { resolved: _, ...session } of group) {
        const { targetProfile } = session;
        const wasThere = targetProfile !== undefined && removed.has(targetProfile) &&
          !onlyKept.includes(session.profile);
        cleared.push({ ...session, isCleared: wasThere || wasKept });
      }
    } finally {
      cache?.close();
    }
  }
  return names.map((name) => cleared.find(({ profile }) => profile === name)!);
}

/** Where a profile's session is. */
interface SessionToClear extends Omit<Cleared, "isCleared"> {
  /** Determines what is in the cache, which is nothing without a source. */
  readonly resolved?: Profile;
}

/** Finds a profile's session, which may exist without its source or with an invalid setting. */
function sessionToClear(
  files: AwsFiles,
  env: Environment,
  flags: ProfileFlags,
  profile: string,
): SessionToClear {
  try {
    const resolved = resolveProfile(files, env, flags, profile);
    return { profile, targetProfile: resolved.target.section, resolved };
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    const isSourceGone = sourceGone.includes(error.code);
    const targetProfile = targetSection(files, env, flags, profile);
    return { profile, targetProfile, ...(!isSourceGone && { error }) };
  }
}

const sourceGone: readonly ErrorCode[] = [
  "ProfileNotFound",
  "LongTermCredentialsMissing",
  "SourceIsSession",
];

/** Returns the profile, if what is kept for it can be found by the key in its files. */
function scopedOf(profile: Profile | undefined): ScopedProfile | undefined {
  const source = profile && knownSource(profile.source);
  return source && { ...profile!, source };
}

async function openCache(
  context: Context,
  profile: Profile | undefined,
  talk: Talk,
): Promise<SessionCache | undefined> {
  const scoped = scopedOf(profile);
  if (scoped === undefined) return undefined;
  const cache = await SessionCache.open(context, scoped, {
    timeoutSeconds,
    onWait: () => talk.progress("waiting for another stsmfa that is renewing a session"),
    warn: talk.warn,
  });
  const { fault } = cache;
  if (fault !== undefined) talk.warn(`sessions kept beside the file stay: ${fault}`);
  return cache;
}
