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
  promptFlag,
  sessionFlags,
  text,
  toggle,
} from "../cli/flags.ts";
import { padColumn } from "../cli/table.ts";
import type { Context } from "../context.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { listed, withArguments } from "../hint_words.ts";
import { nearest } from "../nearest.ts";
import { defaultLongTermSuffix } from "../profile/names.ts";
import { type Line, paint } from "../screen.ts";
import {
  type FoundProfile,
  type ImportNeed,
  type OtherTool,
  otherTools,
  type ProfileImport,
} from "../setup/found_profile.ts";
import { oneAtATime } from "../keys/one_at_a_time.ts";
import { planImport } from "../setup/import.ts";
import { importProfile } from "../setup/import_edit.ts";
import { isKeyringTool } from "../setup/keyring.ts";
import { findInKeyrings, forgetCommand } from "../setup/keyrings.ts";
import { findOtherTools, usualAccountsFile } from "../setup/other_tools.ts";
import { type Talk, terminalTalk } from "../talk.ts";
import { type Place, placeFor } from "./import_place.ts";
import type { StoreChoice } from "./init_store.ts";

interface Flags extends CommonFlags, FileFlags {
  readonly from?: OtherTool;
  readonly store?: StoreChoice;
  readonly accountsFile?: string;
  readonly longTermSuffix?: string;
  readonly prompt?: PromptPlace;
  readonly dryRun?: boolean;
  readonly backup?: boolean;
}

const command: Command<Flags> = {
  examples: [
    ["stsmfa import --dry-run", "show what would be added"],
    ["stsmfa import", "import everything"],
    ["stsmfa import prod --from aws-sts-helpers", "import one profile"],
    ["stsmfa import --from aws-vault --store keychain", "keep the keys in a key store"],
  ],
  description: [
    "Finds the profiles of aws-mfa, stscreds, aws-sts-helpers, aws-vault and granted, and adds what " +
    "stsmfa needs to renew them: access keys as [PROFILE-long-term], or a stsmfa block in the config " +
    "file. What is already there is never changed, nor what the other tools keep.",
  ],
  details: [
    "The access keys of aws-vault and granted are read where these keep them: the system's key " +
    "store, pass, or encrypted files. Their passphrase is asked for, or taken from " +
    "AWS_VAULT_FILE_PASSPHRASE and CF_KEYRING_FILE_PASSWORD. With --store the keys go to a key store " +
    "of yours and never to AWS's files; without it you are asked. Sessions of these tools are not " +
    "imported.",
  ],
  flags: {
    ...commonFlags,
    from: { kind: "choice", values: otherTools, brief: "Import from this tool only" },
    store: {
      kind: "choice",
      values: ["file", "keychain", "pass"],
      brief: "Where to keep access keys (default: ask, or file)",
    },
    accountsFile: text(`Accounts file of aws-sts-helpers (default: ${usualAccountsFile})`, "path"),
    longTermSuffix: profileFlags.longTermSuffix,
    prompt: promptFlag,
    dryRun: toggle("Show what would be added, and change nothing"),
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
  const talk = terminalTalk(context, flags);
  const tools: readonly OtherTool[] = from === undefined ? otherTools : [from];
  const found = [
    ...await findOtherTools(context, files, {
      tools,
      longTermSuffix,
      accountsFile: accountsFile === undefined ? undefined : expandHome(env, accountsFile),
    }),
    ...await findInKeyrings(context, files, {
      tools: tools.filter(isKeyringTool),
      names: positionals,
      longTermSuffix,
      isNamed: from !== undefined,
      talk,
    }),
  ];
  const plan = planImport(files, chosen(files, found, positionals, from), longTermSuffix);
  const place = await placeFor(context, plan, flags.store, dryRun, talk);
  const store = place?.store;
  const add = () => importProfile(context, files, plan, { backup, warn: talk.warn, store });
  const done = dryRun
    ? plan
    : store === undefined
    ? await add()
    : await oneAtATime(context, talk, add);
  talk.endProgress();
  for (const each of done) tellOf(each, dryRun, talk);
  return importResult(done, dryRun, place);
}

/** Tells what is left to do. */
function tellOf(each: ProfileImport, dryRun: boolean, talk: Talk): void {
  if (each.kind === "refused") return;
  const { kind, instead, found: { tool, profile, need } } = each;
  if (instead !== undefined && need.kind === "key") {
    const { path, line } = instead;
    talk.warn(
      `${path}: line ${line}: ${profile} gets its credentials from this credential_process, not with the key in [${need.section}]: remove the line`,
    );
  }
  if (dryRun || kind !== "key" || !isKeyringTool(tool)) return;
  const more = tool === "granted" ? ", which removes the profile from the config file as well" : "";
  talk.note(
    `${tool} still has the key of ${profile}; when you no longer need it there: ${
      forgetCommand(tool, profile)
    }${more}`,
  );
}

/** @throws StsmfaError `ProfileNotFound` for an unknown name, or if there is nothing to import */
function chosen(
  files: AwsFiles,
  found: readonly FoundProfile[],
  names: readonly string[],
  from: OtherTool | undefined,
): readonly FoundProfile[] {
  if (found.length === 0) {
    const whose = names.length === 0 ? "" : ` for ${listed(names)}`;
    const missing: Readonly<Record<OtherTool, string>> = {
      "aws-mfa": `no sections of aws-mfa in ${files.credentials.path}`,
      "stscreds": "no keys in ~/.stscreds/credentials",
      "aws-sts-helpers": "no keys in ~/aws-creds",
      "aws-vault": `no keys of aws-vault${whose}`,
      "granted": `no keys of granted${whose}`,
    };
    const searched = from === undefined
      ? `neither ${
        Object.keys(missing).join(", ").replace(/, (?=[^,]*$)/, " nor ")
      } has a key${whose}`
      : missing[from];
    throw new StsmfaError(
      "ProfileNotFound",
      `there is nothing to import: ${searched}`,
      {
        hint: from !== undefined && isKeyringTool(from) && names.length === 0
          ? `to import a key whose profile is in no file: stsmfa import NAME --from ${from}`
          : "to store an access key: stsmfa init",
      },
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

function importResult(
  plan: readonly ProfileImport[],
  dryRun: boolean,
  place: Place | undefined,
): CommandResult {
  const refused = plan.flatMap((each) => each.kind === "refused" ? [each] : []);
  return {
    json: plan.map((each) => {
      const { kind, found: { tool, profile, path, keyring, need } } = each;
      return {
        profile,
        tool,
        path: path ?? null,
        ...(keyring !== undefined && { keyring }),
        action: kind,
        ...(kind === "key" && { store: place && (place.store?.name ?? "file") || null }),
        ...(kind === "key" && isKeyringTool(tool) && {
          removeCommand: forgetCommand(tool, profile),
        }),
        ...(need.kind === "key" && { section: need.section, mfaSerial: need.serialNumber ?? null }),
        ...(need.kind === "block" && { block: need.values }),
        ...(each.kind === "refused" && { error: each.error }),
      };
    }),
    human: () => lines(plan, dryRun, place),
    exitStatus: refused[0]?.error.exitStatus ?? ExitStatus.Ok,
    errors: refused.map(({ found: { profile }, error }) => ({ about: profile, error })),
  };
}

async function lines(
  plan: readonly ProfileImport[],
  dryRun: boolean,
  place: Place | undefined,
): Promise<Line[]> {
  const shown = plan.flatMap((each) => each.kind === "refused" ? [] : [each]);
  const rows = shown.map(({ kind, instead, found: { profile, tool, need } }) => {
    const what = kind !== "nothing"
      ? words(need, dryRun, place)
      : instead !== undefined && need.kind === "key"
      ? `key is already there, as [${need.section}]`
      : "works as it is";
    const colour = kind === "nothing" || !dryRun ? "green" : "yellow";
    return { profile, tool, words: paint(colour, what) };
  });
  const [names, tools] = await Promise.all([
    padColumn(rows.map(({ profile }) => profile)),
    padColumn(rows.map(({ tool }) => tool)),
  ]);
  return rows.map(({ words }, at) => [names[at]!, "  ", tools[at]!, "  ", words]);
}

function words(need: ImportNeed, dryRun: boolean, place: Place | undefined): string {
  const done = dryRun ? "would be added" : "added";
  if (need.kind === "key") {
    const { section, serialNumber } = need;
    const device = serialNumber === undefined ? "" : `, MFA device ${serialNumber}`;
    const kept = place?.store === undefined ? "" : ` and kept in ${place.store.title}`;
    return `key ${done} as [${section}]${kept}${device}`;
  }
  if (need.kind !== "block") return "";
  const values = Object.entries(need.values).map(([key, value]) => `${key} = ${value}`).join(", ");
  return `stsmfa block ${done}: ${values}`;
}
