/**
 * `stsmfa status`: which sessions there are and how long they last.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import {
  holdsLongTermCredentials,
  readSessionSection,
  sessionCredentials,
  type SessionSection,
} from "../aws_files/session_section.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import {
  commonFlags,
  type FileFlags,
  fileFlags,
  parseMinLeft,
  profileFlag,
  profileFlags,
  text,
} from "../cli/flags.ts";
import { namedProfiles } from "../cli/profile_argument.ts";
import { tableLines } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { formatExpiration, secondsLeft, type SessionCredentials } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { type ResolvedIdentity, resolveIdentity } from "../profile/identity.ts";
import { managedProfiles, nothingManaged, requireProfiles } from "../profile/names.ts";
import type { Profile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { keyedSource } from "../profile/source.ts";
import { type Line, paint } from "../screen.ts";

interface Flags extends CommonFlags, FileFlags, Pick<ProfileFlags, "longTermSuffix"> {
  readonly profile?: string;
  readonly minLeft?: string;
}

const command: Command<Flags> = {
  description: [
    "Shows the profiles given, or every one that stsmfa renews. Asks and sends nothing. Of a profile",
    "that is given, also the session that stsmfa keeps for itself where SDKs would not read it.",
    "The exit status is 8 when one has expired, has no session, or has less left than --min-left.",
    "",
    "Examples:",
    "  stsmfa status",
    "  stsmfa status prod --min-left 30m || stsmfa prod --min-left 30m",
  ],
  flags: {
    ...commonFlags,
    ...fileFlags,
    minLeft: text("Exit with 8 when less than this is left (default: 0)", "time"),
    ...profileFlag,
    longTermSuffix: profileFlags.longTermSuffix,
  },
  aliases: { p: "profile", q: "quiet" },
  positionals: "[PROFILE...]",
  run,
};
export default command;

interface ProfileStatus {
  readonly profile: string;
  readonly state: "valid" | "expired" | "none";
  readonly expiration: string | null;
  readonly secondsLeft: number | null;
  readonly source: string | null;
  readonly roleArn: string | null;
}

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const names = namedProfiles(flags, positionals);
  const minLeftSeconds = flags.minLeft === undefined ? 0 : parseMinLeft(flags.minLeft);
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  requireProfiles(files, context.env, flags, names, "stsmfa status");
  const shown = names.length > 0 ? names : managedProfiles(files, context.env, flags);
  if (shown.length === 0) throw nothingManaged(files);
  const areNamed = names.length > 0;
  const rows = await Promise.all(
    shown.map((name) => profileStatus(context, files, flags, name, areNamed)),
  );
  const isShort = ({ state, secondsLeft }: ProfileStatus) =>
    state !== "valid" || secondsLeft! < minLeftSeconds;
  return {
    json: rows,
    human: () => table(rows),
    exitStatus: rows.some(isShort) ? ExitStatus.NotEnoughLeft : ExitStatus.Ok,
  };
}

/** Returns what the file says; a profile that can't be resolved may still have a session. */
async function profileStatus(
  context: Context,
  files: AwsFiles,
  flags: Flags,
  name: string,
  isNamed: boolean,
): Promise<ProfileStatus> {
  const resolved = orUndefined(() => resolveIdentity(files, context.env, flags, name));
  // If the long-term keys of a session are unknown, the section has all there is to know.
  const identity = resolved?.identity.source.kind === "session" ? undefined : resolved?.identity;
  const { target, source, role } = identity ?? {};
  const section = target?.section ?? name;
  const { document } = files.credentials;
  const session = readSessionSection(document, section);
  const isMeant = (identity === undefined || session.roleArn === role?.roleArn) &&
    (!holdsLongTermCredentials(document, section) || await isKept(context, resolved, session));
  const written = isMeant ? sessionCredentials(document, section) : undefined;
  const kept = written === undefined && isNamed ? await keptFor(context, resolved) : undefined;
  const expiration = (written ?? kept)?.expiration;
  const left = expiration && secondsLeft(expiration, context.clock.now());
  return {
    profile: name,
    state: left === undefined ? "none" : left > 0 ? "valid" : "expired",
    expiration: expiration === undefined ? null : formatExpiration(expiration),
    secondsLeft: left ?? null,
    source: source?.section ?? null,
    roleArn: role?.roleArn ?? session.roleArn ?? null,
  };
}

async function isKept(
  context: Context,
  resolved: ResolvedIdentity | undefined,
  { accessKeyId }: SessionSection,
): Promise<boolean> {
  if (!accessKeyId?.startsWith("AKIA")) return false;
  const { isKeptSession } = await import("../state/session_lookup.ts");
  const profile = await completeOrUndefined(resolved);
  const source = profile && keyedSource(profile.source);
  return source !== undefined &&
    await isKeptSession(context, { ...profile!, source }, accessKeyId);
}

/** Returns the cached session of a profile that must not have it in the credentials file. */
async function keptFor(
  context: Context,
  resolved: ResolvedIdentity | undefined,
): Promise<SessionCredentials | undefined> {
  const [{ keptSession }, { isWritable }] = await Promise.all([
    import("../state/session_lookup.ts"),
    import("../session/write_check.ts"),
  ]);
  const profile = await completeOrUndefined(resolved);
  if (profile === undefined || isWritable(profile, resolved!.files)) return undefined;
  return (await keptSession(context, profile, 0))?.credentials;
}

async function completeOrUndefined(
  resolved: ResolvedIdentity | undefined,
): Promise<Profile | undefined> {
  const { completeProfile } = await import("../profile/profile.ts");
  return resolved && orUndefined(() => completeProfile(resolved));
}

function orUndefined<T>(resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof StsmfaError) return undefined;
    throw error;
  }
}

function table(rows: readonly ProfileStatus[]): Promise<Line[]> {
  const colours = { valid: "green", expired: "red", none: "yellow" } as const;
  const cells = rows.map((row) => [
    row.profile,
    paint(colours[row.state], row.state),
    row.state === "valid" ? formatDuration(row.secondsLeft!) : "-",
    row.source ?? "-",
    row.roleArn ?? "-",
  ]);
  return tableLines([["PROFILE", "STATE", "LEFT", "SOURCE", "ROLE"], ...cells]);
}
