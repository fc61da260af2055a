/**
 * `stsmfa refresh` when something has to be renewed or planned. Loaded lazily.
 *
 * @module
 */

import { listed } from "../hint_words.ts";
import { profileNames } from "../aws_files/profile_sections.ts";
import { awsFilePaths, type AwsFiles, readAwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { parseMinLeft } from "../cli/flags.ts";
import { warnOfHeaders } from "../cli/header_warnings.ts";
import { warnOfOverridingVariables } from "../cli/overriding_variables.ts";
import { renewalOptions } from "../cli/renewal_options.ts";
import { tokenCodeProvider } from "../cli/token_code_flag.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import type { ResolvedIdentity } from "../profile/identity.ts";
import { managedProfiles, nothingManaged } from "../profile/names.ts";
import { completeProfile, type Profile, resolveProfile } from "../profile/profile.ts";
import { asksStsmfa, isLongTerm, sourceWord } from "../profile/source.ts";
import { mfaSessions } from "../session/mfa_sessions.ts";
import { refresh } from "../session/refresh.ts";
import { defaultMinLeftSeconds } from "../session/valid.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import type { RefreshFlags } from "./refresh_flags.ts";
import { type FailedProfile, refreshResult } from "./refresh_result.ts";

/** The profiles asked for; with `--all`, those that stsmfa manages. */
export interface AskedProfiles {
  readonly areNamed: boolean;
  /** Resolves them far enough to find their sessions. */
  readonly identities: () => readonly ResolvedIdentity[];
}

/** Renews the profiles asked for, or with `--all` those that stsmfa manages. */
export async function renewProfiles(
  context: Context,
  read: AwsFiles,
  flags: RefreshFlags,
  asked: AskedProfiles,
): Promise<CommandResult> {
  const given = tokenCodeProvider(context, flags.tokenCode);
  const minLeftSeconds = flags.minLeft === undefined
    ? defaultMinLeftSeconds
    : parseMinLeft(flags.minLeft);
  if (flags.all && asked.areNamed) {
    throw new StsmfaError("Usage", "--all and a profile name cannot be used together");
  }
  const talk = terminalTalk(context, flags);
  const { files, profiles, failed, left } = flags.all
    ? { files: read, ...resolveAll(context, read, flags) }
    : { ...await resolveNamed(context, read, flags, asked, talk), failed: [], left: [] };
  if (left.length > 0) talk.note(leftWords(left));
  const names = profiles.map(({ name }) => name);
  warnOfHeaders(files, flags.all ? undefined : names, talk);
  if (flags.dryRun) {
    const { planResult } = await importLazily<typeof import("../cli/plan.ts")>(
      "../cli/plan.ts",
      import.meta.url,
    );
    return await planResult(context, files, profiles, failed, { ...flags, minLeftSeconds });
  }

  const outcomes = await refresh(context, files, profiles, {
    ...renewalOptions(context, flags, { talk, profiles: names, runsHooks: "all" }),
    continueOnError: flags.all ?? false,
    minLeftSeconds,
    given,
  }).catch((error) => {
    if (error instanceof StsmfaError) talk.fail(error);
    throw error;
  });
  talk.endProgress();
  for (const outcome of outcomes) {
    if (outcome.kind === "failed") {
      talk.fail(outcome.error, outcomes.length > 1 ? outcome.profile.name : undefined);
    }
  }
  if (outcomes.some(({ kind }) => kind === "renewed")) {
    warnOfOverridingVariables(context.env, talk.warn);
  }
  return await refreshResult(context, outcomes, failed, flags.verbose);
}

/** Resolves the profiles that were named; moves keys out of the way first, if the user wants that. */
async function resolveNamed(
  context: Context,
  files: AwsFiles,
  flags: RefreshFlags,
  asked: AskedProfiles,
  talk: Talk,
): Promise<{ files: AwsFiles; profiles: Profile[] }> {
  const profiles = asked.identities().map(completeProfile);
  const inPlace = profiles.find(isKeyInPlace);
  if (flags.dryRun || inPlace === undefined) return { files, profiles };
  const { offerMove } = await importLazily<typeof import("./refresh_move.ts")>(
    "./refresh_move.ts",
    import.meta.url,
  );
  if (!await offerMove(context, files, flags, inPlace, talk)) return { files, profiles };
  const moved = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const names = profiles.map(({ name }) => name);
  return {
    files: moved,
    profiles: names.map((name) => resolveProfile(moved, context.env, flags, name)),
  };
}

/** Reports whether a profile is an access key and its MFA device in one section. */
function isKeyInPlace({ name, kind, source, roles, mfa, origins }: Profile): boolean {
  return kind === "standard" && roles.length === 0 && isLongTerm(source) &&
    source.section === name && mfa.serialNumber !== undefined &&
    origins["mfaSerial"]?.kind === "file";
}

/**
 * Resolves all that can be renewed: the profiles that stsmfa writes, and the MFA session of each
 * user that roles are on top of. A bad profile does not stop the others.
 */
function resolveAll(
  { env }: Context,
  files: AwsFiles,
  flags: RefreshFlags,
): { profiles: Profile[]; failed: FailedProfile[]; left: Profile[] } {
  const written: Profile[] = [];
  const served: Profile[] = [];
  const left: Profile[] = [];
  const failed: FailedProfile[] = [];
  const managed = new Set(managedProfiles(files, env, flags));
  for (const name of new Set([...managed, ...profileNames(files)])) {
    const isManaged = managed.has(name);
    try {
      const profile = resolveProfile(files, env, isManaged ? flags : {}, name);
      const isServed = profile.roles.length > 0 || asksStsmfa(files, name);
      if (profile.kind === "standard" && isServed) served.push(profile);
      else if (profile.kind === "others") left.push(profile);
      // Keys in the place of a session that is managed are refused later, and said.
      else if (profile.kind === "written" || (isManaged && profile.kind === "standard")) {
        written.push(profile);
      }
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      if (isManaged) failed.push({ name, error });
    }
  }
  const profiles = [...written, ...mfaSessions(served)];
  left.push(...served.filter((profile) => mfaSessions([profile]).length === 0));
  if (profiles.length + failed.length + left.length === 0) throw nothingManaged(files);
  return { profiles, failed, left };
}

/** Says in one line which profiles `--all` passes over, and what they are. */
function leftWords(left: readonly Profile[]): string {
  const words = left.map((profile) =>
    `${profile.name} (${isLongTerm(profile.source) ? "no code" : sourceWord(profile)})`
  );
  return `nothing to renew: ${listed(words)}`;
}
