/**
 * Completions for zsh's compsys.
 *
 * @module
 */

import { quoted } from "../hint_words.ts";
import type { CommandWords, FlagWords, ValueWords } from "./completion_words.ts";

/** Returns the script, to evaluate after compinit or to save as `_stsmfa` in the fpath. */
export function zshCompletions(commands: readonly CommandWords[], defaultName: string): string {
  const described = [...commands, { name: "help", brief: "Show help, also of a command" }]
    .map(({ name, brief }) => `    ${quoted(`${name}:${brief}`)}\n`).join("");
  return `#compdef stsmfa
# Completions of stsmfa for zsh.

_stsmfa_profiles() {
  local -a names
  local expl
  names=(\${(f)"$(_call_program profiles command stsmfa completions profiles 2>/dev/null)"})
  _wanted profiles expl profile compadd -a names
}

_stsmfa_commands() {
  local -a commands
  commands=(
${described}  )
  _describe -t commands command commands
}

_stsmfa() {
  local curcontext="$curcontext" command=${defaultName}
  local -i at
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _alternative 'commands:command:_stsmfa_commands' 'profiles:profile:_stsmfa_profiles'
    return
  fi
  if (( CURRENT > 2 )); then
    case $words[2] in
      (help)
        (( CURRENT == 3 )) && _stsmfa_commands
        return
        ;;
      (${commands.map(({ name }) => name).join("|")})
        command=$words[2]
        shift words
        (( CURRENT -= 1 ))
        ;;
    esac
  fi
  curcontext="\${curcontext%:*}-$command:"
  case $command in
${commands.map(commandCase).join("")}  esac
}

if [[ $funcstack[1] == _stsmfa ]]; then
  _stsmfa "$@"
else
  compdef _stsmfa stsmfa
fi
`;
}

function commandCase({ name, flags, takesCommandLine, ...rest }: CommandWords): string {
  const specs = [...flags.flatMap(flagSpecs), ...positionalSpecs(rest)]
    .map((spec) => ` \\\n        ${quoted(spec)}`).join("");
  const commandLine = !takesCommandLine ? "" : `      at=\${words[(i)--]}
      if (( at < CURRENT )); then
        shift $at words
        (( CURRENT -= at ))
        _normal
        return
      fi
`;
  return `    (${name})\n${commandLine}      _arguments -s -S :${specs}\n      ;;\n`;
}

/** Returns a spec for each spelling; if one is typed, the others are not offered. */
function flagSpecs({ spellings, brief, value }: FlagWords): string[] {
  const others = spellings.length === 1 ? "" : `(${spellings.join(" ")})`;
  return spellings.map((spelling) => {
    const inline = value !== undefined && spelling.startsWith("--") ? "=" : "";
    const action = value === undefined ? "" : `:value:${actionOf(value)}`;
    return `${others}${spelling}${inline}[${brief.replace(/[\\[\]]/g, "\\$&")}]${action}`;
  });
}

function positionalSpecs(
  { positionalWords, profiles }: Pick<CommandWords, "positionalWords" | "profiles">,
): string[] {
  const words = positionalWords.length === 0 ? [] : [`1:word:(${positionalWords.join(" ")})`];
  if (profiles === undefined) return words;
  const [first, last] = profiles;
  return [...words, `${first === last ? first + 1 : "*"}:profile:_stsmfa_profiles`];
}

function actionOf(value: ValueWords): string {
  switch (value.kind) {
    case "words":
      return `(${value.words.join(" ")})`;
    case "profile":
      return "_stsmfa_profiles";
    case "path":
      return "_files";
    case "other":
      return " ";
  }
}
