/**
 * The command that a person types in a terminal where a program that SDKs, kubectl or docker start
 * can ask nobody, and nobody can give it a flag.
 *
 * @module
 */

import { awsFilePaths } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { flagWords, profileWord, renewCommand } from "../hint_words.ts";
import type { ResolvedIdentity } from "../profile/identity.ts";
import type { Profile } from "../profile/profile.ts";
import { defaultMinLeftSeconds, validSession } from "../session/valid.ts";
import { isWritable } from "../session/write_check.ts";
import { keptSession } from "../state/session_lookup.ts";
import { profileFlags, type SessionFlags } from "./flags.ts";

/** The session that was wanted. */
interface Wanted {
  readonly profile: Profile;
  /** Whether no flag makes it another session than the one its section is for. */
  readonly isOwn: boolean;
  readonly minLeftSeconds: number;
}

/** Returns the command after which the session that was wanted is there. */
export async function renewalForPlugin(
  context: Context,
  flags: SessionFlags,
  { files }: ResolvedIdentity,
  { profile, isOwn, minLeftSeconds }: Wanted,
): Promise<string> {
  const isRefreshed = isOwn && (
    profile.kind === "written"
      ? isWritable(profile, files)
      : profile.kind === "standard" && profile.roles.length > 0
  );
  // It gets any session, and keeps it where the plugin looks for it.
  const command = isRefreshed ? renewCommand(profile.name) : whoami(profile.name);
  const words = [...fileWords(context, flags), ...identityWords(flags)];
  const usual = defaultMinLeftSeconds;
  // What is enough for a refresh would be left as it is.
  if (!flags.force && minLeftSeconds > usual && await hasLeft(context, files, profile, usual)) {
    words.push(flagWords("--min-left", `${Math.ceil(minLeftSeconds / 60)}m`));
  }
  return [command, ...words].join(" ");
}

function whoami(name: string): string {
  return `stsmfa whoami ${profileWord(name)}`;
}

/** Returns flags for files that are not those which a shell with these variables has. */
function fileWords({ env }: Context, flags: SessionFlags): string[] {
  const { configFile, credentialsFile } = flags;
  if (configFile === undefined && credentialsFile === undefined) return [];
  const asked = awsFilePaths(env, flags);
  const usual = awsFilePaths(env, {});
  return [
    ...(asked.config === usual.config ? [] : [flagWords("--config-file", asked.config)]),
    ...(asked.credentials === usual.credentials
      ? []
      : [flagWords("--credentials-file", asked.credentials)]),
  ];
}

function identityWords(flags: SessionFlags): string[] {
  return (Object.keys(profileFlags) as (keyof typeof profileFlags)[]).flatMap((name) => {
    const value = flags[name];
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return value === undefined ? [] : [flagWords(`--${flag}`, value)];
  });
}

async function hasLeft(
  context: Context,
  files: ResolvedIdentity["files"],
  profile: Profile,
  seconds: number,
): Promise<boolean> {
  return await validSession(context, profile, files.credentials, seconds) !== undefined ||
    await keptSession(context, profile, seconds) !== undefined;
}
