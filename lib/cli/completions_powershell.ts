/**
 * Completions for PowerShell.
 *
 * @module
 */

import type { CommandWords } from "./completion_words.ts";

/** Returns the script. */
export function powershellCompletions(
  commands: readonly CommandWords[],
  defaultName: string,
): string {
  return `# Completions of stsmfa for PowerShell.
Register-ArgumentCompleter -Native -CommandName stsmfa -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    Set-StrictMode -Off
    $commands = @'
${JSON.stringify(Object.fromEntries(commands.map((each) => [each.name, dataOf(each)])), null, 1)}
'@ | ConvertFrom-Json
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_".Trim("'", '"') })
    $isFirst = $words.Count -eq 0
    $names = @($commands.PSObject.Properties.Name)
    $command = '${defaultName}'
    if (-not $isFirst -and $words[0] -cin ($names + 'help')) {
        $command = $words[0]
        $words = @($words | Select-Object -Skip 1)
    }
    if ($command -ceq 'help') {
        $names -like "$wordToComplete*"
        return
    }
    $data = $commands.$command
    $flag = $null
    $positionals = 0
    foreach ($word in $words) {
        if ($null -ne $flag) { $flag = $null }
        elseif ($word -ceq '--' -and $data.takesCommandLine) { return }
        elseif ($null -ne $data.values.$word) { $flag = $word }
        elseif ($word -notlike '-?*') { $positionals++ }
    }
    $before = ''
    $current = "$wordToComplete"
    if ($current -match '^(--[^=]+)=(.*)$' -and $null -ne $data.values.($Matches[1])) {
        $flag = $Matches[1]
        $before = "$flag="
        $current = $Matches[2]
    }
    $offered = @()
    if ($null -ne $flag) {
        $offered += @($data.values.$flag)
    } elseif ($current -like '-*') {
        $offered += @($data.flags)
    } else {
        if ($isFirst) { $offered += $names + 'help' }
        if ($positionals -eq 0) { $offered += @($data.positionalWords) }
        if ($null -ne $data.profiles -and $positionals -ge $data.profiles[0] -and
            $positionals -le $data.profiles[1]) { $offered += 'PROFILE' }
    }
    if ($offered -ccontains 'PROFILE') {
        $program = Get-Command -Name stsmfa -CommandType Application -TotalCount 1
        $offered = @($offered -cne 'PROFILE') + @(& $program completions profiles 2>$null)
    }
    foreach ($word in $offered) {
        if (-not "$word".StartsWith($current)) { continue }
        $text = $before + $word
        if ($text -match '[^A-Za-z0-9_./:=+-]') { $text = "'" + ($text -replace '[\\u0027\\u2018-\\u201b]', '$0$0') + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $word)
    }
}
`;
}

/** Leaves values that are files to PowerShell, which completes them if nothing else is offered. */
function dataOf({ flags, positionalWords, profiles, takesCommandLine }: CommandWords) {
  const values = flags.flatMap(({ spellings, value }) =>
    value === undefined ? [] : spellings.map((each): [string, readonly string[]] => [
      each,
      value.kind === "words" ? value.words : value.kind === "profile" ? ["PROFILE"] : [],
    ])
  );
  return {
    flags: flags.flatMap(({ spellings }) => spellings),
    values: Object.fromEntries(values),
    positionalWords,
    profiles,
    takesCommandLine,
  };
}
