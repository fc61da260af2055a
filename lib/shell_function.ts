/**
 * Functions that let `stsmfa use` and `stsmfa unset` change the shell they are typed in. A program
 * can't change the variables of its parent, so the function evaluates what the program prints: only
 * if it ended well and only if it begins with the mark of statements. Anything else (help, what
 * `stsmfa use` alone answers) is shown. The exit status is the program's.
 *
 * @module
 */

import type { Shell } from "./shell.ts";

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
    set -l lines (command stsmfa $argv --shell fish)
    set -l code $status
    if test $code -eq 0; and test "$lines[1]" = "# stsmfa"
        eval (string join \\n -- $lines)
    else if test (count $lines) -gt 0
        string join \\n -- $lines
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
    if ($args.Count -eq 0 -or $args[0] -notin 'use', 'unset') {
        & $program @args
        return
    }
    $text = & $program @args --shell powershell | Out-String
    if ($LASTEXITCODE -eq 0 -and $text.StartsWith('# stsmfa')) {
        Invoke-Expression $text
    } elseif ($text) {
        $text.TrimEnd()
    }
}
`,
      };
    case "nu":
      return {
        file: "a file that config.nu sources",
        line: "stsmfa shell nu | save --force stsmfa.nu",
        text: `def --env --wrapped "stsmfa use" [...rest] {
    let text = (^stsmfa use ...$rest --shell nu)
    if ($text | str starts-with "# stsmfa") {
        $text | lines | skip 1 | str join (char newline) | from json | load-env
    } else {
        print $text
    }
}
def --env --wrapped "stsmfa unset" [...rest] {
    let text = (^stsmfa unset ...$rest --shell nu)
    if ($text | str starts-with "# stsmfa") {
        $text | lines | skip 1 | str join (char newline) | from json | load-env
    } else {
        print $text
    }
}
`,
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
  stsmfa_status=0
  stsmfa_text="$(command stsmfa "$@" --shell ${shell})" || stsmfa_status=$?
  case "$stsmfa_status $stsmfa_text" in
    "0 : stsmfa;"*) eval "$stsmfa_text" ;;
    *" "?*) printf '%s\\n' "$stsmfa_text" ;;
  esac
  set -- "$stsmfa_status"
  unset stsmfa_text stsmfa_status
  return "$1"
}
`,
      };
    }
  }
}
