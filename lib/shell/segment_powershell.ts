/**
 * The segment in PowerShell, Windows' own 5.1 and newer.
 *
 * @module
 */

/**
 * The person's own `prompt` is kept, and is run first, so that it finds `$?` and
 * `$LASTEXITCODE` as they were; what it returns follows the segment.
 */
export const powershellSegment = `function global:stsmfa_segment {
    $name = $Env:STSMFA_PROFILE
    if (-not $name -or -not $Env:STSMFA_SET_KEY) { return '' }
    if (-not [object]::Equals($Env:STSMFA_SET_KEY, $Env:AWS_ACCESS_KEY_ID)) { return '' }
    $name = $name -replace '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]', '?'
    $text = ''
    $color = 32
    $end = [DateTimeOffset]::MinValue
    $isTime = [DateTimeOffset]::TryParse($Env:AWS_CREDENTIAL_EXPIRATION,
        [Globalization.CultureInfo]::InvariantCulture,
        [Globalization.DateTimeStyles]::AssumeUniversal, [ref] $end)
    if ($isTime) {
        $left = [long] [Math]::Floor(($end - [DateTimeOffset]::UtcNow).TotalSeconds)
        $minutes = [long] [Math]::Floor($left / 60)
        if ($left -le 0) { $text = ' expired'; $color = 31 }
        elseif ($left -lt 60) { $text = " $left" + 's!'; $color = 33 }
        elseif ($left -lt 600) { $text = " $minutes" + 'm!'; $color = 33 }
        elseif ($left -lt 3600) { $text = " $minutes" + 'm' }
        else { $text = ' ' + [Math]::Floor($minutes / 60) + 'h' + ($minutes % 60) + 'm' }
    }
    $isPlain = $Env:NO_COLOR -or $Env:TERM -ceq 'dumb' -or -not $Host.UI.SupportsVirtualTerminal
    if ($isPlain) { return '[' + $name + $text + '] ' }
    return [char]27 + "[$color" + 'm[' + $name + $text + ']' + [char]27 + '[0m '
}
if (-not $global:StsmfaPromptBefore -and
    "$function:prompt" -notlike '*stsmfa_segment*') {
    $global:StsmfaPromptBefore = $function:prompt
    function global:prompt {
        $before = & $global:StsmfaPromptBefore
        (stsmfa_segment) + ($before -join '')
    }
}
`;
