/**
 * `stsmfa import`: takes over the set-ups of other tools.
 *
 * @module
 */

import { awsFilePaths, expandHome, readAwsFiles } from "../aws_files.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { findOtherTools, type OtherTool, otherTools } from "../other_tools.ts";
import { planTakeOver, type TakeOver, takeOver } from "../take_over.ts";
import { terminalTalk } from "../talk.ts";
import type { Command, CommandResult, CommonFlags, Paint } from "./command.ts";
import { commonFlags, type FileFlags, fileFlags, sessionFlags, text, toggle } from "./flags.ts";

interface Flags extends CommonFlags, FileFlags {
  readonly from?: OtherTool;
  readonly accountsFile?: string;
  readonly dryRun?: boolean;
  readonly backup?: boolean;
}

const usualAccountsFile = "/etc/default/aws-sts-helpers/accounts.json";

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
    dryRun: toggle("Show what would be added; do nothing"),
    ...fileFlags,
    backup: sessionFlags.backup,
  },
  aliases: { n: "dryRun", q: "quiet" },
  operands: "[PROFILE...]",
  run,
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  operands: readonly string[],
): Promise<CommandResult> {
  const { env } = context;
  const files = await readAwsFiles(context, awsFilePaths(env, flags));
  const accountsFile = flags.accountsFile === undefined
    ? usualAccountsFile
    : expandHome(env, flags.accountsFile);
  const all = (await findOtherTools(context, files, accountsFile))
    .filter(({ tool }) => flags.from === undefined || tool === flags.from);
  const known = all.map(({ profile }) => profile);
  for (const name of operands) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new StsmfaError("ProfileNotFound", `no other tool has a profile ${name}`, {
      hint: near === undefined
        ? "see what there is: stsmfa import --dry-run"
        : `did you mean ${near}?`,
    });
  }
  if (all.length === 0) {
    throw new StsmfaError(
      "ProfileNotFound",
      `there is nothing to take over: no sections of aws-mfa in ${files.credentials.path}, no ~/.stscreds/credentials, no ~/aws-creds`,
      { hint: "to store an access key: stsmfa init" },
    );
  }
  const chosen = all.filter(({ profile }) => operands.length === 0 || operands.includes(profile));
  const plan = planTakeOver(files, chosen);
  const { dryRun = false, backup = true } = flags;
  if (!dryRun) {
    const { warn } = terminalTalk(context.terminal, flags);
    await takeOver(context, files, plan, { backup, warn });
  }
  return importResult(plan, dryRun);
}

function importResult(plan: readonly TakeOver[], dryRun: boolean): CommandResult {
  const refused = plan.flatMap((each) => each.kind === "refused" ? [each] : []);
  return {
    json: plan.map(({ kind, found: { tool, profile, path, need } }) => ({
      profile,
      tool,
      path,
      action: kind,
      ...(need.kind === "key" && { section: need.section, mfaSerial: need.serialNumber ?? null }),
      ...(need.kind === "block" && { block: need.values }),
    })),
    human: (paint) => lines(plan, dryRun, paint),
    exitStatus: refused[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: refused.map(({ found: { profile }, error }) => ({ about: profile, error })),
  };
}

function lines(plan: readonly TakeOver[], dryRun: boolean, paint: Paint): string {
  const shown = plan.filter(({ kind }) => kind !== "refused");
  const profileWidth = Math.max(0, ...shown.map(({ found }) => found.profile.length));
  const toolWidth = Math.max(0, ...shown.map(({ found }) => found.tool.length));
  return shown.map(({ kind, found: { profile, tool, need } }) => {
    const what = kind === "nothing" ? "works as it is" : words(need, dryRun);
    const colour = kind === "nothing" || !dryRun ? "green" : "yellow";
    return `${profile.padEnd(profileWidth)}  ${tool.padEnd(toolWidth)}  ${paint(colour, what)}\n`;
  }).join("");
}

function words(need: TakeOver["found"]["need"], dryRun: boolean): string {
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
