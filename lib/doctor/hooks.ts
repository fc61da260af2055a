/**
 * Looks at the hooks that profiles name, without running any.
 *
 * @module
 */

import type { AwsFiles } from "../aws_files.ts";
import type { Context } from "../context.ts";
import { shellWord, StsmfaError } from "../errors.ts";
import { findHook } from "../hook_file.ts";
import { digest } from "../digest.ts";
import { readDecision } from "../hook_trust.ts";
import { knowHook } from "../known_hook.ts";
import { Settings } from "../settings.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Hooks that would be skipped, or that can't be used. */
export async function hookFindings(
  context: Context,
  files: AwsFiles,
  profiles: readonly string[],
): Promise<Finding[]> {
  const words = new Set(profiles.flatMap((name) => namedHooks(context, files, name)));
  const findings = await Promise.all([...words].map((word) => hookFinding(context, word)));
  return findings.flatMap((finding) => finding ?? []);
}

function namedHooks({ env }: Context, files: AwsFiles, name: string): string[] {
  try {
    return new Settings(files, env, {}, name).hooks.map(({ word }) => word);
  } catch (error) {
    // Whoever resolves the profile says what is wrong with its block.
    if (error instanceof StsmfaError) return [];
    throw error;
  }
}

async function hookFinding(context: Context, word: string): Promise<Finding | undefined> {
  try {
    const { path, source, isShipped } = await findHook(context, word);
    const decision = await readDecision(context, path);
    // A hook that was denied is left out as its owner wishes.
    if (isShipped || decision?.state === "denied") return undefined;
    const missing = ["export", "on", "run"].find((each) => !source.match(`\\b${each}\\b`));
    if (missing !== undefined) {
      return {
        level: "problem",
        code: "InvalidHook",
        what: `hook ${word} is none: there is no ${missing} in it`,
        where: path,
        fix: "mend it; what a sound one looks like: stsmfa hooks new NAME",
      };
    }
    const allow =
      `see what it may do, and approve it (one that can't be loaded has to be mended first): stsmfa hooks allow ${
        shellWord(word)
      }`;
    const found = (what: string): Finding => ({
      level: "problem",
      code: "HookNotApproved",
      what,
      where: path,
      fix: allow,
    });
    if (decision === undefined) return found(`hook ${word} waits for your approval`);
    // Only a hook with the approved text is known without asking itself, in a process of its own.
    const isChanged = decision.approval.contentHash !== await digest(source) ||
      (await knowHook(context, word)).state === "changed";
    return isChanged ? found(`hook ${word} has changed since you approved it`) : undefined;
  } catch (error) {
    return findingOf(error, `hook ${word}`);
  }
}
