/**
 * `stsmfa status`: which sessions there are and how long they last.
 *
 * @module
 */

import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
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
import { warnOfHeaders } from "../cli/header_warnings.ts";
import { namedProfiles } from "../cli/profile_argument.ts";
import { tableLines } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { ExitStatus } from "../errors.ts";
import { nothingManaged, requireProfiles } from "../profile/names.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { type Line, paint } from "../screen.ts";
import { type ProfileStatus, profileStatuses } from "../session/status.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends CommonFlags, FileFlags, Pick<ProfileFlags, "longTermSuffix"> {
  readonly profile?: string;
  readonly minLeft?: string;
}

const command: Command<Flags> = {
  description: [
    "Shows the profiles given, or all: those whose session is in the credentials file, roles whose",
    "session stsmfa keeps for exec, env, use and process, and those whose credentials come from",
    "elsewhere (sso, process, ...). Asks and sends nothing. The exit status is 8 when one that is in",
    "the file, or was given, has expired, has no session, or has less left than --min-left.",
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

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const names = namedProfiles(flags, positionals);
  const minLeftSeconds = flags.minLeft === undefined ? 0 : parseMinLeft(flags.minLeft);
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  requireProfiles(files, context.env, flags, names, "stsmfa status");
  const rows = await profileStatuses(context, files, flags, names);
  if (rows.length === 0) throw nothingManaged(files);
  const areNamed = names.length > 0;
  warnOfHeaders(files, areNamed ? names : undefined, terminalTalk(context.terminal, flags));
  const isShort = ({ kind, state, secondsLeft = 0 }: ProfileStatus) => {
    if (state === "others" || (!areNamed && kind !== "written")) return false;
    return state !== "valid" || secondsLeft < minLeftSeconds;
  };
  return {
    json: rows.map(json),
    human: () => table(rows),
    exitStatus: rows.some(isShort) ? ExitStatus.NotEnoughLeft : ExitStatus.Ok,
  };
}

function json(status: ProfileStatus): Record<string, unknown> {
  const { profile, kind, state, expiration, secondsLeft, source, roleArn } = status;
  return {
    profile,
    kind: kind ?? null,
    state,
    expiration: expiration === undefined ? null : formatExpiration(expiration),
    secondsLeft: secondsLeft ?? null,
    source: source ?? null,
    roleArn: roleArn ?? null,
  };
}

function table(rows: readonly ProfileStatus[]): Promise<Line[]> {
  const colours = {
    valid: "green",
    expired: "red",
    none: "yellow",
    others: "dim",
    invalid: "red",
  } as const;
  const cells = rows.map(({ profile, state, secondsLeft, source, roleArn }) => [
    profile,
    paint(colours[state], state === "others" ? source! : state),
    state === "valid" ? formatDuration(secondsLeft!) : "-",
    state === "others" ? "-" : source ?? "-",
    roleArn ?? "-",
  ]);
  return tableLines([["PROFILE", "STATE", "LEFT", "SOURCE", "ROLE"], ...cells]);
}
