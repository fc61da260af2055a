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
  description: [
    "Looks for what keeps profiles from working: in AWS's files, their modes, the variables of this",
    "shell, hooks, the way to AWS and the clock. Says for each finding where it is and what to do;",
    "changes nothing, asks nothing, shows no secret. With profiles, what concerns them alone.",
    "",
    "A problem keeps somebody from using a profile: AWS's tools, or stsmfa. A warning may be meant,",
    "or pass. A note is advice on what works, such as how tools that cannot ask get a session.",
    "",
    "The exit status is 0 when there are no problems, 5 when the network alone has problems, else 3.",
    "",
    "Examples:",
    "  stsmfa doctor",
    "  stsmfa doctor prod --offline --json",
  ],
  flags: {
    ...commonFlags,
    offline: toggle("Leave the network alone; the clock is not compared then"),
    ...fileFlags,
    profile: text("The profile, in place of the argument", "profile"),
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
