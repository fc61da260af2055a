/**
 * Removes sessions: from the credentials file, and those kept beside it.
 *
 * @module
 */

import { editAwsFile } from "./aws_file_edit.ts";
import { type AwsFiles, readAwsFile } from "./aws_files.ts";
import type { Context } from "./context.ts";
import { StsmfaError } from "./errors.ts";
import { type Profile, resolveProfile } from "./profile.ts";
import { MfaSessionSlot, sessionScope } from "./session_cache.ts";
import { removeSession } from "./session_section.ts";
import type { ProfileFlags } from "./settings.ts";
import type { Talk } from "./talk.ts";

/** What became of a profile's session. */
export interface Cleared {
  readonly profile: string;
  /** The section it was looked for in. */
  readonly targetProfile: string;
  /** Whether there was one, in the section or kept beside it. */
  readonly isCleared: boolean;
}

/** Others hold a lock while somebody types. */
const patienceSeconds = 10;

/**
 * Removes the sessions of profiles from their sections, and the MFA session that each was made with,
 * or the next run would bring it back without a code.
 *
 * @throws StsmfaError `LockTimeout`, and what editing the file throws
 */
export async function clearSessions(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  names: readonly string[],
  options: { readonly backup: boolean; readonly talk: Talk },
): Promise<Cleared[]> {
  const resolved = names.map((name) => ({
    name,
    profile: resolvable(context, files, flags, name),
  }));
  const groups = Map.groupBy(
    resolved,
    ({ profile }) => profile === undefined ? "" : sessionScope(profile),
  );
  const cleared: Cleared[] = [];
  for (const group of groups.values()) {
    const slot = await openSlot(context, group[0]!.profile, options.talk);
    try {
      const removed = new Set<string>();
      const sections = group.map(({ name, profile }) => profile?.target.section ?? name);
      const known = await readAwsFile(context, files.credentials.path, files.credentials);
      if (sections.some((section) => known.document.has(section))) {
        await editAwsFile(context, (document) => {
          removed.clear();
          for (const section of sections) {
            const isOurs = (accessKeyId: string) => slot?.isOurs(accessKeyId) ?? false;
            if (removeSession(document, section, isOurs)) removed.add(section);
          }
        }, { backup: options.backup, known, warn: options.talk.warn });
      }
      const wasKept = await slot?.clear() ?? false;
      for (const [at, { name }] of group.entries()) {
        const targetProfile = sections[at]!;
        const isCleared = removed.has(targetProfile) || wasKept;
        cleared.push({ profile: name, targetProfile, isCleared });
      }
    } finally {
      slot?.close();
    }
  }
  return names.map((name) => cleared.find(({ profile }) => profile === name)!);
}

/** A profile that can't be resolved may have a session all the same. */
function resolvable(
  context: Context,
  files: AwsFiles,
  flags: ProfileFlags,
  name: string,
): Profile | undefined {
  try {
    return resolveProfile(files, context.env, flags, name);
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}

async function openSlot(
  context: Context,
  profile: Profile | undefined,
  talk: Talk,
): Promise<MfaSessionSlot | undefined> {
  if (profile === undefined) return undefined;
  return await MfaSessionSlot.open(context, profile, {
    patienceSeconds,
    onWait: () => talk.progress("waiting for another stsmfa that is renewing a session"),
    onMissing: () => {},
  });
}
