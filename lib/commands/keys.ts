/**
 * `stsmfa keys`: where long-term access keys are; moves, rotates, removes and hands them out.
 *
 * @module
 */

import type { Command, CommandResult, Flag } from "../cli/command.ts";
import {
  commonFlags,
  fileFlags,
  profileFlag,
  profileFlags,
  sessionFlags,
  toggle,
} from "../cli/flags.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { importLazily } from "../import_lazily.ts";
import { nearest } from "../nearest.ts";
import {
  type KeysFlags,
  type KeysSubcommand,
  type KeysSubcommandName,
  keysWords,
} from "./keys_flags.ts";

/** Returns a flag that no variable sets. */
const typed = (brief: string): Flag => ({ kind: "toggle", brief, isTypedOnly: true });

const command: Command<KeysFlags> = {
  description: [
    "Keeps long-term access keys in the key store of the system (Secret Service, macOS Keychain,",
    "Windows Credential Manager) or in pass, instead of in AWS's files. Sessions are made from there;",
    "in the place of the key stands: stsmfa_key = keychain:AKIA...",
    "",
    "  list              every access key and where it is, and which stores can be used here",
    "  move PROFILE      move the profile's key to a store, or back: --to keychain|pass|file",
    "  rotate PROFILE    give the profile's user a new key in the place of the old one",
    "  remove PROFILE    remove the profile's key from its store; also by its ID: remove AKIA...",
    "  process PROFILE   print the key in the profile's section, for credential_process",
    "",
    "Examples:",
    "  stsmfa keys",
    "  stsmfa keys move work --to keychain",
    "  stsmfa keys rotate work",
  ],
  flags: {
    ...commonFlags,
    ...profileFlag,
    to: {
      kind: "choice",
      values: ["keychain", "pass", "file"],
      brief: "move: where the key goes",
      isTypedOnly: true,
    },
    everywhere: typed(
      "move: take it out of comments and other sections, too; rotate: change those",
    ),
    credentialProcess: {
      kind: "choice",
      values: ["yes", "no"],
      brief: "move: whether AWS's tools may ask for the key (default: ask, else no)",
    },
    dryRun: toggle("rotate: show what would be done, and what it needs; do nothing"),
    policy: typed("rotate: print the IAM policy that allows it"),
    keepOld: toggle("rotate: leave the old key inactive instead of deleting it"),
    finish: typed("rotate: only finish what an earlier rotation has left"),
    deleteInactive: typed("rotate: delete another inactive key to make room"),
    tokenCode: sessionFlags.tokenCode,
    yes: typed("rotate, remove: ask nothing"),
    nonInteractive: sessionFlags.nonInteractive,
    prompt: sessionFlags.prompt,
    mfaSerial: profileFlags.mfaSerial,
    region: profileFlags.region,
    longTermSuffix: profileFlags.longTermSuffix,
    ...fileFlags,
  },
  aliases: { n: "dryRun", p: "profile", q: "quiet", y: "yes" },
  positionals: `${keysWords.join("|")} [PROFILE]`,
  positionalWords: keysWords,
  run,
};
export default command;

/** What AWS's tools run on every command loads nothing of the others. */
const subcommands: Readonly<Record<KeysSubcommandName, () => Promise<KeysSubcommand>>> = {
  list: () =>
    importLazily<typeof import("./keys_list.ts")>("./keys_list.ts", import.meta.url)
      .then(({ list }) => list),
  move: () =>
    importLazily<typeof import("./keys_move.ts")>("./keys_move.ts", import.meta.url)
      .then(({ move }) => move),
  rotate: () =>
    importLazily<typeof import("./keys_rotate.ts")>("./keys_rotate.ts", import.meta.url)
      .then(({ rotate }) => rotate),
  remove: () =>
    importLazily<typeof import("./keys_remove.ts")>("./keys_remove.ts", import.meta.url)
      .then(({ remove }) => remove),
  process: () =>
    importLazily<typeof import("./keys_process.ts")>("./keys_process.ts", import.meta.url)
      .then(({ process }) => process),
};

async function run(
  context: Context,
  flags: KeysFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const [name = "list", ...names] = positionals;
  if (!Object.hasOwn(subcommands, name)) {
    const near = nearest(name, keysWords);
    throw new StsmfaError("Usage", `there is no command keys ${name}`, {
      hint: near === undefined
        ? "see: stsmfa keys --help"
        : `did you mean: ${withArguments(`stsmfa keys ${near}`, names)}`,
    });
  }
  return await (await subcommands[name as KeysSubcommandName]())(context, flags, names);
}
