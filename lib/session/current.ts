/**
 * Gets a profile's session for immediate use: the one in the credentials file, or the one cached
 * only for stsmfa; renewed first if it has too little time left.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import { readSessionSection } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import type { ProvidedCredentials } from "../credentials.ts";
import type { HookOutcome } from "../hooks/run.ts";
import { importLazily } from "../import_lazily.ts";
import { accountOf } from "../profile/identity.ts";
import type { Profile } from "../profile/profile.ts";
import { keptSession } from "../state/session_lookup.ts";
import type { Talk } from "../talk.ts";
import type { RefreshOptions, RefreshOutcome } from "./outcome.ts";
import { openedSession } from "./sealer.ts";
import type { FoundSession } from "./storage.ts";
import { checkMinLeft, validSession } from "./valid.ts";
import { isWritable } from "./write_check.ts";

/** A session and its account, if that is known. */
export interface CurrentSession {
  readonly credentials: ProvidedCredentials;
  readonly accountId: string | undefined;
  /** The outcomes of the profile's hooks, if it was renewed. */
  readonly hooks: readonly HookOutcome[];
}

/**
 * Returns a profile's session. It is written to the credentials file if `stsmfa refresh` would
 * write it there; if it can't be (the section holds its keys, or SDKs would not read it), it is
 * returned anyway.
 *
 * @param isOwn whether the profile is as its files describe it; one changed by flags must not
 * replace the session there
 * @throws StsmfaError if the profile can't get a session
 */
export async function currentSession(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  isOwn: boolean,
  options: Omit<RefreshOptions, "storage" | "continueOnError"> & {
    /** Whether it is written even if the key is in a key store, as a refresh does. */
    readonly isRefresh?: boolean;
  },
): Promise<CurrentSession> {
  const { minLeftSeconds, force, talk, isRefresh = false } = options;
  if (profile.kind === "others" && profile.roles.length === 0) {
    return await othersSession(context, files, profile, talk);
  }
  checkMinLeft(profile, minLeftSeconds);
  const isWritten = isOwn && profile.kind === "written" && isWritable(profile, files) &&
    (isRefresh || profile.source.kind !== "stored" || hasSession(files, profile));
  const storage = isWritten ? "file-or-state" : "state";
  if (!force) {
    const found = storage === "state"
      ? await openedSession(context, await keptSession(context, profile, minLeftSeconds), talk)
      : await writtenSession(context, files, profile, minLeftSeconds);
    if (found !== undefined) {
      const { credentials, serialNumber } = found;
      return { credentials, accountId: accountOf(profile, serialNumber), hooks: [] };
    }
  }
  const { renew } = await importLazily<typeof import("./renew.ts")>(
    "./renew.ts",
    import.meta.url,
  );
  const outcomes = new Map<Profile, RefreshOutcome>();
  await renew(context, files, [profile], { ...options, storage, continueOnError: false }, outcomes);
  const outcome = outcomes.get(profile)!;
  if (outcome.kind === "failed") throw outcome.error;
  if (outcome.kind === "left") return await othersSession(context, files, profile, talk);
  const { credentials, accountId, hooks = [] } = outcome;
  return { credentials, accountId, hooks };
}

/** Returns what others give for a profile that is nothing of ours, as it is. */
async function othersSession(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  talk: Talk,
): Promise<CurrentSession> {
  const { sourced } = await importLazily<typeof import("./sourced.ts")>(
    "./sourced.ts",
    import.meta.url,
  );
  const { source: { credentials } } = await sourced(context, files, profile, talk);
  // A key, in a store or not, is a profile of ours.
  const { accountId } = credentials as ProvidedCredentials;
  return {
    credentials: credentials as ProvidedCredentials,
    accountId: accountId ?? accountOf(profile),
    hooks: [],
  };
}

/** Reports whether the profile's section holds a session: then nothing is hidden by another place. */
function hasSession({ credentials: { document } }: AwsFiles, { target }: Profile): boolean {
  return readSessionSection(document, target.section).sessionToken !== undefined;
}

async function writtenSession(
  context: Context,
  { credentials: file }: AwsFiles,
  profile: Profile,
  minLeftSeconds: number,
): Promise<FoundSession | undefined> {
  const credentials = await validSession(context, profile, file, minLeftSeconds);
  const { serialNumber } = profile.mfa;
  return credentials && { credentials, ...(serialNumber && { serialNumber }) };
}
