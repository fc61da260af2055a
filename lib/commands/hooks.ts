/**
 * `stsmfa hooks`: lists, approves, tries and creates hooks.
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
  text,
  toggle,
} from "../cli/flags.ts";
import type { Context } from "../context.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import { templateNames } from "../hooks/template_names.ts";
import { nearest } from "../nearest.ts";
import { type HooksFlags, type HooksSubcommandName, hooksWords } from "./hooks_flags.ts";

const command: Command<HooksFlags> = {
  examples: [
    ["stsmfa hooks", "list hooks and what they may do"],
    ["stsmfa hooks new notify --template slack", "write one"],
    ["stsmfa hooks run notify", "try it, with made-up keys"],
    ["stsmfa hooks allow notify", "approve it"],
  ],
  description: [
    "A hook is a file that stsmfa runs before or after it renews a session, with the permissions " +
    "that you approved. A profile names its hooks in its stsmfa block: hooks = docker, notify. For " +
    "more: stsmfa help hooks",
    {
      terms: [
        ["list", "List hooks, and what they may do (the default)"],
        ["allow NAME", "Show what a hook may do and what has changed, and approve it"],
        ["deny NAME", "Never run a hook"],
        ["run NAME", "Try a hook on copies of its files, with keys that do not work"],
        ["new NAME", "Create a hook and its test in ~/.config/stsmfa/hooks"],
        ["types", "Print the types of hooks, for your editor"],
      ],
    },
  ],
  flags: {
    ...commonFlags,
    yes: toggle("Do not ask for confirmation (allow)"),
    event: {
      kind: "choice",
      values: ["pre-refresh", "post-refresh", "post-rotate"],
      brief: "When it runs (default: what the hook says)",
      heading: "For run",
    },
    template: text(`Start from ${templateNames.join(", ")} (new; default: plain)`, "name"),
    ...profileFlag,
    withSession: {
      ...toggle("Give the hook the profile's real session"),
      heading: "For run",
    },
    watch: { ...toggle("Run again whenever the file changes"), heading: "For run" },
    tokenCode: sessionFlags.tokenCode,
    nonInteractive: sessionFlags.nonInteractive,
    prompt: sessionFlags.prompt,
    longTermSuffix: profileFlags.longTermSuffix,
    region: profileFlags.region,
    ...fileFlags,
  },
  aliases: { p: "profile", q: "quiet", y: "yes" },
  positionals: `${hooksWords.join("|")} [NAME]`,
  positionalWords: hooksWords,
  run,
};
export default command;

async function run(
  context: Context,
  flags: HooksFlags,
  positionals: readonly string[],
): Promise<CommandResult> {
  const [name = "list", ...names] = positionals;
  const { subcommands } = await import("./hooks_subcommands.ts");
  if (!Object.hasOwn(subcommands, name)) {
    const near = nearest(name, Object.keys(subcommands));
    throw new StsmfaError("Usage", `there is no command hooks ${name}`, {
      hint: near === undefined
        ? "see: stsmfa hooks --help"
        : `did you mean: ${withArguments(`stsmfa hooks ${near}`, names)}`,
    });
  }
  return await subcommands[name as HooksSubcommandName](context, flags, names);
}
