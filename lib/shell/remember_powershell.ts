/**
 * Statements for PowerShell that remember what they replace, in a table of the session: PowerShell's
 * own variables are never exported.
 *
 * @module
 */

import { memory, type VariableChange } from "./use_changes.ts";
import { powershellWord } from "./statements.ts";

/** Returns the statements. */
export function powershellChanges(changes: readonly VariableChange[]): string {
  return `& {
    if ($global:StsmfaReplaced -isnot [hashtable]) { $global:StsmfaReplaced = @{} }
    $replaced = $global:StsmfaReplaced
    function Get-Now([string] $Name) { [Environment]::GetEnvironmentVariable($Name) }
    function Set-Now([string] $Name, $Value) {
        if ($null -eq $Value) { Remove-Item -LiteralPath "Env:$Name" -ErrorAction SilentlyContinue }
        else { Set-Item -LiteralPath "Env:$Name" -Value $Value }
    }
    function Test-AsLeft([string] $Name) {
        $replaced.ContainsKey($Name) -and [object]::Equals($replaced[$Name].Now, (Get-Now $Name))
    }
    function Set-Remembering([string] $Name, $Value) {
        if (-not (Test-AsLeft $Name)) { $replaced[$Name] = @{ Was = (Get-Now $Name) } }
        Set-Now $Name $Value
        $replaced[$Name].Now = (Get-Now $Name)
    }
    function Restore-Remembered([string] $Name, [bool] $IsInherited) {
        if (Test-AsLeft $Name) { Set-Now $Name $replaced[$Name].Was }
        elseif ($IsInherited -and -not $replaced.ContainsKey('${memory}')) { Set-Now $Name $null }
        $replaced.Remove($Name)
    }
${changes.map((change) => `    ${statementFor(change)}\n`).join("")}}
`;
}

function statementFor(change: VariableChange): string {
  const { kind, name } = change;
  switch (kind) {
    case "set":
      return `Set-Remembering '${name}' ${powershellWord(change.value)}`;
    case "remove":
      return `Set-Remembering '${name}' $null`;
    case "removeIfLike":
      return `if ((Get-Now '${change.other}') -and ` +
        `[object]::Equals((Get-Now '${name}'), (Get-Now '${change.other}'))) ` +
        `{ Set-Remembering '${name}' $null }`;
    case "restore":
      return `Restore-Remembered '${name}' $${change.isInherited}`;
  }
}
