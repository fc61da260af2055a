/**
 * `stsmfa keys`: where long-term access keys are; moves, removes and hands them out.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
import { commonFlags, fileFlags, profileFlag, profileFlags, sessionFlags } from "../cli/flags.ts";
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

const command: Command<KeysFlags> = {
  description: [
    "Keeps long-term access keys in the key store of the system (Secret Service, macOS Keychain,",
    "Windows Credential Manager) or in pass, instead of in AWS's files. Sessions are made from there;",
    "in the place of the key stands: stsmfa_key = keychain:AKIA...",
    "",
    "  list              every access key and where it is, and which stores can be used here",
    "  move PROFILE      move the profile's key to a store, or back: --to keychain|pass|file",
    "  remove PROFILE    remove the profile's key from its store; also by its ID: remove AKIA...",
    "  process PROFILE   print the key in the profile's section, for credential_process",
    "",
    "Examples:",
    "  stsmfa keys",
    "  stsmfa keys move work --to keychain",
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
    everywhere: {
      kind: "toggle",
      brief: "move: take it out of comments and other sections, too",
      isTypedOnly: true,
    },
    credentialProcess: {
      kind: "choice",
      values: ["yes", "no"],
      brief: "move: whether AWS's tools may ask for the key (default: ask, else no)",
    },
    yes: { kind: "toggle", brief: "remove: ask nothing", isTypedOnly: true },
    nonInteractive: sessionFlags.nonInteractive,
    longTermSuffix: profileFlags.longTermSuffix,
    ...fileFlags,
  },
  aliases: { p: "profile", q: "quiet", y: "yes" },
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
