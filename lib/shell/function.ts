/**
 * Functions that let `stsmfa use` and `stsmfa unset` change the shell they are typed in. A program
 * can't change the variables of its parent, so the function evaluates what the program prints: only
 * if it ended well and only if it begins with the mark of statements. Anything else (help, what
 * `stsmfa use` alone answers) is shown; statements never are, they hold secrets. The exit status is
 * the program's.
 *
 * @module
 */

import type { Shell } from "./statements.ts";

/** Shells in which a function can evaluate text or load an environment. */
export const functionShells = [
  "sh",
  "bash",
  "zsh",
  "fish",
  "powershell",
  "nu",
] as const satisfies readonly Shell[];

/** One of {@link functionShells}. */
export type FunctionShell = (typeof functionShells)[number];

/** The first line of statements, by which the functions know them; it does nothing. */
export function scriptMark(shell: FunctionShell): string {
  // An interactive zsh takes no comments.
  return shell === "sh" || shell === "bash" || shell === "zsh" ? ": stsmfa;\n" : "# stsmfa\n";
}

/** The function, and how it is installed. */
export interface ShellFunction {
  /** The file that a shell reads when it starts. */
  readonly file: string;
  /** The line that goes into it. */
  readonly line: string;
  /** The definition. */
  readonly text: string;
}

/** The function for a shell. */
export function shellFunction(shell: FunctionShell): ShellFunction {
  switch (shell) {
    case "fish":
      return {
        file: "~/.config/fish/config.fish",
        line: "stsmfa shell fish | source",
        text: `function stsmfa
    if not contains -- "$argv[1]" use unset
        command stsmfa $argv
        return
    end
    set -l name $argv[1]
    set -e argv[1]
    set -l lines (command stsmfa $name --shell fish $argv)
    set -l code $status
    if test "$lines[1]" != "# stsmfa"
        string join \\n -- $lines
    else if test $code -eq 0
        string join \\n -- $lines | source
    end
    return $code
end
`,
      };
    case "powershell":
      return {
        file: "$PROFILE",
        line: "stsmfa shell powershell | Out-String | Invoke-Expression",
        text: `function stsmfa {
    $program = Get-Command -Name stsmfa -CommandType Application -TotalCount 1 -ErrorAction Stop
    if ($args.Count -eq 0 -or $args[0] -cnotin 'use', 'unset') {
        & $program @args
        return
    }
    $text = & $program @args --shell powershell | Out-String
    if ($text.StartsWith('# stsmfa')) {
        if ($LASTEXITCODE -eq 0) { Invoke-Expression $text }
    } elseif ($text) {
        $text.TrimEnd()
    }
}
`,
      };
    case "nu":
      return {
        file: "~/.config/nushell/config.nu",
        line: "mkdir $nu.user-autoload-dirs.0; " +
          'stsmfa shell nu | save -f $"($nu.user-autoload-dirs.0)/stsmfa.nu"',
        text: nuCommand("use", '($rest | is-empty) or "--json" in $rest') +
          nuCommand("unset", '"--json" in $rest'),
      };
    default: {
      const files = { sh: "~/.profile", bash: "~/.bashrc", zsh: "~/.zshrc" };
      return {
        file: files[shell],
        line: `eval "$(stsmfa shell ${shell})"`,
        text: `stsmfa() {
  case "\${1-}" in
    use | unset) ;;
    *)
      command stsmfa "$@"
      return
      ;;
  esac
  local stsmfa_name="$1" stsmfa_text="" stsmfa_status=0
  shift
  stsmfa_text="$(command stsmfa "$stsmfa_name" --shell ${shell} "$@")" || stsmfa_status=$?
  case "$stsmfa_status $stsmfa_text" in
    "0 : stsmfa;"*) eval "$stsmfa_text" ;;
    *" : stsmfa;"*) ;;
    *" "?*) printf '%s\\n' "$stsmfa_text" ;;
  esac
  return "$stsmfa_status"
}
`,
      };
    }
  }
}

/**
 * A command of Nushell. It can't evaluate text, but load an environment. A program that fails ends the
 * command with its status, and what was to be assigned is lost: so what fails with something to show
 * runs unassigned. Words stay strings, or a code 012345 would become a number.
 *
 * @param isUnassigned when that is
 */
function nuCommand(name: "use" | "unset", isUnassigned: string): string {
  return `def --env --wrapped "stsmfa ${name}" [...rest: string] {
    if ${isUnassigned} {
        ^stsmfa ${name} ...$rest
    } else {
        let text = (^stsmfa ${name} --shell nu ...$rest)
        if ($text | str starts-with "# stsmfa") {
            $text | lines | skip 1 | str join (char newline) | from json | load-env
        } else if ($text | is-not-empty) {
            $text
        }
    }
}
`;
}
