/**
 * The segment in bash, 3.2 (of macOS) and newer.
 *
 * @module
 */

import { hidden } from "./segment_hidden.ts";

/**
 * What is run before each prompt; whatever asks for the status, changes it. It is given back in a way
 * that neither ends the shell with `set -e` nor springs a trap on ERR.
 */
const hook = "_stsmfa_code=$?; " +
  "if declare -F _stsmfa_prompt >/dev/null; then _stsmfa_prompt && :; fi";

/**
 * The prompt names a variable, whose value bash does not expand again. It is put there before each
 * prompt, since others make theirs anew. A bash that inherits PROMPT_COMMAND alone has no function,
 * and does nothing.
 *
 * Before version 4.2 there is no clock but SECONDS, counted from the shell's start; `date` is run
 * once for it. What bash computes with it evaluates first, and so it must be digits.
 */
export const bashSegment = `_stsmfa_prompt() {
  local stsmfa_code="\${_stsmfa_code-0}" stsmfa_name="\${STSMFA_PROFILE-}" stsmfa_left="" stsmfa_colour=32
  local stsmfa_end="\${AWS_CREDENTIAL_EXPIRATION-}" stsmfa_now="" stsmfa_y stsmfa_m
  local stsmfa_hidden
  stsmfa_segment="" _stsmfa_on="" _stsmfa_off=""
  if [ -n "$stsmfa_name" ] && [ -n "\${STSMFA_SET_KEY-}" ] &&
    [ "\${AWS_ACCESS_KEY_ID-}" = "\${STSMFA_SET_KEY-}" ]; then
    stsmfa_name="\${stsmfa_name//[[:cntrl:]]/?}"
    for stsmfa_hidden in ${hidden.map((bytes) => `$'${bytes}'`).join(" ")}; do
      stsmfa_name="\${stsmfa_name//"$stsmfa_hidden"/?}"
    done
    if [ "\${stsmfa_end//[0123456789]/0}" = 0000-00-00T00:00:00Z ]; then
      if [ "\${BASH_VERSINFO[0]}\${BASH_VERSINFO[1]}" -ge 42 ]; then
        printf -v stsmfa_now '%(%s)T' -1
      else
        case "\${_stsmfa_start-}" in
          "" | *[!0123456789]*) ;;
          *) stsmfa_now=$((10#$_stsmfa_start + SECONDS)) ;;
        esac
      fi
    fi
    if [ -n "$stsmfa_now" ]; then
      stsmfa_y=$((10#\${stsmfa_end:0:4})) stsmfa_m=$((10#\${stsmfa_end:5:2}))
      if [ "$stsmfa_m" -le 2 ]; then
        stsmfa_y=$((stsmfa_y - 1)) stsmfa_m=$((stsmfa_m + 12))
      fi
      stsmfa_left=$((365 * stsmfa_y + stsmfa_y / 4 - stsmfa_y / 100 + stsmfa_y / 400))
      stsmfa_left=$((stsmfa_left + (153 * stsmfa_m - 457) / 5 + 10#\${stsmfa_end:8:2} - 719469))
      stsmfa_left=$((stsmfa_left * 24 + 10#\${stsmfa_end:11:2}))
      stsmfa_left=$((stsmfa_left * 3600 + 10#\${stsmfa_end:14:2} * 60 + 10#\${stsmfa_end:17:2}))
      stsmfa_left=$((stsmfa_left - stsmfa_now))
      if [ "$stsmfa_left" -le 0 ]; then stsmfa_left=" expired" stsmfa_colour=31
      elif [ "$stsmfa_left" -lt 60 ]; then stsmfa_left=" \${stsmfa_left}s!" stsmfa_colour=33
      elif [ "$stsmfa_left" -lt 600 ]; then
        stsmfa_left=" $((stsmfa_left / 60))m!" stsmfa_colour=33
      elif [ "$stsmfa_left" -lt 3600 ]; then stsmfa_left=" $((stsmfa_left / 60))m"
      else stsmfa_left=" $((stsmfa_left / 3600))h$((stsmfa_left % 3600 / 60))m"; fi
    fi
    stsmfa_segment="[$stsmfa_name$stsmfa_left] "
    if [ -z "\${NO_COLOR-}" ] && [ "\${TERM:-dumb}" != dumb ]; then
      _stsmfa_on=$'\\033['"\${stsmfa_colour}m" _stsmfa_off=$'\\033[0m'
    fi
  fi
  case "\${PS1-}" in
    *stsmfa_segment*) ;;
    *)
      if shopt -q promptvars; then
        PS1='\\[\${_stsmfa_on-}\\]\${stsmfa_segment-}\\[\${_stsmfa_off-}\\]'"\${PS1-}"
      fi
      ;;
  esac
  return "$stsmfa_code"
}
case $- in
  *i*)
    unset -v _stsmfa_start
    if [ "\${BASH_VERSINFO[0]}\${BASH_VERSINFO[1]}" -lt 42 ]; then
      _stsmfa_start=$(($(command date +%s) - SECONDS))
    fi
    case "\${PROMPT_COMMAND[*]-}" in
      *_stsmfa_prompt*) ;;
      *)
        if [ "\${BASH_VERSINFO[0]}\${BASH_VERSINFO[1]}" -ge 51 ] &&
          [[ "$(declare -p PROMPT_COMMAND 2>/dev/null)" == "declare -a"* ]]; then
          PROMPT_COMMAND+=('${hook}')
        else
          PROMPT_COMMAND="\${PROMPT_COMMAND-}"$'\\n''${hook}'
        fi
        ;;
    esac
    ;;
esac
`;
