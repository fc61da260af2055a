/**
 * Wherever a name is typed, a mistyped one is answered with the one that was meant.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { openHome, session } from "../../support/homes.ts";

/** What is typed, what it has to do with, and the word that the hint names. */
const rows: readonly (readonly [what: string, args: readonly string[], meant: string])[] = [
  ["a command", ["stauts"], "stsmfa status"],
  ["a command of keys", ["keys", "mvoe"], "stsmfa keys move"],
  ["a command of hooks", ["hooks", "lst"], "stsmfa hooks list"],
  ["a command of docker-credential", ["docker-credential", "instal"], "install"],
  ["a flag", ["status", "--wach"], "--watch"],
  ["a flag's value", ["init", "x", "--store", "keychan"], "--store keychain"],
  ["a key store", ["keys", "move", "default", "--to", "keychian"], "--to keychain"],
  ["a place to ask", ["refresh", "--prompt", "windw"], "--prompt window"],
  ["a tool", ["import", "--from", "aws-valut"], "--from aws-vault"],
  ["when a hook runs", ["hooks", "run", "docker", "--event", "post-refesh"], "post-refresh"],
  ["a profile", ["exec", "deafult", "--", "program"], "default"],
  ["a profile, in a shell's function", [
    ..."use --shell sh --mark 31415 --pid 7 deafult".split(" "),
  ], "stsmfa use default"],
  ["a profile of status", ["status", "deafult"], "stsmfa status default"],
  ["a hook", ["hooks", "allow", "dcoker"], "docker"],
  ["a template", ["hooks", "new", "x", "--template", "slak"], "slack"],
  ["a topic", ["help", "confg"], "stsmfa help config"],
  ["help of a command", ["help", "stauts"], "stsmfa help status"],
  ["a shell", ["shell", "fsih"], "fish"],
  ["a shell of completions", ["completions", "zhs"], "zsh"],
  ["a shell of env", ["env", "--shell", "powershel"], "--shell powershell"],
  ["a value of read", ["read", "expiraton"], "expiration"],
  ["the words of read, swapped", ["read", "default", "region"], "stsmfa read region default"],
  ["a word for a flag", ["version"], "stsmfa --version"],
  ["a service", ["console", "--service", "ecc2", "--dry-run"], "ec2"],
];

for (const [what, args, meant] of rows) {
  Deno.test(`did you mean: ${what}`, async () => {
    await using home = await openHome({
      credentials: session("default", "2026-03-04T06:06:07Z"),
      nobody: true,
    });
    assertMatch(String(await home.run(...args)), /^[23]$/);
    const hint = home.stderr.split("\n").find((each) => each.startsWith("stsmfa: hint: "));
    assertMatch(hint ?? home.test.output, /^stsmfa: hint: did you mean/);
    assertEquals(hint!.includes(meant), true, hint);
  });
}

Deno.test("did you mean: a variable's value", async () => {
  await using home = await openHome({ env: { STSMFA_PROMPT: "windwo" }, nobody: true });
  assertEquals(await home.run(), 2);
  assertMatch(home.stderr, /hint: did you mean STSMFA_PROMPT=window\?\n/);
});

Deno.test("a code in the place of a profile is answered with its flag", async () => {
  await using home = await openHome({ nobody: true });
  const typed = [
    ["default 123456", "stsmfa default --token-code 123456"],
    ["exec default 123456 -- run 1", "stsmfa exec default --token-code 123456 -- run 1"],
  ] as const;
  for (const [words, meant] of typed) {
    assertMatch(String(await home.run(...words.split(" "))), /^[23]$/);
    assertEquals(home.stderr.split("hint: to give an MFA code: ")[1], `${meant}\n`);
  }
  for (const words of ["exec default b -- 123456", "exec default --token-code 123456 b -- x"]) {
    await home.run(...words.split(" "));
    assertEquals(home.stderr.includes("to give an MFA code"), false, home.stderr);
  }
});
