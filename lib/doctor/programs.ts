/**
 * Checks the `credential_process` lines that call stsmfa itself: whether it is found, and for which
 * profile it is called.
 *
 * @module
 */

import { type FileValue, hasProfile, profileValue } from "../aws_files/profile_sections.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Context } from "../context.ts";
import { programProblem } from "../files/find_program.ts";
import { shellWord } from "../hint_words.ts";
import { defaultLongTermSuffix, withSuffix } from "../profile/names.ts";
import { isOwnProcess } from "../profile/own_process.ts";
import { commandWords } from "../sources/command_words.ts";
import { type Finding, findingOf, locationOf } from "./finding.ts";

/** A line that calls stsmfa, and the profile that it stands in. */
interface OwnCall {
  readonly profile: string;
  readonly line: FileValue;
  readonly program: string;
}

/** Finds lines that call a stsmfa which cannot be run, one finding for each such program. */
export async function ownProgramFindings(
  context: Context,
  files: AwsFiles,
  names: readonly string[],
): Promise<Finding[]> {
  const calls = Map.groupBy(ownCalls(context, files, names), ({ program }) => program);
  const findings: Finding[] = [];
  for (const [program, [first, ...others]] of calls) {
    const problem = await programProblem(context, program);
    if (problem === undefined) continue;
    const isBare = !/[/\\]/.test(program);
    findings.push({
      ...findingOf(problem, locationOf(first!.line)),
      what: isBare
        ? "credential_process calls stsmfa, which is in no folder of this shell's PATH"
        : `credential_process: ${problem.message}`,
      fix: isBare
        ? "add its folder to PATH, or write the program's full path"
        : problem.hint ?? "correct the path",
      about: others.map(({ line }) => locationOf(line)),
    });
  }
  return findings;
}

/** Tells of profiles that give out the session of another one. */
export function otherNameNotes(
  context: Context,
  files: AwsFiles,
  names: readonly string[],
): Finding[] {
  const isProfile = (name: string) =>
    hasProfile(files, name) || hasProfile(files, withSuffix(name, defaultLongTermSuffix));
  return ownCalls(context, files, names).flatMap(({ profile, line }): Finding[] => {
    const words = commandWords(line.value, context.os);
    const at = words.lastIndexOf("process");
    if (at < 0 || words[at - 1] === "keys" || isOwnProcess(files, line.value, profile)) return [];
    const named = words.slice(at + 1).map((word) => word.replace(/^--profile=/, ""))
      .find(isProfile);
    // With a flag that makes another session of it, it is meant.
    if (named === profile) return [];
    return [{
      level: "note",
      code: "OtherProfile",
      what: `${profile} gets the session of ${
        named ?? "AWS_PROFILE, or of default"
      }: its credential_process does not name ${profile}`,
      where: locationOf(line),
      fix: `if ${profile} is meant: credential_process = stsmfa process ${shellWord(profile)}`,
    }];
  });
}

function ownCalls({ os }: Context, files: AwsFiles, names: readonly string[]): OwnCall[] {
  return names.flatMap((profile) => {
    const line = profileValue(files, profile, "credential_process");
    if (line === undefined) return [];
    try {
      const [program] = commandWords(line.value, os);
      const isOurs = program !== undefined && /(?:^|[/\\])stsmfa(?:\.exe)?$/.test(program);
      return isOurs ? [{ profile, line, program }] : [];
    } catch {
      // Resolving the profile reports what is wrong with it.
      return [];
    }
  });
}
