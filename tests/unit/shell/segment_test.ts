import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { segment, segmentShells } from "../../../lib/shell/segment.ts";

Deno.test("a segment asks no program; bash before 4.2 and fish before 3.5 ask date alone", () => {
  for (const shell of segmentShells) {
    const asked = segment(shell).match(/\bcommand \w+/g) ?? [];
    assertEquals(asked, shell === "bash" || shell === "fish" ? ["command date"] : [], shell);
    assert(!/command stsmfa/.test(segment(shell)));
  }
});

Deno.test("PowerShell runs the prompt that was there first, once, and evaluates no name", () => {
  const text = segment("powershell");
  assertStringIncludes(text, "$before = & $global:StsmfaPromptBefore\n");
  assertStringIncludes(text, "if (-not $global:StsmfaPromptBefore");
  assert(!/Invoke-Expression|ExpandString/.test(text));
  // Windows PowerShell reads a program's output in the code page of its console.
  assert(/^[\n -~]*$/.test(text));
});
