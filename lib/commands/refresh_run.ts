/**
 * `stsmfa refresh` when something has to be renewed or planned. Loaded lazily.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files/read.ts";
import type { CommandResult } from "../cli/command.ts";
import { parseMinLeft } from "../cli/flags.ts";
import { approvalAtTerminal } from "../cli/hook_approval.ts";
import { warnOfOverridingVariables } from "../cli/overriding_variables.ts";
import { tokenCodeProvider } from "../cli/token_code_flag.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { ResolvedIdentity } from "../profile/identity.ts";
import { managedProfiles, nothingManaged } from "../profile/names.ts";
import { completeProfile, type Profile, resolveProfile } from "../profile/profile.ts";
import { asksStsmfa } from "../profile/source.ts";
import { refresh } from "../session/refresh.ts";
import { defaultMinLeftSeconds } from "../session/valid.ts";
import { terminalTalk } from "../talk.ts";
import type { RefreshFlags } from "./refresh_flags.ts";
import { planResult } from "./refresh_plan.ts";
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
  files: AwsFiles,
  flags: RefreshFlags,
  asked: AskedProfiles,
): Promise<CommandResult> {
  const given = tokenCodeProvider(context, flags.tokenCode);
  const minLeftSeconds = flags.minLeft === undefined
    ? defaultMinLeftSeconds
    : parseMinLeft(flags.minLeft);
  if (flags.all && asked.areNamed) {
    throw new StsmfaError("Usage", "--all and the name of a profile exclude each other");
  }
  const { profiles, failed } = flags.all
    ? resolveManaged(context, files, flags)
    : { profiles: asked.identities().map(completeProfile), failed: [] };
  if (flags.dryRun) {
    return planResult(context, files, profiles, failed, { ...flags, minLeftSeconds });
  }

  const talk = terminalTalk(context.terminal, flags);
  const outcomes = await refresh(context, files, profiles, {
    force: flags.force ?? false,
    continueOnError: flags.all ?? false,
    minLeftSeconds,
    backup: flags.backup ?? true,
    legacyToken: flags.legacyToken ?? false,
    given,
    interactive: !flags.nonInteractive,
    ...((flags.hooks ?? true) && { hooks: { ask: approvalAtTerminal(context, flags) } }),
    talk,
  });
  talk.endProgress();
  if (outcomes.some(({ kind }) => kind === "renewed")) {
    warnOfOverridingVariables(context.env, talk.warn);
  }
  return await refreshResult(context, outcomes, failed);
}

/** Resolves every profile that stsmfa manages; a bad one does not stop the others. */
function resolveManaged(
  { env }: Context,
  files: AwsFiles,
  flags: RefreshFlags,
): { profiles: Profile[]; failed: FailedProfile[] } {
  const profiles: Profile[] = [];
  const failed: FailedProfile[] = [];
  for (const name of managedProfiles(files, env, flags)) {
    if (asksStsmfa(files, name)) continue;
    try {
      profiles.push(resolveProfile(files, env, flags, name));
    } catch (error) {
      if (!(error instanceof StsmfaError)) throw error;
      failed.push({ name, error });
    }
  }
  if (profiles.length + failed.length === 0) {
    throw nothingManaged(files);
  }
  return { profiles, failed };
}
