/**
 * `stsmfa completions`: what shells need to complete words, and the man page.
 *
 * @module
 */

import { profileNames } from "../aws_files/profile_sections.ts";
import { awsFilePaths, readAwsFiles } from "../aws_files/read.ts";
import type { Command, CommandResult, CommonFlags, Program } from "../cli/command.ts";
import { completionWords } from "../cli/completion_words.ts";
import { bashCompletions } from "../cli/completions_bash.ts";
import { fishCompletions } from "../cli/completions_fish.ts";
import { powershellCompletions } from "../cli/completions_powershell.ts";
import { zshCompletions } from "../cli/completions_zsh.ts";
import { commonFlags, type FileFlags, fileFlags } from "../cli/flags.ts";
import { manPage } from "../cli/man_page.ts";
import type { Context } from "../context.ts";
import { ExitStatus, StsmfaError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { defaultLongTermSuffix, managedProfiles, withSuffix } from "../profile/names.ts";
import { visible } from "../screen.ts";

interface Flags extends CommonFlags, FileFlags {}

const generators = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
  powershell: powershellCompletions,
};

const words = [...Object.keys(generators), "man", "profiles"];

const command: Command<Flags> = {
  examples: [
    ['eval "$(stsmfa completions bash)"', "in ~/.bashrc"],
    ['eval "$(stsmfa completions zsh)"', "in ~/.zshrc, after compinit"],
    ["stsmfa completions fish | source", "in ~/.config/fish/config.fish"],
    ["stsmfa completions powershell | Out-String | Invoke-Expression", "in $PROFILE"],
    ["stsmfa completions man > ~/.local/share/man/man1/stsmfa.1", "the manual page"],
  ],
  description: [
    "Prints a script that makes a shell complete commands, flags, values and profiles. `man` prints " +
    "the manual page, and `profiles` the names of your profiles, one per line.",
  ],
  flags: { ...commonFlags, ...fileFlags },
  aliases: { q: "quiet" },
  positionals: words.join("|"),
  positionalWords: words,
  run: (context, flags, positionals, _commandLine, program) =>
    run(context, flags, positionals, program),
};
export default command;

async function run(
  context: Context,
  flags: Flags,
  [what, ...more]: readonly string[],
  program: Program,
): Promise<CommandResult> {
  if (what === undefined || !words.includes(what) || more.length > 0) {
    const near = what === undefined ? undefined : nearest(what, words);
    const problem = what === undefined
      ? "completions needs the name of a shell"
      : more.length > 0
      ? "one shell at a time"
      : `there are no completions for ${what}`;
    throw new StsmfaError("Usage", problem, {
      hint: near === undefined || near === what
        ? `one of ${words.join(", ")}`
        : `did you mean ${near}?`,
    });
  }
  if (what === "profiles") {
    const names = await profilesToOffer(context, flags);
    return data(names, names.filter(isOffered).map((name) => `${name}\n`).join(""));
  }
  const text = what === "man"
    ? await manPage(program)
    : generators[what as keyof typeof generators](
      await completionWords(program),
      program.defaultName,
    );
  return data({ name: what, text }, text);
}

function data(json: unknown, text: string): CommandResult {
  return { json, data: text, exitStatus: ExitStatus.Ok };
}

/**
 * Reports whether a name can be completed as it is: it is no flag, and all of it is visible on a
 * terminal.
 */
function isOffered(name: string): boolean {
  return !name.startsWith("-") && visible(name) === name;
}

/** Returns profiles to renew or with a session, without the sections of their long-term keys. */
async function profilesToOffer(context: Context, flags: Flags): Promise<string[]> {
  const files = await readAwsFiles(context, awsFilePaths(context.env, flags));
  const suffix = context.env.get("STSMFA_LONG_TERM_SUFFIX")?.trim() ?? defaultLongTermSuffix;
  const ending = withSuffix("", suffix);
  const others = profileNames(files).filter((name) => ending === "" || !name.endsWith(ending));
  return [...new Set([...managedProfiles(files, context.env, {}), ...others])].sort();
}
