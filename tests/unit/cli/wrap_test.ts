import { assertEquals } from "@std/assert";
import { wrappedLines } from "../../../lib/cli/wrap.ts";
import { linesForPeople, paint } from "../../../lib/screen.ts";

const path = `/${"x".repeat(40)}`;
const cases: [line: string, lines: string[]][] = [
  [`  chmod 600 ${path}`, [`  chmod 600 ${path}`]],
  [`  see what it is: ls -ld "/a b ${path}"`, ["  see what it is:", `    ls -ld "/a b ${path}"`]],
  [
    `  see where the links lead: ls -ld /a; if they lead nowhere: rm ${path}`,
    ["  see where the links lead: ls -ld /a;", "    if they lead nowhere:", `    rm ${path}`],
  ],
  [
    `  AKIA, the old one, is inactive; to delete it: stsmfa keys rotate "a b ${path}" --finish`,
    [
      "  AKIA, the old one, is inactive; to",
      "    delete it:",
      `    stsmfa keys rotate "a b ${path}" --finish`,
    ],
  ],
  [
    '  to read ~\\.aws\\credentials: set "AWS_SHARED_CREDENTIALS_FILE=" & set "AWS_CONFIG_FILE="',
    [
      "  to read ~\\.aws\\credentials:",
      '    set "AWS_SHARED_CREDENTIALS_FILE=" & set "AWS_CONFIG_FILE="',
    ],
  ],
  ["  correct it, or: Remove-Item Env:AWS_SECURITY_TOKEN, Env:AWS_SESSION_TOKEN", [
    "  correct it, or:",
    "    Remove-Item Env:AWS_SECURITY_TOKEN, Env:AWS_SESSION_TOKEN",
  ]],
  ["  to use it: $env:AWS_CA_BUNDLE = 'C:\\Program Files\\all\\ca.pem'", [
    "  to use it:",
    "    $env:AWS_CA_BUNDLE = 'C:\\Program Files\\all\\ca.pem'",
  ]],
  ["  stsmfa: hint: set mfa_process to a command that prints codes", [
    "  stsmfa: hint: set mfa_process to a",
    "    command that prints codes",
  ]],
  ["  remove what is there, and then run it again", [
    "  remove what is there, and then run it",
    "    again",
  ]],
];
for (const [line, lines] of cases) {
  Deno.test(`wrappedLines() keeps a command at the end in one piece: ${line.trim()}`, async () => {
    for (const each of [line, [line.slice(0, 5), paint("red", line.slice(5))]]) {
      const shown: string = linesForPeople(await wrappedLines([each], 40), false);
      assertEquals(shown.split("\n").slice(0, -1), lines);
    }
  });
}
