/**
 * Checks the hooks that profiles name, without running any.
 *
 * @module
 */

import { stsmfaBlock } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { digest } from "../digest.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { readDecision } from "../hooks/approval.ts";
import { findHook } from "../hooks/file.ts";
import { inspectHook } from "../hooks/inspect.ts";
import type { ProfileHook } from "../profile/hook_settings.ts";
import { Settings } from "../profile/settings.ts";
import { type Finding, findingOf, locationOf, sectionOf } from "./finding.ts";

/** Finds hooks that would be skipped, or that can't be used. */
export async function hookFindings(
  context: Context,
  files: AwsFiles,
  profiles: readonly string[],
): Promise<Finding[]> {
  const named = profiles.map((profile) => ({
    profile,
    hooks: namedHooks(context, files, profile),
  }));
  const words = new Set(named.flatMap(({ hooks }) => hooks.map(({ word }) => word)));
  const findings = await Promise.all([
    ...[...words].map((word) => hookFinding(context, word)),
    ...named.map(({ profile, hooks }) => fileOfDotenvFinding(context, files, profile, hooks)),
  ]);
  return findings.flatMap((finding) => finding ?? []);
}

function namedHooks({ env }: Context, files: AwsFiles, name: string): readonly ProfileHook[] {
  try {
    return new Settings(files, env, {}, name).hooks;
  } catch (error) {
    // Resolving the profile reports what is wrong with its block.
    if (error instanceof StsmfaError) return [];
    throw error;
  }
}

/** Checks the shipped `dotenv`, which has no default for the one option that it needs. */
async function fileOfDotenvFinding(
  context: Context,
  files: AwsFiles,
  profile: string,
  hooks: readonly ProfileHook[],
): Promise<Finding | undefined> {
  const hook = hooks.find(({ word, options }) => word === "dotenv" && !options["file"]);
  if (hook === undefined) return undefined;
  try {
    const { path, isShipped } = await findHook(context, hook.word);
    if (!isShipped || (await readDecision(context, path))?.state === "denied") return undefined;
  } catch {
    // The hook's own check reports why it cannot be found.
    return undefined;
  }
  const hooksKey = stsmfaBlock(files, profile)!.find(({ key }) => key === "hooks")!;
  return {
    level: "problem",
    code: "InvalidSetting",
    what: `profile ${profile}: hook dotenv fails without dotenv_file`,
    where: locationOf(hooksKey),
    fix: "say in the stsmfa block which file gets the session: dotenv_file = ~/PATH/.env",
    section: sectionOf(files, hooksKey),
  };
}

async function hookFinding(context: Context, word: string): Promise<Finding | undefined> {
  try {
    const { path, source, isShipped } = await findHook(context, word);
    const decision = await readDecision(context, path);
    // A denied hook is skipped, as its owner wants.
    if (isShipped || decision?.state === "denied") return undefined;
    const missing = ["export", "on", "run"].find((each) => !source.match(`\\b${each}\\b`));
    if (missing !== undefined) {
      return {
        level: "problem",
        code: "InvalidHook",
        what: `hook ${word} is not a hook: it has no ${missing}`,
        where: path,
        fix: "fix it; for a working example: stsmfa hooks new NAME",
      };
    }
    const allow = `fix it if it cannot be loaded; see what it may do, and approve it: ${
      withArguments("stsmfa hooks allow", [word])
    }`;
    const found = (what: string): Finding => ({
      level: "problem",
      code: "HookNotApproved",
      what,
      where: path,
      fix: allow,
    });
    if (decision === undefined) return found(`hook ${word} waits for your approval`);
    // Only the approved text is inspected, since any other would be loaded, in a process of its
    // own.
    const isChanged = decision.approval.contentHash !== await digest(source) ||
      (await inspectHook(context, word)).state === "changed";
    return isChanged ? found(`hook ${word} has changed since you approved it`) : undefined;
  } catch (error) {
    return findingOf(error, `hook ${word}`);
  }
}
