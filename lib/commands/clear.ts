/**
 * `stsmfa clear`: removes sessions.
 *
 * @module
 */

import { listed } from "../hint_words.ts";
import { editAwsFile } from "../aws_files/edit.ts";
import { profileNames } from "../aws_files/profile_sections.ts";
import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import {
  commonFlags,
  type FileFlags,
  fileFlags,
  profileFlag,
  profileFlags,
  sessionFlags,
  toggle,
} from "../cli/flags.ts";
import { namedProfiles, usualProfile } from "../cli/profile_argument.ts";
import { padColumn } from "../cli/table.ts";
import type { Context, Environment } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import type { IniDocument } from "../ini/document.ts";
import { managedProfiles, nothingManaged, requireProfiles } from "../profile/names.ts";
import { resolveProfile } from "../profile/profile.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { asksStsmfa } from "../profile/source.ts";
import { type Line, line, paint } from "../screen.ts";
import { type Cleared, clearSessions } from "../setup/clear.ts";
import { type Talk, terminalTalk } from "../talk.ts";

type Settings = Pick<ProfileFlags, "targetProfile" | "longTermSuffix" | "shortTermSuffix">;

interface Flags extends CommonFlags, FileFlags, Settings {
  readonly profile?: string;
  readonly all?: boolean;
  readonly adopted?: boolean;
  readonly backup?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa clear prod", "remove the session of prod"],
    ["stsmfa clear --all", "remove every session"],
  ],
  description: [
    "Removes the profile's session from the credentials file, and the MFA session behind it, so that " +
    "the next one needs a new code. Access keys stay. AWS itself accepts the session until it " +
    "expires.",
  ],
  flags: {
    ...commonFlags,
    ...profileFlag,
    all: toggle("Remove the sessions of all profiles"),
    adopted: toggle("Undo `stsmfa init PROFILE --adopt` of a role"),
    targetProfile: { ...profileFlags.targetProfile, brief: "Remove the session in this profile" },
    longTermSuffix: profileFlags.longTermSuffix,
    shortTermSuffix: profileFlags.shortTermSuffix,
    ...fileFlags,
    backup: sessionFlags.backup,
  },
  aliases: { p: "profile", q: "quiet" },
  positionals: "[PROFILE...]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const { env } = context;
  const named = namedProfiles(flags, positionals);
  if (flags.all && named.length > 0) {
    throw new StsmfaError("Usage", "--all and a profile name cannot be used together");
  }
  const files = await readAwsFiles(context, awsFilePaths(env, flags));
  const managed = flags.all ? managedProfiles(files, env, flags) : [];
  const onlyKept = flags.all && !flags.adopted ? servedProfiles(files, env, managed) : [];
  const names = flags.all
    ? [...managed, ...onlyKept]
    : named.length > 0
    ? named
    : [usualProfile(env)];
  if (names.length === 0) throw nothingManaged(files);
  requireProfiles(files, env, flags, names, "stsmfa clear");
  const talk = terminalTalk(context, flags);
  const { backup = true } = flags;
  if (flags.adopted) {
    return await restoreRoles(context, files, names, { all: flags.all, backup, talk });
  }
  const cleared = await clearSessions(context, files, flags, names, { backup, talk, onlyKept });
  const failed = cleared.flatMap(({ profile, error }) =>
    error === undefined ? [] : [{ ...(names.length > 1 && { about: profile }), error }]
  );
  return {
    json: cleared.map(({ profile, targetProfile = null, isCleared, error }) => ({
      profile,
      targetProfile,
      status: targetProfile === null ? "failed" : isCleared ? "cleared" : "none",
      ...(error && { error }),
    })),
    human: () => lines(cleared),
    exitStatus: failed[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: failed,
  };
}

/** Returns the profiles that AWS's tools know as roles, besides those that are ours to renew. */
function servedProfiles(
  files: AwsFiles,
  env: Environment,
  managed: readonly string[],
): string[] {
  return profileNames(files).filter((name) => {
    if (managed.includes(name)) return false;
    try {
      const { kind, roles } = resolveProfile(files, env, {}, name);
      return kind === "standard" && (roles.length > 0 || asksStsmfa(files, name));
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      return false;
    }
  });
}

/**
 * Gives role profiles back to AWS's own tools. Of all profiles those are left alone that are nothing
 * to give back; one that is named has to be.
 */
async function restoreRoles(
  context: Context,
  files: AwsFiles,
  names: readonly string[],
  { all = false, backup, talk }: {
    readonly all: boolean | undefined;
    readonly backup: boolean;
    readonly talk: Talk;
  },
): Promise<CommandResult> {
  const { isAdopted, restoreRoleProfile } = await import("../setup/role_profile.ts");
  const adopted = all
    ? names.filter((name) => isAdopted(files, files.config.document, name))
    : names;
  const failed = new Map<string, StsmfaError>();
  const restoreAll = (document: IniDocument) => {
    failed.clear();
    for (const name of adopted) {
      try {
        restoreRoleProfile(files, document.copy(), name);
        restoreRoleProfile(files, document, name);
      } catch (error) {
        if (!all || !(error instanceof StsmfaError)) throw error;
        failed.set(name, error);
      }
    }
  };
  restoreAll(files.config.document.copy());
  if (failed.size < adopted.length) {
    await editAwsFile(context, restoreAll, { backup, known: files.config, warn: talk.warn });
  }
  const others = names.filter((name) => !adopted.includes(name));
  return {
    json: names.map((profile) => ({
      profile,
      status: failed.has(profile) ? "failed" : others.includes(profile) ? "none" : "restored",
    })),
    human: () => [
      ...adopted.filter((name) => !failed.has(name))
        .map((name) => `${name}  is a role of AWS's own tools again`),
      ...(others.length === 0
        ? []
        : [`left as they are, since they are not adopted: ${listed(others)}`]),
    ],
    exitStatus: [...failed.values()][0]?.exitStatus ?? ExitStatus.Ok,
    errors: [...failed].map(([about, error]) => ({ about, error })),
  };
}

async function lines(cleared: readonly Cleared[]): Promise<Line[]> {
  const rows = cleared.flatMap(({ profile, targetProfile, isCleared }) => {
    if (targetProfile === undefined) return [];
    const where = targetProfile === profile ? "" : `, in [${targetProfile}]`;
    const what = isCleared ? paint("green", "cleared") : "has no session";
    return [{ profile, words: line`${what}${where}` }];
  });
  const names = await padColumn(rows.map(({ profile }) => profile));
  return rows.map(({ words }, at) => [names[at]!, "  ", ...words]);
}
