/**
 * `stsmfa doctor`: what keeps profiles from working, and what to do about it.
 *
 * @module
 */

import { awsFilePaths } from "../aws_files/read.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import {
  commonFlags,
  type FileFlags,
  fileFlags,
  profileFlags,
  text,
  toggle,
} from "../cli/flags.ts";
import { namedProfiles, usualProfile } from "../cli/profile_argument.ts";
import type { Context } from "../context.ts";
import { diagnose, type Diagnosis } from "../doctor/doctor.ts";
import { type Finding, statusOf } from "../doctor/finding.ts";
import { withTilde } from "../path.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { type Line, line, paint } from "../screen.ts";

interface Flags extends CommonFlags, FileFlags, Pick<ProfileFlags, "longTermSuffix"> {
  readonly profile?: string;
  readonly offline?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa doctor", "check everything"],
    ["stsmfa doctor prod", "check what concerns prod"],
    ["stsmfa doctor --offline --json", "without the network, for programs"],
  ],
  description: [
    "Checks AWS's files, environment variables, hooks, the network and the clock, and says for each " +
    "finding where it is and how to fix it, first things first. Changes nothing, asks nothing and " +
    "shows no secret.",
    "A problem keeps a profile from working, in AWS's tools or in stsmfa. A warning may be intended. " +
    "A note is advice on something that works.",
    "Exits with 0 if there are no problems, 5 if only the network has problems, and 3 otherwise.",
  ],
  flags: {
    ...commonFlags,
    offline: toggle("Skip the network, and the check of the clock"),
    ...fileFlags,
    profile: text("Same as the PROFILE argument", "profile"),
    longTermSuffix: profileFlags.longTermSuffix,
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
  const names = namedProfiles(flags, positionals);
  const { longTermSuffix } = flags;
  const diagnosis = await diagnose(context, {
    paths: awsFilePaths(context.env, flags),
    flags: { longTermSuffix },
    names,
    usual: usualProfile(context.env),
    isOffline: flags.offline ?? false,
  });
  const { findings } = diagnosis;
  return {
    json: findings.map(({ level, code, what, where, fix }) => ({ level, code, what, where, fix })),
    human: () => inWords(context, diagnosis, names),
    isAnswer: findings.some(isWrong),
    exitStatus: statusOf(findings),
  };
}

function inWords(
  { env }: Context,
  { findings, profileCount }: Diagnosis,
  names: readonly string[],
): Line[] {
  const colours = { problem: "red", warning: "yellow", note: "dim" } as const;
  const lines = findings.flatMap(({ level, what, where, fix }) => [
    line`${paint(colours[level], level)}${" ".repeat(9 - level.length)}${
      withTilde(env, `${where}: ${what}`)
    }`,
    `         ${withTilde(env, fix)}`,
  ]);
  const count = (level: Finding["level"]) => findings.filter((each) => each.level === level).length;
  if (!findings.some(isWrong)) {
    const where = names.length > 0 ? names.join(", ") : counted(profileCount, "profile");
    const sound = line`${paint("green", "nothing wrong")} with ${where}`;
    return lines.length === 0 ? [sound] : [sound, "", ...lines];
  }
  const counts = [counted(count("problem"), "problem"), counted(count("warning"), "warning")];
  if (count("note") > 0) counts.push(counted(count("note"), "note"));
  return [...lines, "", counts.join(", ")];
}

function isWrong({ level }: Finding): boolean {
  return level !== "note";
}

function counted(count: number, what: string): string {
  return `${count === 0 ? "no" : count} ${what}${count === 1 ? "" : "s"}`;
}
