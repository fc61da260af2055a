/**
 * Writes the kept sessions of a key again once it was moved: sealed, if it is in a store now, and
 * plain, if it is in the file.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { resolveProfile } from "../profile/profile.ts";
import { knownSource } from "../profile/source.ts";
import { SessionCache } from "../state/session_cache.ts";
import { cachePath, type ScopedProfile, sessionScope } from "../state/session_lookup.ts";
import type { Talk } from "../talk.ts";
import type { KeyPlace } from "./places.ts";
import { storeSealer } from "./sealing.ts";

/** How long to wait for another process, which may be asking for a code. */
const timeoutSeconds = 10;

/** Writes them again; what cannot be is told, and costs a code at most. */
export async function resealSessions(
  context: Context,
  files: AwsFiles,
  { profile: section, path }: Pick<KeyPlace, "profile" | "path">,
  talk: Talk,
): Promise<void> {
  for (const profile of scopesOf(context, files, section, path).values()) {
    try {
      const { path } = await cachePath(context, profile);
      if (await context.files.status(path) === undefined) continue;
      const store = profile.source.kind === "stored" ? profile.source.store : undefined;
      const cache = await SessionCache.open(context, profile, {
        timeoutSeconds,
        onWait: () => talk.progress("waiting for another stsmfa that is renewing a session"),
        warn: talk.warn,
        sealing: { sealer: storeSealer(context, store, talk), seals: store !== undefined },
      });
      try {
        await cache.rewrite();
        if (cache.fault !== undefined) talk.warn(`kept sessions stay as they are: ${cache.fault}`);
      } finally {
        cache.close();
      }
    } catch (error) {
      if (!(error instanceof StsmfaError) || error.code === "Cancelled") throw error;
      talk.warn(`kept sessions stay as they are: ${error.message}`);
    }
  }
}

/** Returns what is kept for a key, once for each partition or endpoint. */
function scopesOf(
  { env }: Context,
  files: AwsFiles,
  section: string,
  path: string,
): Map<string, ScopedProfile> {
  const found = new Map<string, ScopedProfile>();
  for (const name of profileNames(files)) {
    try {
      const profile = resolveProfile(files, env, {}, name);
      const source = knownSource(profile.source);
      if (source?.section !== section || source.path !== path) continue;
      const scoped = { ...profile, source };
      found.set(sessionScope(scoped), scoped);
    } catch (error) {
      // Whoever uses that profile is told.
      if (!(error instanceof StsmfaError)) throw error;
    }
  }
  return found;
}
