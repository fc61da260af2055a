/**
 * Gets the first credentials of a profile: those in its files as they are, those that others give by
 * asking for them.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { type ProvidedCredentials, secondsLeft } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import type { OthersSource } from "../profile/others_source.ts";
import type { Profile } from "../profile/profile.ts";
import { type KnownSource, knownSource, type SessionSource } from "../profile/source.ts";
import type { Talk } from "../talk.ts";

/** A profile whose first credentials are known. */
export interface SourcedProfile extends Profile {
  /** With a key in a store, that is asked when the key is used. */
  readonly source: KnownSource;
  /** Whether those are given anew each time: what is made with them is not kept. */
  readonly isPassing: boolean;
}

/**
 * Returns the profile with its first credentials.
 *
 * @throws StsmfaError `SessionExpired` for a session that is over, and what others' sources throw
 */
export async function sourced(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  talk: Talk,
): Promise<SourcedProfile> {
  const source = knownSource(profile.source);
  if (source !== undefined) {
    if (source.kind === "session") checkSession(context, profile, source);
    return { ...profile, source, isPassing: false };
  }
  const others = profile.source as OthersSource;
  const provided = await othersCredentials(context, files, profile, others, talk);
  const { path, line } = placeOf(profile);
  const { sessionToken, expiration, ...keys } = provided;
  const { section } = others;
  return sessionToken === undefined
    ? {
      ...profile,
      source: { kind: "long-term", section, path, line, credentials: keys },
      isPassing: false,
    }
    : {
      ...profile,
      source: {
        kind: "session",
        section,
        path,
        line,
        credentials: { ...keys, sessionToken, ...(expiration && { expiration }) },
      },
      isPassing: true,
    };
}

/** Returns the credentials that others give for a profile's source. */
export async function othersCredentials(
  context: Context,
  files: AwsFiles,
  profile: Profile,
  source: OthersSource,
  talk: Talk,
): Promise<ProvidedCredentials> {
  const { provideCredentials } = await importLazily<typeof import("../sources/provide.ts")>(
    "../sources/provide.ts",
    import.meta.url,
  );
  const options = { connection: profile, files, talk, profile: profile.name };
  return await provideCredentials(context, source, options);
}

function placeOf({ origins }: Profile): { readonly path: string; readonly line: number } {
  const origin = origins["source"];
  return origin?.kind === "file" ? origin : { path: "", line: 0 };
}

/**
 * Rejects a session that is known to be over, or to be none, before it is used.
 *
 * @throws StsmfaError `LongTermCredentialsMissing`, `SessionExpired`
 */
export function checkSession(
  context: Context,
  { name }: Pick<Profile, "name">,
  source: SessionSource,
): void {
  const { section, path, line, credentials: { accessKeyId, sessionToken, expiration } } = source;
  const places = [{ kind: "file", path, line, key: "aws_access_key_id" }] as const;
  const where = `${path}: line ${line}: [${section}]`;
  if (sessionToken.reveal() === "") {
    throw new StsmfaError(
      "LongTermCredentialsMissing",
      `${where} has ${accessKeyId}, the access key of a session, and no aws_session_token`,
      { hint: "renew the session with the tool that made it", places },
    );
  }
  if (expiration === undefined) return;
  const left = secondsLeft(expiration, context.clock.now());
  if (left > 0) return;
  throw new StsmfaError(
    "SessionExpired",
    `${where}: the session that ${name} uses expired ${formatDuration(-left)} ago`,
    {
      hint: "renew it with the tool that made it",
      places,
    },
  );
}
