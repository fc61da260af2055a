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

/** Returns a flag of `keys rotate`. */
const forRotate = (flag: Flag): Flag => ({ ...flag, heading: "For rotate" });

/** Returns a flag that no variable sets. */
const typed = (brief: string): Flag => ({ kind: "toggle", brief, isTypedOnly: true });

const command: Command<KeysFlags> = {
  examples: [
    ["stsmfa keys", "list keys, where they are and how old"],
    ["stsmfa keys move work --to keychain", "keep a key in the system's key store"],
    ["stsmfa keys rotate work", "replace a key with a new one"],
    ["stsmfa keys rotate --policy", "print the IAM policy that rotating needs"],
  ],
  description: [
    "Lists, moves, rotates and removes access keys. A key store is Secret Service, macOS Keychain, " +
    "Windows Credential Manager or pass. The profile then has stsmfa_key = keychain:AKIA... in place " +
    "of the key.",
    {
      terms: [
        ["list", "List access keys, and the key stores that work here (the default)"],
        ["move PROFILE", "Move a key to a key store, or back to the file"],
        ["rotate PROFILE", "Create a new key, put it in place and delete the old one"],
        ["remove PROFILE|ID", "Remove a key from its key store"],
        ["process PROFILE", "Print a key for credential_process"],
      ],
    },
  ],
  flags: {
    ...commonFlags,
    ...profileFlag,
    to: {
      kind: "choice",
      values: ["keychain", "pass", "file"],
      brief: "Where to move the key",
      heading: "For move",
      isTypedOnly: true,
    },
    everywhere: {
      ...typed("Also change copies of the key (move, rotate)"),
      heading: "For move",
    },
    credentialProcess: {
      kind: "choice",
      values: ["yes", "no"],
      brief: "Let AWS's tools use the key (default: ask)",
      heading: "For move",
    },
    dryRun: forRotate(toggle("Show what would happen, and change nothing")),
    policy: forRotate(typed("Print the IAM policy that is needed")),
    keepOld: forRotate(toggle("Deactivate the old key instead of deleting it")),
    finish: forRotate(typed("Finish a rotation that was interrupted")),
    deleteInactive: forRotate(typed("Delete an inactive key first, to make room")),
    tokenCode: sessionFlags.tokenCode,
    yes: typed("Do not ask for confirmation (rotate, remove)"),
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
