/**
 * Functions of earlier versions, which evaluate whatever begins with a fixed mark. A shell that runs
 * since then still has them.
 *
 * @module
 */

import type { FunctionShell } from "../../lib/shell/function.ts";

/** The text of the function, as `stsmfa shell` once printed it. */
export function formerFunction(shell: FunctionShell): string {
  if (shell === "fish") {
    return `function stsmfa
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
`;
  }
  return `stsmfa() {
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
`;
}
