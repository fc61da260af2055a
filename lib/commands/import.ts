/**
 * `stsmfa import`: imports the set-ups of other tools.
 *
 * @module
 */

import { awsFilePaths, type AwsFiles, expandHome, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult, CommonFlags } from "../cli/command.ts";
import {
  commonFlags,
  type FileFlags,
  fileFlags,
  profileFlags,
  sessionFlags,
  text,
  toggle,
} from "../cli/flags.ts";
import { tableLines } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { defaultLongTermSuffix } from "../profile/names.ts";
import { type Line, paint } from "../screen.ts";
import {
  type FoundProfile,
  type ImportNeed,
  type OtherTool,
  otherTools,
} from "../setup/found_profile.ts";
import { importProfile, planImport, type ProfileImport } from "../setup/import.ts";
import { findOtherTools, usualAccountsFile } from "../setup/other_tools.ts";
import { terminalTalk } from "../talk.ts";

interface Flags extends CommonFlags, FileFlags {
  readonly from?: OtherTool;
  readonly accountsFile?: string;
  readonly longTermSuffix?: string;
  readonly dryRun?: boolean;
  readonly backup?: boolean;
}

const command: Command<Flags> = {
  description: [
    "Finds the profiles of aws-mfa, stscreds and aws-sts-helpers, or those that are named, and adds",
    "what stsmfa needs to renew them: keys as [PROFILE-long-term], or a stsmfa block in the config",
    "file. What is there already is never changed, and the other tools' files are not touched.",
    "",
    "Examples:",
    "  stsmfa import --dry-run        show what would be added",
    "  stsmfa import",
    "  stsmfa import prod --from aws-sts-helpers",
  ],
  flags: {
    ...commonFlags,
    from: { kind: "choice", values: otherTools, brief: "The profiles of one tool alone" },
    accountsFile: text(`Accounts of aws-sts-helpers (default: ${usualAccountsFile})`, "path"),
    longTermSuffix: profileFlags.longTermSuffix,
    dryRun: toggle("Show what would be added; do nothing"),
    ...fileFlags,
    backup: sessionFlags.backup,
  },
  aliases: { n: "dryRun", q: "quiet" },
  positionals: "[PROFILE...]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const { env } = context;
  const { from, accountsFile, dryRun = false, backup = true } = flags;
  const longTermSuffix = flags.longTermSuffix ?? env.get("STSMFA_LONG_TERM_SUFFIX")?.trim() ??
    defaultLongTermSuffix;
  const files = await readAwsFiles(context, awsFilePaths(env, flags));
  const found = await findOtherTools(context, files, {
    tools: from === undefined ? otherTools : [from],
    longTermSuffix,
    accountsFile: accountsFile === undefined ? undefined : expandHome(env, accountsFile),
  });
  const plan = planImport(files, chosen(files, found, positionals, from), longTermSuffix);
  if (!dryRun) {
    const { warn } = terminalTalk(context.terminal, flags);
    await importProfile(context, files, plan, { backup, warn });
  }
  return importResult(plan, dryRun);
}

/** @throws StsmfaError `ProfileNotFound` for an unknown name, or if there is nothing to import */
function chosen(
  files: AwsFiles,
  found: readonly FoundProfile[],
  names: readonly string[],
  from: OtherTool | undefined,
): readonly FoundProfile[] {
  if (found.length === 0) {
    const missing: Readonly<Record<OtherTool, string>> = {
      "aws-mfa": `no sections of aws-mfa in ${files.credentials.path}`,
      "stscreds": "no keys in ~/.stscreds/credentials",
      "aws-sts-helpers": "no keys in ~/aws-creds",
    };
    const searched = from === undefined ? Object.values(missing) : [missing[from]];
    throw new StsmfaError(
      "ProfileNotFound",
      `there is nothing to import: ${searched.join(", ")}`,
      { hint: "to store an access key: stsmfa init" },
    );
  }
  const known = found.map(({ profile }) => profile);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    const flag = from === undefined ? "" : ` --from ${from}`;
    throw new StsmfaError(
      "ProfileNotFound",
      `${from === undefined ? "no other tool" : from} has ${from ? "no" : "a"} profile ${unknown}`,
      {
        hint: near === undefined
          ? `see what there is: stsmfa import${flag} --dry-run`
          : `did you mean: ${withArguments("stsmfa import", [near], flag)}`,
      },
    );
  }
  return found.filter(({ profile }) => names.length === 0 || names.includes(profile));
}

function importResult(plan: readonly ProfileImport[], dryRun: boolean): CommandResult {
  const refused = plan.flatMap((each) => each.kind === "refused" ? [each] : []);
  return {
    json: plan.map((each) => {
      const { kind, found: { tool, profile, path, need } } = each;
      return {
        profile,
        tool,
        path,
        action: kind,
        ...(need.kind === "key" && { section: need.section, mfaSerial: need.serialNumber ?? null }),
        ...(need.kind === "block" && { block: need.values }),
        ...(each.kind === "refused" && { error: each.error }),
      };
    }),
    human: () => lines(plan, dryRun),
    exitStatus: refused[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: refused.map(({ found: { profile }, error }) => ({ about: profile, error })),
  };
}

function lines(plan: readonly ProfileImport[], dryRun: boolean): Promise<Line[]> {
  const shown = plan.filter(({ kind }) => kind !== "refused");
  const rows = shown.map(({ kind, found: { profile, tool, need } }) => {
    const what = kind === "nothing" ? "works as it is" : words(need, dryRun);
    const colour = kind === "nothing" || !dryRun ? "green" : "yellow";
    return [profile, tool, paint(colour, what)];
  });
  return tableLines(rows);
}

function words(need: ImportNeed, dryRun: boolean): string {
  const done = dryRun ? "would be added" : "added";
  if (need.kind === "key") {
    const { section, serialNumber } = need;
    const device = serialNumber === undefined ? "" : `, MFA device ${serialNumber}`;
    return `key ${done} as [${section}]${device}`;
  }
  if (need.kind !== "block") return "";
  const values = Object.entries(need.values).map(([key, value]) => `${key} = ${value}`).join(", ");
  return `stsmfa block ${done}: ${values}`;
}
