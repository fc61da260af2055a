/**
 * Completions for fish.
 *
 * @module
 */

import { fishWord } from "../shell/statements.ts";
import type { CommandWords, FlagWords } from "./completion_words.ts";

/** Returns the script. */
export function fishCompletions(commands: readonly CommandWords[], defaultName: string): string {
  const names = commands.map(({ name }) => name).join(" ");
  const valued = commands.flatMap(({ flags }) => flags)
    .filter(({ value }) => value !== undefined).flatMap(({ spellings }) => spellings);
  const launchers = commands.filter((each) => each.takesCommandLine).map(({ name }) => name);
  return `# Completions of stsmfa for fish.

# The command that is typed, and whether a certain positional argument of it is.
function __stsmfa_at
    set -l words (commandline -opc)[2..-1]
    set -l command ${defaultName}
    if contains -- "$words[1]" help ${names}
        set command $words[1]
        set -e words[1]
    end
    test "$command" = "$argv[1]"; or return 1
    if contains -- $command ${launchers.join(" ")}; and contains -- -- $words
        return 1
    end
    set -q argv[2]; or return 0
    set -l positionals 0
    set -l is_value no
    for word in $words
        if test $is_value = yes
            set is_value no
        else if contains -- $word ${[...new Set(valued)].join(" ")}
            set is_value yes
        else if not string match -q -- '-?*' $word
            set positionals (math $positionals + 1)
        end
    end
    test $positionals -ge $argv[2] -a $positionals -le $argv[3]
end

function __stsmfa_in_command_line
    set -l words (commandline -opc)
    contains -- "$words[2]" ${launchers.join(" ")}; and contains -- -- $words
end

# What another program's words can be.
function __stsmfa_command_line
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- -- $words)]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

function __stsmfa_profiles
    # fish inserts these as they are, and takes them for the homes of users.
    command stsmfa completions profiles 2>/dev/null | string match -v -- '~*'
end

function __stsmfa_is_first
    test (count (commandline -opc)) -eq 1
end

complete -c stsmfa -e
complete -c stsmfa -f
complete -c stsmfa -n __stsmfa_in_command_line -a '(__stsmfa_command_line)'
complete -c stsmfa -n __stsmfa_is_first -a help -d ${fishWord("Show help, also of a command")}
complete -c stsmfa -n '__stsmfa_at help 0 0' -a ${fishWord(names)}
${commands.map(commandLines).join("")}`;
}

function commandLines({ name, brief, flags, positionalWords, profiles }: CommandWords): string {
  const lines = [
    `-n __stsmfa_is_first -a ${name} -d ${fishWord(brief)}`,
    ...flags.map((flag) => `-n '__stsmfa_at ${name}' ${flagWords(flag)}`),
  ];
  if (positionalWords.length > 0) {
    lines.push(`-n '__stsmfa_at ${name} 0 0' -a ${fishWord(positionalWords.join(" "))}`);
  }
  if (profiles !== undefined) {
    lines.push(
      `-n '__stsmfa_at ${name} ${profiles.join(" ")}' -a '(__stsmfa_profiles)' -d profile`,
    );
  }
  return `\n${lines.map((line) => `complete -c stsmfa ${line}\n`).join("")}`;
}

function flagWords({ spellings, brief, value }: FlagWords): string {
  const spelled = spellings.map((each) =>
    each.startsWith("--") ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`
  ).join(" ");
  return `${spelled}${value === undefined ? "" : ` ${valueWords(value)}`} -d ${fishWord(brief)}`;
}

function valueWords(value: NonNullable<FlagWords["value"]>): string {
  switch (value.kind) {
    case "words":
      return `-x -a ${fishWord(value.words.join(" "))}`;
    case "profile":
      return "-x -a '(__stsmfa_profiles)'";
    case "path":
      return "-r -F";
    case "other":
      return "-x";
  }
}
