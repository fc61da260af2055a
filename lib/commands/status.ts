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
import { importLazily } from "../import_lazily.ts";
import { nothingManaged, requireProfiles } from "../profile/names.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import { type Line, paint, type Piece } from "../screen.ts";
import { type ProfileStatus, profileStatuses } from "../session/status.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends CommonFlags, FileFlags, Pick<ProfileFlags, "longTermSuffix"> {
  readonly profile?: string;
  readonly minLeft?: string;
  readonly watch?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Shows the profiles given, or all: those whose session is in the credentials file, roles whose",
    "session stsmfa keeps for exec, env, use and process, and those whose credentials come from",
    "elsewhere (sso, process, ...). Asks and sends nothing. The exit status is 8 when one that is in",
    "the file, or was given, has expired, has no session, or has less left than --min-left.",
    "With --watch they stay on the terminal, up to date, until q (exit status 0) or Ctrl-C (130).",
    "",
    "Examples:",
    "  stsmfa status",
    "  stsmfa status prod --min-left 30m || stsmfa prod --min-left 30m",
    "  stsmfa status --watch",
  ],
  flags: {
    ...commonFlags,
    ...fileFlags,
    minLeft: text("Exit with 8 when less than this is left (default: 0)", "time"),
    watch: {
      kind: "toggle",
      brief: "Keep showing them on the terminal, once a second, until q",
      isTypedOnly: true,
    },
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
  if (flags.watch) return await watchThem(context, flags, names, minLeftSeconds);
  const { files, rows } = await look(context, flags, names);
  const areNamed = names.length > 0;
  warnOfHeaders(files, areNamed ? names : undefined, terminalTalk(context, flags));
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

async function look(context: Context, flags: Flags, names: readonly string[]) {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  requireProfiles(files, context.env, flags, names, "stsmfa status");
  const rows = await profileStatuses(context, files, flags, names);
  if (rows.length === 0) throw nothingManaged(files);
  return { files, rows };
}

async function watchThem(
  context: Context,
  flags: Flags,
  names: readonly string[],
  minLeftSeconds: number,
): Promise<CommandResult> {
  const { watch } = await importLazily<typeof import("./status_watch.ts")>(
    "./status_watch.ts",
    import.meta.url,
  );
  await watch(context, flags, headers, async () => {
    const { rows } = await look(context, flags, names);
    return rows.map((each) => cellsOf(each, minLeftSeconds));
  });
  return { json: undefined, exitStatus: ExitStatus.Ok };
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

const headers = ["PROFILE", "STATE", "LEFT", "SOURCE", "ROLE"];

/** @param minLeftSeconds what lasts no longer than that is shown as a warning */
function cellsOf(
  { profile, state, secondsLeft, source, roleArn }: ProfileStatus,
  minLeftSeconds: number,
): Piece[] {
  const colours = {
    valid: (secondsLeft ?? 0) < minLeftSeconds ? "yellow" : "green",
    expired: "red",
    none: "yellow",
    others: "dim",
    invalid: "red",
  } as const;
  return [
    profile,
    paint(colours[state], state === "others" ? source! : state),
    state === "valid" ? formatDuration(secondsLeft!) : "-",
    state === "others" ? "-" : source ?? "-",
    roleArn ?? "-",
  ];
}

function table(rows: readonly ProfileStatus[]): Promise<Line[]> {
  return tableLines([headers, ...rows.map((each) => cellsOf(each, 0))]);
}
