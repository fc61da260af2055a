import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { withoutSessions } from "../../../lib/aws_files/backup.ts";
import { withoutPlainSessions } from "../../../lib/aws_files/plain_sessions.ts";
import { writeSessionSection } from "../../../lib/aws_files/session_section.ts";
import { Secret } from "../../../lib/credentials.ts";
import { IniDocument } from "../../../lib/ini/document.ts";
import { soundFile } from "../../support/ini_files.ts";
import { factor } from "../../support/thorough.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const left = (text: string) =>
  withoutPlainSessions(new TextEncoder().encode(text)).map((part) => decoder.decode(part)).join("");

/** What stsmfa itself writes. */
function written(name: string, roleArn?: string): string {
  const document = IniDocument.parse("");
  writeSessionSection(document, name, {
    accessKeyId: "ASIA1",
    secretAccessKey: new Secret("a/b+c"),
    sessionToken: new Secret("t/o+k=="),
    expiration: new Date(1e12),
  }, { legacyToken: roleArn === undefined, roleArn });
  return document.toString();
}

Deno.test("withoutPlainSessions() leaves out what stsmfa has written, and nothing beside it", () => {
  const mine = "# mine\n[me-long-term]\naws_access_key_id = AKIA1\naws_secret_access_key = S\n\n";
  const role = written("role", "arn:aws:iam::123456789012:role/path/Admin");
  const lines = `[tight]\r\naws_access_key_id=ASIA2\r\naws_session_token=t\r\n\r\n`;
  const whole = `${mine}${written("a")}\n${role}${lines}[b]\nregion = x\n${written("z")}`;
  assertEquals(left(whole), `${mine}[b]\nregion = x\n`);
  assertEquals(left(written("last").trimEnd()), "");
  assertEquals(left(""), "");
  assertEquals(left(session), session);
});

const session = "aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n";
const kept: Readonly<Record<string, string>> = {
  "a long-term key with a token": `[a]\n${session.replace("ASIA", "AKIA")}`,
  "a key of an unusual ID": `[a]\n${session.replace("ASIA", "LKIA")}`,
  "no token": "[a]\naws_access_key_id = ASIA1\naws_secret_access_key = s\n",
  "no key": "[a]\naws_session_token = t\n",
  "an empty token": `[a]\n${session.replace("= t", "=")}`,
  "a key of somebody else": `[a]\n${session}region = x\n`,
  "a key in a store": `[a]\n${session}stsmfa_key = keychain:AKIA1\n`,
  "a comment": `[a]\n${session}# note\n`,
  "a comment behind the header": `[a] # note\n${session}`,
  "a comment behind a value": `[a]\n${session.replace("= t", "= t # note")}`,
  "a comment without a space": `[a]\n${session.replace("= t", "= t;x")}`,
  "an indented line": `[a]\n${session}  more\n`,
  "an indented key": `[a]\n ${session}`,
  "a tab": `[a]\n${session.replace(" = t", "\t=\tt")}`,
  "a colon": `[a]\n${session.replace(" = t", ": t")}`,
  "a key in capitals": `[a]\n${session.replace("aws_session", "AWS_SESSION")}`,
  "a key twice": `[a]\n${session}aws_session_token = u\n`,
  "a value beyond ASCII": `[a]\n${session.replace("= t", "= té")}`,
  "a lone carriage return": `[a]\n${session.replace("= t", "= t\r[b]")}`,
  "a name with a space": `[a b]\n${session}`,
  "an empty name": `[]\n${session}`,
  "the section of all": `[DEFAULT]\n${session}`,
};
for (const [what, text] of Object.entries(kept)) {
  Deno.test(`withoutPlainSessions() leaves a section with ${what}`, () => {
    assertEquals(left(text), text);
    assertEquals(left(written("b") + text), text);
    assertEquals(left(`${text.trimEnd()}\n${written("b")}`), `${text.trimEnd()}\n`);
  });
}

Deno.test("withoutPlainSessions() changes nothing in what is left without any session", () => {
  const piece = fc.oneof(
    fc.constantFrom(...Object.values(kept)),
    soundFile.map(({ text, eol }) => eol === "\n" && text.endsWith("\n") ? text : ""),
    fc.constantFrom(written("x"), written("x", "arn:aws:iam::1:role/x"), `[x]\n${session}\n\n`),
  );
  let passedOver = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (parts, hasReturns) => {
      const all = parts.map((part, nth) => part.replace(/^\[([ax][^\]]*)\]/gm, `[$1-${nth}]`));
      const text = hasReturns ? all.join("").replaceAll("\n", "\r\n") : all.join("");
      fc.pre(IniDocument.parse(text).problems.length === 0);
      if (left(text) !== text) passedOver++;
      assertEquals(withoutSessions(left(text)), withoutSessions(text));
    }),
    { numRuns: 300 * factor },
  );
  assert(passedOver > 60, `${passedOver}`);
});
