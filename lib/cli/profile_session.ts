/**
 * The session that a command gives out or uses. What it takes to find a valid one is here; the rest
 * is loaded when there is none.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { Context, Environment } from "../context.ts";
import type { SessionCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { type ResolvedOutline, resolveOutline } from "../profile/outline.ts";
import { checkRegion } from "../profile/partition.ts";
import { Settings } from "../profile/settings.ts";
import { accountOf, defaultMinLeftSeconds, validSession } from "../session/outcome.ts";
import { describesSession, parseMinLeft, type SessionFlags } from "./flags.ts";

/** A profile's session, and what programs want to know beside it. */
export interface ProfileSession {
  readonly profile: string;
  readonly credentials: SessionCredentials;
  /** `undefined` when nothing names the account. */
  readonly accountId: string | undefined;
  /** The region that flags or files give the profile; AWS_REGION is not looked at. */
  readonly region: string | undefined;
  /** The files that the profile was found in. */
  readonly files: AwsFiles;
}

/** What the commands differ in. */
export interface ProfileSessionOptions {
  /** Replaces the five minutes that a session must have left; may depend on how long it lasts. */
  readonly leastSeconds?: { readonly usual: number; readonly partOfDuration: number };
}

/**
 * Gives the profile's session, renewed first where it has too little left.
 *
 * @throws StsmfaError what keeps the profile from its session
 */
export async function profileSession(
  context: Context,
  flags: SessionFlags,
  name: string,
  { leastSeconds }: ProfileSessionOptions = {},
): Promise<ProfileSession> {
  const asked = flags.minLeft === undefined ? undefined : parseMinLeft(flags.minLeft);
  const least = asked ?? leastSeconds?.usual ?? defaultMinLeftSeconds;
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const env = withoutRegion(context.env);
  let resolved: ResolvedOutline;
  try {
    resolved = resolveOutline(files, env, flags, name);
  } catch (error) {
    const session = foreignSession(context, files, flags, name, asked ?? 0, error);
    if (session === undefined) throw error;
    const region = regionOf(new Settings(files, env, flags, name));
    return { profile: name, credentials: session, accountId: undefined, region, files };
  }
  const { outline, settings, fromSource } = resolved;
  const region = regionOf(settings, fromSource);
  const about = { profile: name, region, files };
  const isOwn = isOwnProfile(flags);
  // What flags say is checked where the rest of the profile is resolved.
  if (!describesSession(flags) && !flags.force && flags.tokenCode === undefined) {
    const credentials = validSession(context, outline, files.credentials, least);
    if (credentials !== undefined) {
      return { ...about, credentials, accountId: accountOf(outline, outline.mfa.serialNumber) };
    }
  }
  const { renewedSession } = await importLazily<typeof import("./renewed_session.ts")>(
    "./renewed_session.ts",
    import.meta.url,
  );
  const minLeftSeconds = (durationSeconds: number) =>
    asked ?? Math.min(least, Math.floor(durationSeconds * (leastSeconds?.partOfDuration ?? 1)));
  const inRegion = region === undefined ? context : { ...context, env };
  const session = await renewedSession(inRegion, files, flags, name, { isOwn, minLeftSeconds });
  return { ...about, ...session };
}

/** Whether no flag makes another session of it than the one its section is for. */
function isOwnProfile(flags: SessionFlags): boolean {
  const { sourceProfile, longTermSuffix, roleArn, roleSessionName, externalId } = flags;
  const others = [sourceProfile, longTermSuffix, roleArn, roleSessionName, externalId];
  return namesTarget(flags) || others.every((flag) => flag === undefined);
}

function namesTarget({ targetProfile, shortTermSuffix }: SessionFlags): boolean {
  return targetProfile !== undefined || shortTermSuffix !== undefined;
}

function regionOf(settings: Settings, source?: ResolvedOutline["fromSource"]): string | undefined {
  const region = settings.find("region", source);
  if (region !== undefined) checkRegion(region);
  return region?.value;
}

/**
 * The environment without AWS_REGION and AWS_DEFAULT_REGION: those may be another profile's, where
 * one session's environment is used to ask for the next.
 */
function withoutRegion(env: Environment): Environment {
  const regions = ["AWS_REGION", "AWS_DEFAULT_REGION"];
  return { ...env, get: (name) => regions.includes(name) ? undefined : env.get(name) };
}

/**
 * The session of a section that somebody filled whose keys we don't know: nothing can renew it, so it
 * is good until it ends. What asks for another one than this gets none.
 */
function foreignSession(
  context: Context,
  files: AwsFiles,
  flags: SessionFlags,
  name: string,
  minLeftSeconds: number,
  error: unknown,
): SessionCredentials | undefined {
  if (!(error instanceof StsmfaError) || error.code !== "SourceIsSession") return undefined;
  if (flags.force || namesTarget(flags) || !isOwnProfile(flags)) return undefined;
  const roleArn = files.credentials.document.get(name, "assumed_role_arn") || undefined;
  const meant = new Settings(files, context.env, flags, name).find("roleArn")?.value;
  if (meant !== undefined && meant !== roleArn) return undefined;
  const asTarget = {
    target: { section: name },
    ...(roleArn && { role: { roleArn } }),
  };
  return validSession(context, asTarget, files.credentials, minLeftSeconds);
}
