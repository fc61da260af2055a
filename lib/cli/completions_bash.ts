/**
 * Completions for bash, 3.2 (macOS) and newer.
 *
 * @module
 */

import { quoted } from "../hint_words.ts";
import type { CommandWords, ValueWords } from "./completion_words.ts";

/** Returns the script. */
export function bashCompletions(commands: readonly CommandWords[], defaultName: string): string {
  const names = commands.map(({ name }) => name);
  return `# Completions of stsmfa for bash.
_stsmfa() {
  local -a words=()
  local word="" cur flag="" list="" flags="" valued="" first="" from=99 to=-1 other=""
  local command=${defaultName} line="" name shown
  local -i at start=1 positionals=0 count
  COMPREPLY=()

  # Readline takes = and : for ends of words.
  for ((at = 0; at <= COMP_CWORD; at++)); do
    name=\${COMP_WORDS[at]}
    count=\${#words[@]}
    if ((at > 1)) && [[ $name == = && $word == --* ]]; then
      if ((at == COMP_CWORD)); then words[count]=""; fi
    elif ((at > 1)) && [[ $name == [:=] || $word == *[:=] ]]; then
      words[count - 1]+=$name
    else
      words[count]=$name
    fi
    word=\${words[\${#words[@]} - 1]}
  done
  count=\${#words[@]}
  cur=$word

  if ((count > 2)); then
    case \${words[1]} in
      ${names.join(" | ")}) command=\${words[1]} start=2 ;;
      help)
        if ((count == 3)); then COMPREPLY=($(compgen -W ${quoted(names.join(" "))} -- "$cur")); fi
        return
        ;;
    esac
  fi
  case $command in
${commands.map(commandCase).join("")}  esac

  for ((at = start; at < count - 1; at++)); do
    word=\${words[at]}
    if [[ $word == -- && $line ]]; then
      _stsmfa_command_line
      return
    elif [[ " $valued " == *" $word "* ]]; then
      ((at += 1))
      if ((at == count - 1)); then flag=$word; fi
    elif [[ $word != -?* ]]; then
      ((positionals += 1))
    fi
  done

  if [[ $flag ]]; then
    case "$command $flag" in
${valueCases(commands)}    esac
  elif [[ $cur == -* ]]; then
    list=$flags
  else
    if ((positionals == 0)); then list=$first; fi
    if ((count == 2)); then list=${quoted([...names, "help"].join(" "))}; fi
    if ((from <= positionals && positionals <= to)); then other=profile; fi
  fi

  COMPREPLY=($(compgen -W "$list" -- "$cur"))
  case $other in
    path)
      local IFS=$'\\n'
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      ;;
    profile)
      # What stands before the last colon stays as it is typed.
      word=""
      if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then word=\${cur%:*}:; fi
      while IFS= read -r name; do
        printf -v shown %q "$name"
        # %q leaves this one alone.
        if [[ $shown == "~"* ]]; then shown=\\\\$shown; fi
        if [[ $name == "$cur"* || $shown == "$cur"* ]]; then
          COMPREPLY[\${#COMPREPLY[@]}]=\${shown#"$word"}
        fi
      done < <(command stsmfa completions profiles 2>/dev/null)
      ;;
  esac
}

_stsmfa_command_line() {
  local -i at=1
  while [[ \${COMP_WORDS[at]} != -- ]]; do ((at += 1)); done
  ((at += 1))
  if declare -F _command_offset >/dev/null; then
    _command_offset "$at"
  elif ((at == COMP_CWORD)); then
    COMPREPLY=($(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}"))
  else
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
  fi
}

complete -F _stsmfa stsmfa
`;
}

function commandCase(command: CommandWords): string {
  const { name, flags, positionalWords, profiles, takesCommandLine } = command;
  const spelled = (some: typeof flags) => quoted(some.flatMap((each) => each.spellings).join(" "));
  const all = [
    `flags=${spelled(flags)}`,
    `valued=${spelled(flags.filter(({ value }) => value !== undefined))}`,
    ...(positionalWords.length === 0 ? [] : [`first=${quoted(positionalWords.join(" "))}`]),
    ...(profiles === undefined ? [] : [`from=${profiles[0]} to=${profiles[1]}`]),
    ...(takesCommandLine ? ["line=yes"] : []),
  ];
  return `    ${name})\n${all.map((each) => `      ${each}\n`).join("")}      ;;\n`;
}

/** Returns the values that flags can have; commands with the same ones share a case. */
function valueCases(commands: readonly CommandWords[]): string {
  const patterns = new Map<string, string[]>();
  for (const { name, flags } of commands) {
    for (const { spellings, value } of flags) {
      const offer = value && offered(value);
      if (offer === undefined) continue;
      const known = patterns.get(offer) ?? [];
      patterns.set(offer, [...known, ...spellings.map((each) => `"${name} ${each}"`)]);
    }
  }
  return [...patterns].map(([offer, each]) =>
    `      ${each.join(" | \\\n        ")})\n        ${offer}\n        ;;\n`
  ).join("");
}

function offered(value: ValueWords): string | undefined {
  switch (value.kind) {
    case "words":
      return `list=${quoted(value.words.join(" "))}`;
    case "other":
      return undefined;
    default:
      return `other=${value.kind}`;
  }
}
