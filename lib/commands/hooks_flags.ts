/**
 * The flags and subcommands of `stsmfa hooks`.
 *
 * @module
 */

import type { CommandResult } from "../cli/command.ts";
import type { FileFlags, SessionFlags } from "../cli/flags.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import type { HookPoint } from "../hook.ts";

/** The flags of all subcommands; each reads its own. */
export interface HooksFlags extends FileFlags, Pick<SessionFlags, HooksSessionFlag> {
  readonly yes?: boolean;
  readonly event?: HookPoint;
  readonly withSession?: boolean;
  readonly template?: string;
  readonly watch?: boolean;
}

type HooksSessionFlag =
  | "json"
  | "quiet"
  | "color"
  | "profile"
  | "tokenCode"
  | "nonInteractive"
  | "prompt"
  | "longTermSuffix"
  | "region";

/** The subcommands, each named by the first argument. */
export const hooksWords = ["list", "allow", "deny", "run", "new", "types"] as const;

/** One of {@link hooksWords}. */
export type HooksSubcommandName = (typeof hooksWords)[number];

/** One subcommand of `stsmfa hooks`. */
export type HooksSubcommand = (
  context: Context,
  flags: HooksFlags,
  names: readonly string[],
) => Promise<CommandResult>;

/**
 * Returns the one hook that a subcommand is for.
 *
 * @throws StsmfaError `Usage`
 */
export function oneHook(subcommand: string, names: readonly string[]): string {
  const [name, ...more] = names;
  if (name !== undefined && more.length === 0) return name;
  const problem = name === undefined ? "needs the name of a hook" : "takes one hook at a time";
  throw new StsmfaError("Usage", `hooks ${subcommand} ${problem}`, {
    hint: "see: stsmfa hooks list",
  });
}
