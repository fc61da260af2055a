/**
 * The segment in fish, 3.0 and newer.
 *
 * @module
 */

/**
 * The person's own `fish_prompt` is kept under another name, and is run first, so that it finds
 * `$status` and `$pipestatus` as they were; what it prints follows the segment. One that calls
 * `stsmfa_segment` itself is left alone.
 *
 * fish has no clock, but tells since version 3.5 how old a file is, and when it was made; before
 * that, `date` is run.
 */
export const fishSegment = `function stsmfa_segment
    test -n "$STSMFA_PROFILE"; and test -n "$STSMFA_SET_KEY"; or return 0
    test "x$AWS_ACCESS_KEY_ID" = "x$STSMFA_SET_KEY"; or return 0
    set -l IFS \\n
    set -l name (string replace -ra '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]' '?' -- $STSMFA_PROFILE)
    set -l end '^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$'
    set -l part (string match -r -- $end "$AWS_CREDENTIAL_EXPIRATION")
    set -l color green
    set -l text
    if set -q part[7]
        set -l y $part[2]
        set -l m $part[3]
        if test $m -le 2
            set y (math $y - 1)
            set m (math $m + 12)
        end
        set -l days (math "365 * $y + floor($y / 4) - floor($y / 100) + floor($y / 400)")
        set days (math "$days + floor((153 * $m - 457) / 5) + $part[4] - 719469")
        set -l now
        if contains path (builtin -n)
            set now (path mtime /) (path mtime -R /)
            set now (string join + $now)
        end
        test -n "$now"; or set now (command date +%s)
        set -l left (math "($days * 24 + $part[5]) * 3600 + $part[6] * 60 + $part[7] - ($now)")
        if test $left -le 0
            set color red
            set text expired
        else if test $left -lt 60
            set color yellow
            set text $left's!'
        else if test $left -lt 600
            set color yellow
            set text (math "floor($left / 60)")'m!'
        else if test $left -lt 3600
            set text (math "floor($left / 60)")m
        else
            set text (math "floor($left / 3600)")h(math "floor($left % 3600 / 60)")m
        end
    end
    set -q text[1]; and set text " $text"
    set -l on
    set -l off
    if test -z "$NO_COLOR"; and test -n "$TERM"; and test "$TERM" != dumb
        set on (set_color $color)
        set off (set_color normal)
    end
    printf '%s[%s%s]%s ' "$on" "$name" "$text" "$off"
end
if status is-interactive; and not functions -q _stsmfa_prompt_before
    if functions -q fish_prompt; and not string match -q '*stsmfa_segment*' -- (functions fish_prompt)
        functions -c fish_prompt _stsmfa_prompt_before
        function fish_prompt
            set -l IFS \\n
            set -l lines (_stsmfa_prompt_before $argv)
            set -q lines[1]; or set lines ''
            set -l segment (stsmfa_segment)
            set lines[1] "$segment$lines[1]"
            string join \\n -- $lines
        end
    end
end
`;
