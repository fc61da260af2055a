import { assertEquals } from "@std/assert";
import fc from "fast-check";
import * as backups from "../../../lib/aws_files/backup.ts";
import { writeSessionSection } from "../../../lib/aws_files/session_section.ts";
import { Secret } from "../../../lib/credentials.ts";
import { IniDocument } from "../../../lib/ini/document.ts";
import { newKey, newName, soundFile } from "../../support/ini_files.ts";
import { factor } from "../../support/thorough.ts";

const prompter = `# mine
[me-long-term]
aws_access_key_id = AKIA1
aws_secret_access_key = S1

[other]
region = eu-west-1 # home
`;

function isBackupDue(current: string, backup: string | undefined): boolean {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return backups.isBackupDue(bytes(current), backup === undefined ? undefined : bytes(backup));
}

/** The text after stsmfa wrote a session. */
function renewed(text: string, section: string, number = 1): string {
  const document = IniDocument.parse(text);
  writeSessionSection(document, section, {
    accessKeyId: `ASIA${number}`,
    secretAccessKey: new Secret(`secret${number}`),
    sessionToken: new Secret(`token${number}`),
    expiration: new Date(number * 1e6),
  }, { legacyToken: number % 2 === 0, roleArn: number > 2 ? "arn:aws:iam::1:role/x" : undefined });
  return document.toString();
}

const cases: [what: string, current: string, backup: string | undefined, due: boolean][] = [
  ["there is no backup", prompter, undefined, true],
  ["nothing changed", prompter, prompter, false],
  ["a session was added in a new section", renewed(prompter, "me"), prompter, false],
  ["a session was added to a section of a person", renewed(prompter, "other"), prompter, false],
  ["two sessions were added", renewed(renewed(prompter, "me"), "b"), prompter, false],
  [
    "a session was renewed",
    renewed(renewed(prompter, "me"), "me", 2),
    renewed(prompter, "me"),
    false,
  ],
  ["a session became one of a role", renewed(renewed(prompter, "me"), "me", 3), prompter, false],
  ["a session is gone", prompter, renewed(prompter, "me"), false],
  ["a key was rotated", prompter.replace("AKIA1", "AKIA2"), prompter, true],
  [
    "a secret was mended",
    renewed(prompter, "me").replace("S1", "S2"),
    renewed(prompter, "me"),
    true,
  ],
  ["a comment was added", `${prompter}# more\n`, prompter, true],
  ["a section was added", `${renewed(prompter, "me")}[new]\nregion = x\n`, prompter, true],
  [
    "a foreign key was added to a session",
    `${renewed(prompter, "me")}region = x\n`,
    prompter,
    true,
  ],
  ["a section was removed", "[me-long-term]\naws_access_key_id = AKIA1\n", prompter, true],
  [
    "long-term keys took a session's place",
    `${prompter}[me]\naws_access_key_id = AKIA9\naws_secret_access_key = S9\n`,
    renewed(prompter, "me"),
    true,
  ],
];
for (const [what, current, backup, due] of cases) {
  Deno.test(`isBackupDue() is ${due} when ${what}`, () => {
    assertEquals(isBackupDue(current, backup), due);
  });
}

Deno.test("isBackupDue() is no different in a CRLF file", () => {
  const text = prompter.replaceAll("\n", "\r\n");
  assertEquals(isBackupDue(renewed(text, "me"), text), false);
  assertEquals(isBackupDue(text.replace("S1", "S2"), text), true);
});

Deno.test({
  name: "isBackupDue() is false when a renewal merely moved an inline comment",
  fn: () => {
    const before = renewed(prompter, "me").replace("token1", "token1 # from work");
    assertEquals(isBackupDue(renewed(before, "me", 2), before), false);
  },
});

Deno.test("isBackupDue() sees the same whether or not it may pass over what both files begin and end with", () => {
  const change = fc.record({
    name: newName,
    kind: fc.constantFrom("nothing", "session", "session", "no section", "set"),
    number: fc.integer({ min: 1, max: 4 }),
    key: newKey,
  });
  const changed = (
    text: string,
    { name, kind, number, key }: typeof change extends fc.Arbitrary<infer T> ? T : never,
  ) => {
    const document = IniDocument.parse(text);
    if (kind === "session") return renewed(text, name, number);
    if (kind === "no section") document.removeSection(name);
    if (kind === "set") document.set(name, key, `v${number}`);
    return document.toString();
  };
  const amid = (text: string, number: number) =>
    renewed("", "x", number) + text + renewed("", "y", number);
  const answers = { true: 0, false: 0 };
  fc.assert(
    fc.property(soundFile, change, change, change, ({ text, eol }, first, second, third) => {
      fc.pre(eol !== "\r" && (text === "" || text.endsWith(eol)));
      const base = changed(text, first);
      const [current, backup] = [changed(base, second), changed(base, third)];
      // A file without anything in it is one that is cut off.
      fc.pre(current.trim() !== "");
      const due = isBackupDue(current, backup);
      answers[`${due}`]++;
      assertEquals(isBackupDue(amid(current, 1), amid(backup, 2)), due);
    }),
    { numRuns: 400 * factor },
  );
  const seen = [answers.true > 60, answers.false > 60];
  assertEquals(seen, [true, true], JSON.stringify(answers));
});
