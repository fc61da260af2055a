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
  description: [
    "A hook is a file that runs before or after a refresh, in a process of its own, with the",
    "permissions that you have approved for the very bytes in it. A profile names its hooks in its",
    "stsmfa block: hooks = docker, notify",
    "",
    "  list              hooks, their state and what they may do",
    "  allow NAME        show what a hook may do and what has changed, and approve it",
    "  deny NAME         never run it",
    "  run NAME          try a hook on copies of its files, with keys that are good for nothing",
    "  new NAME          write a starting point to the hooks folder, with a test",
    "  types             print the types of hooks, for an editor",
    "",
    "Hooks are .ts or .js files in ~/.config/stsmfa/hooks; docker, dotenv and kube come with stsmfa.",
    "",
    "Examples:",
    "  stsmfa hooks",
    "  stsmfa hooks allow notify",
  ],
  flags: {
    ...commonFlags,
    yes: toggle("allow: ask nothing"),
    event: {
      kind: "choice",
      values: ["pre-refresh", "post-refresh", "post-rotate"],
      brief: "run: when (default: what the hook says)",
    },
    template: text(`new: where to begin, ${templateNames.join("|")} (default: plain)`, "name"),
    ...profileFlag,
    withSession: toggle("run: give it the profile's session, where it asks for one"),
    watch: toggle("run: try it again whenever its file changes, until Ctrl-C"),
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
