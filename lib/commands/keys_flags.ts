/**
 * The flags and subcommands of `stsmfa keys`.
 *
 * @module
 */

import type { CommandResult, CommonFlags } from "../cli/command.ts";
import type { FileFlags } from "../cli/flags.ts";
import type { Context } from "../context.ts";
import type { PromptPlace } from "../mfa/prompt_place.ts";

/** The flags of all subcommands; each reads its own. */
export interface KeysFlags extends CommonFlags, FileFlags {
  readonly profile?: string;
  readonly to?: "keychain" | "pass" | "file";
  readonly everywhere?: boolean;
  readonly credentialProcess?: "yes" | "no";
  readonly tokenCode?: string;
  readonly keepOld?: boolean;
  readonly finish?: boolean;
  readonly deleteInactive?: boolean;
  readonly dryRun?: boolean;
  readonly policy?: boolean;
  readonly mfaSerial?: string;
  readonly region?: string;
  readonly yes?: boolean;
  readonly nonInteractive?: boolean;
  readonly prompt?: PromptPlace;
  readonly longTermSuffix?: string;
}

/** The subcommands, each named by the first argument. */
export const keysWords = ["list", "move", "rotate", "remove", "process"] as const;

/** One of {@link keysWords}. */
export type KeysSubcommandName = (typeof keysWords)[number];

/** One subcommand of `stsmfa keys`. */
export type KeysSubcommand = (
  context: Context,
  flags: KeysFlags,
  names: readonly string[],
) => Promise<CommandResult>;
