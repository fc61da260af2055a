import { assert, assertEquals } from "@std/assert";
import { installScript } from "../support/loopback_release.ts";

const powershell = await Deno.readTextFile(
  new URL("../../.github/install/install.ps1", import.meta.url),
);

/** The words of each call of gh, by what it is asked. */
function callsOfGh(script: string): Record<string, string[]> {
  const calls = script.replaceAll("\\\n", " ").matchAll(
    /\bgh ((?:auth|attestation) \w+) ([^\n]*)/g,
  );
  return Object.fromEntries(
    Array.from(calls, ([, what, words]) => [
      what!,
      (words!.match(/--[\w-]+(?: github\.com)?/g) ?? []).sort(),
    ]),
  );
}

Deno.test("install.ps1 asks gh what install.sh asks it", () => {
  assertEquals(Object.keys(callsOfGh(installScript)), ["attestation verify", "auth status"]);
  assertEquals(callsOfGh(powershell), callsOfGh(installScript));
});

Deno.test("install.ps1 is ASCII, which every PowerShell reads alike", () => {
  assert(/^[\n\x20-\x7e]*$/.test(powershell));
});
