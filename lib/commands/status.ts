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
import { measureOf, roomOf } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { formatExpiration } from "../credentials.ts";
import { ExitStatus } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { nothingManaged, requireProfiles } from "../profile/names.ts";
import type { ProfileFlags } from "../profile/settings.ts";
import type { Line } from "../screen.ts";
import { type ProfileStatus, profileStatuses } from "../session/status.ts";
import { terminalTalk } from "../talk.ts";
import { StatusPage, textsOf } from "./status_page.ts";

interface Flags extends CommonFlags, FileFlags, Pick<ProfileFlags, "longTermSuffix"> {
  readonly profile?: string;
  readonly minLeft?: string;
  readonly watch?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa status", "all profiles"],
    ["stsmfa status --watch", "keep them on the screen"],
    ["stsmfa status prod --min-left 30m || stsmfa prod", "for scripts"],
  ],
  description: [
    "Shows each profile, where its session comes from and how long it lasts: profiles whose session " +
    "is in the credentials file, roles that get one when you use them, and profiles that AWS's tools " +
    "sign in to (SSO and others). What needs attention comes first. Asks nothing, and sends nothing.",
    "Exits with 8 if a profile whose session is in the file, or one that you name, has no valid " +
    "session, or one with less left than --min-left.",
  ],
  flags: {
    ...commonFlags,
    ...fileFlags,
    minLeft: text("Exit with 8 if less is left (default: 0)", "time"),
    watch: {
      kind: "toggle",
      brief: "Keep the page up to date until you press q",
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
    human: async () => await pageLines(context, rows, areNamed),
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
  const { columnsOf } = await importLazily<typeof import("../columns.ts")>(
    "../columns.ts",
    import.meta.url,
  );
  const { clock } = context;
  await watch(context, flags, async () => {
    const { rows } = await look(context, flags, names);
    return new StatusPage(rows, { clock, minLeftSeconds, widthOf: columnsOf });
  });
  return { json: undefined, exitStatus: ExitStatus.Ok };
}

function json(status: ProfileStatus): Record<string, unknown> {
  const { profile, kind, state, expiration, secondsLeft, source, roleArn, account } = status;
  return {
    profile,
    kind: kind ?? null,
    state,
    expiration: expiration === undefined ? null : formatExpiration(expiration),
    secondsLeft: secondsLeft ?? null,
    source: source ?? null,
    roleArn: roleArn ?? null,
    account: account ?? null,
  };
}

async function pageLines(
  { clock, terminal }: Context,
  rows: readonly ProfileStatus[],
  areNamed: boolean,
): Promise<Line[]> {
  const widthOf = await measureOf(rows.flatMap(textsOf));
  const page = new StatusPage(rows, { clock, minLeftSeconds: 0, widthOf });
  const room = roomOf(terminal.stdout);
  return [
    ...page.header(room),
    ...Array.from({ length: page.count }, (_, at) => page.line(at, room)),
    ...(areNamed ? [] : page.next(room)),
  ];
}
