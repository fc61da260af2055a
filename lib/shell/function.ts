/**
 * Functions that let `stsmfa use` and `stsmfa unset` change the shell they are typed in. A program
 * can't change its parent's variables, so the function evaluates what the program prints, but only
 * if it succeeds and its first line has the mark that the function has generated for this call.
 * Given a mark, the program prints statements and nothing else; text for people goes to stderr, or
 * is requested without a mark. `use` alone is a question about the shell, which is answered on
 * stdout, unless a person at a terminal can choose what a shell without a session gets. Statements are never shown, since they contain secrets. The exit
 * status is the program's.
 *
 * @module
 */

import { keyMark as memory } from "../profile/marks.ts";
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

/** A function, and how to install it. */
export interface ShellFunction {
  /** The startup file of the shell. */
  readonly file: string;
  /** The line to add to that file. */
  readonly line: string;
  /** The function's definition. */
  readonly text: string;
}

/** Flags that ask for output to show. */
const shownWords = ["--json", "-h", "--help", "-v", "--version"];

/** Returns the function for a shell. */
export function shellFunction(shell: FunctionShell): ShellFunction {
  switch (shell) {
    case "fish":
      return {
        file: "~/.config/fish/config.fish",
        line: "stsmfa shell fish | source",
        text: fishFunction,
      };
    case "powershell":
      return {
        file: "$PROFILE",
        line: "stsmfa shell powershell | Out-String | Invoke-Expression",
        text: powershellFunction,
      };
    case "nu":
      return {
        file: "~/.config/nushell/config.nu",
        line: "mkdir $nu.user-autoload-dirs.0; " +
          'stsmfa shell nu | save -f $"($nu.user-autoload-dirs.0)/stsmfa.nu"',
        text: nuCommand("use", "($rest | is-empty) or ") + nuCommand("unset", "") + nuChanges,
      };
    default: {
      const files = { sh: "~/.profile", bash: "~/.bashrc", zsh: "~/.zshrc" };
      return {
        file: files[shell],
        line: `eval "$(stsmfa shell ${shell})"`,
        text: posixFunction(shell),
      };
    }
  }
}

function posixFunction(shell: "sh" | "bash" | "zsh"): string {
  const mark = shell === "sh"
    // POSIX has no RANDOM.
    ? "$$-$(od -An -N12 -tx1 /dev/urandom 2>/dev/null | tr -dc 0-9a-f)"
    : "${RANDOM-}${RANDOM-}${RANDOM-}${RANDOM-}";
  return `stsmfa() {
  case "\${1-}" in
    use | unset) ;;
    *)
      command stsmfa "$@"
      return
      ;;
  esac
  local stsmfa_name="$1" stsmfa_word="" stsmfa_text="" stsmfa_status=0
  local stsmfa_mark="${mark}" stsmfa_pid="${shell === "bash" ? "${BASHPID-$$}" : "$$"}"
${shell === "zsh" ? ofSubshell : ""}  shift
  if [ "$stsmfa_name $#" = "use 0" ]; then
    if [ -n "\${AWS_ACCESS_KEY_ID-}" ] || ! { [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; }; then
      command stsmfa use
      return
    fi
  fi
  for stsmfa_word; do
    case "$stsmfa_word" in
      --) break ;;
      ${shownWords.join(" | ")})
        command stsmfa "$stsmfa_name" "$@"
        return
        ;;
    esac
  done
  stsmfa_text="$(command stsmfa "$stsmfa_name" --shell ${shell} --mark "$stsmfa_mark" \\
    --pid "$stsmfa_pid" "$@")" || stsmfa_status=$?
  case "$stsmfa_text" in
    ": stsmfa $stsmfa_mark;"*)
      if [ "$stsmfa_status" = 0 ]; then eval "$stsmfa_text" || stsmfa_status=$?; fi
      ;;
    ?*) printf '%s\\n' "$stsmfa_text" ;;
  esac
  return "$stsmfa_status"
}
`;
}

/** In zsh, `$$` is the number of the first shell in its subshells, too. */
const ofSubshell = `  if zmodload -F zsh/system p:sysparams 2>/dev/null; then
    stsmfa_pid="\${sysparams[pid]:-$$}"
  fi
`;

const fishFunction = `function stsmfa
    set -l shown yes
    if contains -- "$argv[1]" use unset
        set shown no
        if test "$argv" = use
            test -n "$AWS_ACCESS_KEY_ID"; and set shown yes
            for word in stdin stdout stderr
                isatty $word; or set shown yes
            end
        end
        for word in $argv
            test "x$word" = x--; and break
            contains -- "$word" ${shownWords.join(" ")}; and set shown yes
        end
    end
    if test $shown = yes
        command stsmfa $argv
        return
    end
    set -l name $argv[1]
    set -e argv[1]
    set -l mark (random)(random)(random)(random)
    set -l IFS \\n
    set -l lines (command stsmfa $name --shell fish --mark $mark --pid $fish_pid $argv)
    set -l code $status
    if test "$lines[1]" = "# stsmfa $mark"
        if test $code -eq 0
            string join \\n -- $lines | source
            or set code $status
        end
    else if set -q lines[1]
        string join \\n -- $lines
    end
    return $code
end
`;

const powershellFunction = `function stsmfa {
    $program = Get-Command -Name stsmfa -CommandType Application -TotalCount 1 -ErrorAction Stop
    $isShown = $args.Count -eq 0 -or $args[0] -cnotin 'use', 'unset' -or
        ($args.Count -eq 1 -and $args[0] -ceq 'use' -and ($env:AWS_ACCESS_KEY_ID -or
            [Console]::IsInputRedirected -or [Console]::IsOutputRedirected -or
            [Console]::IsErrorRedirected))
    foreach ($word in $args) {
        if ($word -ceq '--') { break }
        if ($word -cin ${shownWords.map((word) => `'${word}'`).join(", ")}) { $isShown = $true }
    }
    if ($isShown) {
        & $program @args
        return
    }
    $mark = [guid]::NewGuid().ToString('N')
    $rest = @($args | Select-Object -Skip 1)
    $text = & $program $args[0] --shell powershell --mark $mark --pid $PID @rest | Out-String
    if ($text.StartsWith("# stsmfa $mark", [StringComparison]::Ordinal)) {
        if ($LASTEXITCODE -eq 0) { Invoke-Expression $text }
    } elseif ($text) {
        $text.TrimEnd()
    }
}
`;

/**
 * Returns a command for Nushell, which can't evaluate text, but can load an environment. A program
 * that fails ends the command with its status, and output to be assigned is lost; so calls that may
 * fail with output to show are not assigned. Words stay strings, or a code 012345 would become a
 * number.
 *
 * @param isShown another condition for not assigning the output
 */
function nuCommand(name: "use" | "unset", isShown: string): string {
  const words = shownWords.map((word) => `"${word}"`).join(", ");
  return `def --env --wrapped "stsmfa ${name}" [...rest: string] {
    if ${isShown}($rest | take until {|word| $word == "--" } | any {|word| $word in [${words}] }) {
        ^stsmfa ${name} ...$rest
    } else {
        let mark = (random uuid)
        let text = (^stsmfa ${name} --shell nu --mark $mark --pid $nu.pid ...$rest)
        if ($text | str starts-with $"# stsmfa ($mark)") {
            _stsmfa_change ($text | lines | skip 1 | str join (char newline) | from json)
        } else if ($text | is-not-empty) {
            $text
        }
    }
}
`;
}

/** Nushell exports only strings, so not the record of what was replaced. */
const nuChanges = `def --env _stsmfa_change [changes: list<any>] {
    let remembered = if "_stsmfa_replaced" in $env { $env._stsmfa_replaced } else { {} }
    mut replaced = if ($remembered | describe | str starts-with "record") { $remembered } else { {} }
    mut now = {}
    for change in $changes {
        let name = $change.name
        let here = if $name in $now { $now | get $name } else if $name in $env { $env | get $name } else { null }
        let known = if $name in $replaced { $replaced | get $name } else { null }
        let is_as_left = if $known == null { false } else { $known.now == $here }
        if $change.kind == "restore" {
            if $is_as_left {
                $now = ($now | upsert $name $known.was)
            } else if $change.isInherited and not ("${memory}" in $replaced) {
                $now = ($now | upsert $name null)
            }
            if $known != null { $replaced = ($replaced | reject $name) }
        } else {
            let is_changed = if $change.kind == "removeIfLike" {
                let other = $change.other
                let there = if $other in $now { $now | get $other } else if $other in $env { $env | get $other } else { null }
                $there != null and $here == $there
            } else { true }
            if $is_changed {
                let value = if $change.kind == "set" { $change.value } else { null }
                let was = if $is_as_left { $known.was } else { $here }
                $replaced = ($replaced | upsert $name {was: $was, now: $value})
                $now = ($now | upsert $name $value)
            }
        }
    }
    load-env $now
    $env._stsmfa_replaced = $replaced
}
`;
