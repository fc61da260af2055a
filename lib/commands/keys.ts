/**
 * `stsmfa keys`: where long-term access keys are; moves, rotates, removes and hands them out.
 *
 * @module
 */

import type { Command, CommandResult } from "../cli/command.ts";
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
    everywhere: toggle(
      "move: take it out of comments and other sections, too; rotate: change those",
    ),
    credentialProcess: {
      kind: "choice",
      values: ["yes", "no"],
      brief: "move: whether AWS's tools may ask for the key (default: ask, else no)",
    },
    dryRun: toggle("rotate: show what would be done, and what it needs; do nothing"),
    policy: {
      kind: "toggle",
      brief: "rotate: print the IAM policy that allows it",
      isTypedOnly: true,
    },
    keepOld: toggle("rotate: leave the old key inactive instead of deleting it"),
    finish: {
      kind: "toggle",
      brief: "rotate: only finish what an earlier rotation has left",
      isTypedOnly: true,
    },
    deleteInactive: {
      kind: "toggle",
      brief: "rotate: delete another inactive key to make room",
      isTypedOnly: true,
    },
    tokenCode: sessionFlags.tokenCode,
    yes: toggle("rotate, remove: ask nothing"),
    nonInteractive: sessionFlags.nonInteractive,
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

const subcommands: Readonly<Record<KeysSubcommandName, () => Promise<KeysSubcommand>>> = {
  list: async () => (await load<typeof import("./keys_list.ts")>("list")).list,
  move: async () => (await load<typeof import("./keys_move.ts")>("move")).move,
  rotate: async () => (await load<typeof import("./keys_rotate.ts")>("rotate")).rotate,
  remove: async () => (await load<typeof import("./keys_remove.ts")>("remove")).remove,
  process: async () => (await load<typeof import("./keys_process.ts")>("process")).process,
};

function load<MODULE>(name: KeysSubcommandName): Promise<MODULE> {
  return importLazily(`./keys_${name}.ts`, import.meta.url);
}

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
