/**
 * The segment in zsh.
 *
 * @module
 */

import { hidden } from "./segment_hidden.ts";

/** Elements of `psvar`, far from those that people use, by their colour; the last has none. */
const elements = { green: 91, yellow: 92, red: 93, plain: 94 } as const;

const prefix = Object.entries(elements).map(([colour, at]) =>
  colour === "plain" ? `%(${at}V.%${at}v .)` : `%(${at}V.%F{${colour}}%${at}v%f .)`
).join("");

/**
 * zsh keeps the status for what comes next, whatever a function before the prompt returns.
 *
 * The prompt names elements of `psvar`, in which zsh expands nothing, whatever its options. It is
 * put there before each prompt, since themes make theirs anew. Where a person places
 * `$stsmfa_segment` (with the option promptsubst), escapes count, and so `%` is doubled there.
 */
export const zshSegment = `_stsmfa_prompt() {
  [[ -o promptpercent ]] || return 0
  emulate -L zsh
  local name="\${STSMFA_PROFILE-}" end="\${AWS_CREDENTIAL_EXPIRATION-}" text= stamp='%D{%s}' hidden
  local -i at=${elements.green} left y m
  psvar[${elements.green}]= psvar[${elements.yellow}]= psvar[${elements.red}]=
  psvar[${elements.plain}]=
  if [[ -n $name && -n \${STSMFA_SET_KEY-} && \${AWS_ACCESS_KEY_ID-} == "$STSMFA_SET_KEY" ]]; then
    name="\${name//[[:cntrl:]]/?}"
    for hidden in ${hidden.map((bytes) => `$'${bytes}'`).join(" ")}; do
      name="\${name//"$hidden"/?}"
    done
    if [[ "\${end//[0-9]/0}" == '0000-00-00T00:00:00Z' ]]; then
      y=10#\${end[1,4]} m=10#\${end[6,7]}
      if (( m <= 2 )); then (( y -= 1, m += 12 )); fi
      left=$(( 365 * y + y / 4 - y / 100 + y / 400 + (153 * m - 457) / 5 ))
      left=$(( (left + 10#\${end[9,10]} - 719469) * 24 + 10#\${end[12,13]} ))
      left=$(( left * 3600 + 10#\${end[15,16]} * 60 + 10#\${end[18,19]} - \${(%)stamp} ))
      if (( left <= 0 )); then text=expired at=${elements.red}
      elif (( left < 60 )); then text="\${left}s!" at=${elements.yellow}
      elif (( left < 600 )); then text="$(( left / 60 ))m!" at=${elements.yellow}
      elif (( left < 3600 )); then text="$(( left / 60 ))m"
      else text="$(( left / 3600 ))h$(( left % 3600 / 60 ))m"; fi
    fi
    text="[$name\${text:+ $text}]"
    if [[ -n \${NO_COLOR-} || \${TERM:-dumb} == dumb ]]; then at=${elements.plain}; fi
    psvar[at]="$text"
  fi
  typeset -g stsmfa_segment="\${text//\\%/%%}\${text:+ }"
  case "\${PROMPT-} \${RPROMPT-}" in
    *%${elements.green}v* | *stsmfa_segment*) ;;
    *) PROMPT='${prefix}'"\${PROMPT-}" ;;
  esac
  return 0
}
case $- in
  *i*)
    typeset -ga precmd_functions
    case " \${precmd_functions[*]-} " in
      *" _stsmfa_prompt "*) ;;
      *) precmd_functions+=(_stsmfa_prompt) ;;
    esac
    ;;
esac
`;
