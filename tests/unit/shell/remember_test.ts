import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import type { VariableChange } from "../../../lib/shell/use_changes.ts";
import { type FunctionShell, functionShells, shellFunction } from "../../../lib/shell/function.ts";
import { rememberingStatements } from "../../../lib/shell/remember.ts";

const nothing = { get: () => undefined, has: () => false, startingWith: () => ({}) };
const changes: readonly VariableChange[] = [
  { kind: "set", name: "AWS_ACCESS_KEY_ID", value: "it's \u2019; calc #" },
  { kind: "remove", name: "AWS_PROFILE" },
  { kind: "removeIfLike", name: "AWS_REGION", other: "STSMFA_SET_REGION" },
  { kind: "restore", name: "AWS_VAULT", isInherited: true },
];

Deno.test("PowerShell remembers in a table of its session, which no program sees", () => {
  const text = rememberingStatements("powershell", changes, nothing);
  assertStringIncludes(text, "$global:StsmfaReplaced");
  assertEquals(text.split("\n").slice(-6), [
    "    Set-Remembering 'AWS_ACCESS_KEY_ID' ('' + 'it''s ' + [char]0x2019 + '; calc #')",
    "    Set-Remembering 'AWS_PROFILE' $null",
    "    if ((Get-Now 'STSMFA_SET_REGION') -and [object]::Equals((Get-Now 'AWS_REGION'), " +
    "(Get-Now 'STSMFA_SET_REGION'))) { Set-Remembering 'AWS_REGION' $null }",
    "    Restore-Remembered 'AWS_VAULT' $true",
    "}",
    "",
  ]);
  assertMatch(text, /^[ -~\n]*$/);
});

Deno.test("Nushell gets the changes as JSON, which its function carries out", () => {
  assertEquals(JSON.parse(rememberingStatements("nu", changes, nothing)), changes);
});

Deno.test("no statement is printed for a value that no variable can hold", () => {
  for (const shell of functionShells) {
    const set = { kind: "set", name: "AWS_PROFILE", value: "a\0b" } as const;
    assertThrows(() => rememberingStatements(shell, [set], nothing), StsmfaError, "NUL");
  }
});

/** What each function compares before it evaluates anything. */
const guards: Readonly<Record<FunctionShell, string>> = {
  sh: '": stsmfa $stsmfa_mark;"*)\n      if [ "$stsmfa_status" = 0 ]; then eval',
  bash: '": stsmfa $stsmfa_mark;"*)\n      if [ "$stsmfa_status" = 0 ]; then eval',
  zsh: '": stsmfa $stsmfa_mark;"*)\n      if [ "$stsmfa_status" = 0 ]; then eval',
  fish: 'if test "$lines[1]" = "# stsmfa $mark"\n        if test $code -eq 0\n',
  powershell: 'if ($text.StartsWith("# stsmfa $mark", [StringComparison]::Ordinal)) {\n' +
    "        if ($LASTEXITCODE -eq 0) { Invoke-Expression $text }",
  nu: 'if ($text | str starts-with $"# stsmfa ($mark)") {\n            _stsmfa_change',
};

for (const shell of functionShells) {
  Deno.test(`the function of ${shell} evaluates what has the mark of the call, and nothing else`, () => {
    const { text } = shellFunction(shell);
    assertStringIncludes(text, guards[shell]);
    const evaluating = /\beval |\| source$|Invoke-Expression|_stsmfa_change \(/gm;
    assertEquals(text.match(evaluating)?.length, shell === "nu" ? 2 : 1);
    assertStringIncludes(text, `--shell ${shell} --mark`);
  });
}
