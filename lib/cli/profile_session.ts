/**
 * The session that a command prints or uses. This file has only what finding a valid one takes; the
 * rest is loaded if there is none.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFile, readAwsFiles } from "../aws_files/read.ts";
import type { Context, LockableFile } from "../context.ts";
import { type ProvidedCredentials, secondsLeft } from "../credentials.ts";
import { importLazily } from "../import_lazily.ts";
import { isMarked, ownRegion, regionVariables } from "../profile/marks.ts";
import { accountOf, type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import { fromFile } from "../profile/origin.ts";
import { checkRegion } from "../profile/partition.ts";
import type { SessionSource } from "../profile/source.ts";
import { isWaitedFor } from "../profile/waiting_processes.ts";
import { defaultMinLeftSeconds, validSession } from "../session/valid.ts";
import { describesSession, parseMinLeft, type SessionFlags } from "./flags.ts";

/** A profile's session, and what else programs need to know. */
export interface ProfileSession {
  readonly profile: string;
  readonly credentials: ProvidedCredentials;
  /** `undefined` when nothing names the account. */
  readonly accountId: string | undefined;
  /**
   * The region that it is used in: of flags or the profile, else of the person's variables, else of
   * the source.
   */
  readonly region: string | undefined;
  /** Whether the region is that of the person's variables. */
  readonly isOwnRegion: boolean;
  /** The identity that it was found with. */
  readonly resolved: ResolvedIdentity;
}

/** What differs between commands. */
export interface ProfileSessionOptions {
  /** Replaces the five minutes that a session must have left; may depend on its duration. */
  readonly leastSeconds?: { readonly usual: number; readonly partOfDuration: number };
  /** Whether other programs start the command, where nobody can add a flag. */
  readonly isPlugin?: boolean;
  /** Which of the profile's hooks run when it is renewed; default: all. */
  readonly runsHooks?: "all" | "before";
  /** Called before anything is asked or sent; its error ends the run. */
  readonly beforehand?: (resolved: ResolvedIdentity) => void | Promise<void>;
  /** Whether `--region` says only where the session is used, so that a valid one is found at once. */
  readonly isRegionOfUse?: boolean;
  /** Returns the context in which the profile is resolved, once its files are read. */
  readonly within?: ((context: Context, files: AwsFiles, name: string) => Context) | undefined;
}

/**
 * Returns the profile's session, renewed first if it has too little time left.
 *
 * @throws StsmfaError whatever keeps the profile from getting a session
 */
export async function profileSession(
  caller: Context,
  flags: SessionFlags,
  name: string,
  {
    leastSeconds,
    isPlugin = false,
    runsHooks = "all",
    beforehand,
    isRegionOfUse,
    within,
  }: ProfileSessionOptions = {},
): Promise<ProfileSession> {
  const asked = flags.minLeft === undefined ? undefined : parseMinLeft(flags.minLeft);
  const least = asked ?? leastSeconds?.usual ?? defaultMinLeftSeconds;
  const files = await readAwsFiles(caller, awsFilePaths(caller.env, flags));
  const context = within?.(caller, files, name) ?? caller;
  const resolved = resolveIdentity(files, context.env, flags, name);
  const { identity, chain } = resolved;
  const about = { profile: name, ...regionOf(resolved), resolved };
  await beforehand?.(resolved);
  const isOwn = isOwnProfile(flags);
  let turn: LockableFile | undefined;
  if (chain.source.kind === "session" && chain.hops.length === 0) {
    const credentials = isOwn && !flags.force && !namesTarget(flags)
      ? foreignSession(context, chain.source, asked)
      : undefined;
    if (credentials !== undefined) return { ...about, credentials, accountId: undefined };
  } else if (
    identity.kind === "written" && !flags.force && flags.tokenCode === undefined &&
    !describesSession(isRegionOfUse ? { ...flags, region: undefined } : flags)
  ) {
    // Flags are validated when the rest of the profile is resolved.
    let credentials = await validSession(context, identity, files.credentials, least);
    if (credentials === undefined && isPlugin && !isWaitedFor(context.env)) {
      const { takeTurn } = await importLazily<typeof import("../session/turn.ts")>(
        "../session/turn.ts",
        import.meta.url,
      );
      ({ found: credentials, turn } = await takeTurn(
        context,
        files.credentials.path,
        name,
        async () => {
          const now = await readAwsFile(context, files.credentials.path, files.credentials);
          return now === files.credentials
            ? undefined
            : await validSession(context, identity, now, least);
        },
      ));
    }
    if (credentials !== undefined) {
      return { ...about, credentials, accountId: accountOf(identity, identity.mfa.serialNumber) };
    }
  }
  try {
    const { renewedSession } = await importLazily<typeof import("./renewed_session.ts")>(
      "./renewed_session.ts",
      import.meta.url,
    );
    const minLeftSeconds = (durationSeconds: number) =>
      asked ?? Math.min(least, Math.floor(durationSeconds * (leastSeconds?.partOfDuration ?? 1)));
    const session = await renewedSession(context, flags, resolved, {
      isOwn,
      isPlugin,
      runsHooks,
      minLeftSeconds,
    });
    return { ...about, ...session };
  } finally {
    turn?.close();
  }
}

/** Reports whether no flag makes it another session than the one its section is for. */
function isOwnProfile(flags: SessionFlags): boolean {
  const { sourceProfile, longTermSuffix, roleArn, roleSessionName, externalId } = flags;
  const others = [sourceProfile, longTermSuffix, roleArn, roleSessionName, externalId];
  return namesTarget(flags) || others.every((flag) => flag === undefined);
}

function namesTarget({ targetProfile, shortTermSuffix }: SessionFlags): boolean {
  return targetProfile !== undefined || shortTermSuffix !== undefined;
}

/** Returns the region that a session is used in, and whether the person's variables say it. */
export function regionOf(
  { identity: { name }, env, settings, fromSource }: ResolvedIdentity,
): Pick<ProfileSession, "region" | "isOwnRegion"> {
  const named = settings.find("region");
  if (named !== undefined) {
    checkRegion(named);
    return { region: named.value, isOwnRegion: false };
  }
  for (const variable of regionVariables) {
    const region = ownRegion(env, variable, name);
    if (region === undefined) continue;
    checkRegion({ value: region, origin: { kind: "variable", variable } });
    // One that was set for a session of the same profile is set again, and marked.
    const isGiven = isMarked(env, variable) && env.get(variable)?.trim() === region;
    return { region, isOwnRegion: !isGiven };
  }
  const ofSource = fromSource("region");
  if (ofSource !== undefined) checkRegion(fromFile(ofSource));
  return { region: ofSource?.value, isOwnRegion: false };
}

/**
 * Returns a session that someone else wrote, in a section whose long-term keys we don't know: we
 * can't renew it, so it is good until it ends, or, if nobody says when that is, until AWS says so.
 * Returns `undefined` if another session is wanted.
 */
function foreignSession(
  { clock }: Context,
  { credentials }: SessionSource,
  minLeftSeconds: number | undefined,
): ProvidedCredentials | undefined {
  const { accessKeyId, sessionToken, expiration } = credentials;
  // A long-term key that was put in the place of a session's has its token beside it.
  if (accessKeyId.startsWith("AKIA") || sessionToken.reveal() === "") return undefined;
  if (expiration === undefined) return minLeftSeconds === undefined ? credentials : undefined;
  const left = secondsLeft(expiration, clock.now());
  return left > 0 && left >= (minLeftSeconds ?? 0) ? credentials : undefined;
}
