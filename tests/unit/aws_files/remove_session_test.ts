import { assertEquals } from "@std/assert";
import { ownedKeys, removeSession } from "../../../lib/aws_files/session_section.ts";
import { IniDocument } from "../../../lib/ini/document.ts";

const keys = `aws_access_key_id = ASIAOLD
aws_secret_access_key = secret
aws_session_token = token
expiration = 2026-03-04T17:06:07Z
`;
const longTerm = "aws_access_key_id = AKIAOLD\naws_secret_access_key = secret\n";

/** The file without the session in `[a]`; `undefined` when there was none, and nothing changed. */
function removed(text: string, isOurs = (_: string) => false): string | undefined {
  const document = IniDocument.parse(text);
  const wasThere = removeSession(document, "a", isOurs);
  if (!wasThere) assertEquals(document.toString(), text);
  return wasThere ? document.toString() : undefined;
}

const cases: Record<string, [before: string, after: string]> = {
  "a section with nothing else goes": [
    `[x]\nregion = r\n\n[a]\n${keys}\n[b]\n`,
    "[x]\nregion = r\n\n\n[b]\n",
  ],
  "so does the only one": [`[a]\n${keys}`, ""],
  "every spelling of an expiry and both tokens go": [
    `[a]\n${ownedKeys.map((key) => `${key} = x\n`).join("")}k = v\n`,
    "[a]\nk = v\n",
  ],
  "foreign keys and nested blocks stay, and so does the section": [
    `[a]\nregion = r\n${keys}s3 =\n  max = 1\nmanager = awsume\n[b]\n`,
    "[a]\nregion = r\ns3 =\n  max = 1\nmanager = awsume\n[b]\n",
  ],
  "comments above and among the keys stay, and so does the section": [
    `[a]\n# mine\n${keys.replace("aws_session", "; and mine\naws_session")}`,
    "[a]\n# mine\n; and mine\n",
  ],
  "a comment beside the header stays, and so does the section": [
    `[a] # mine\n${keys}`,
    "[a] # mine\n",
  ],
  "the next section's comments stay above it": [
    `[x]\nk = v\n[a]\n${keys}\n# about b\n\n; more about b\n[b]\n`,
    "[x]\nk = v\n\n# about b\n\n; more about b\n[b]\n",
  ],
  "comments at the end of the file stay": [`[a]\n${keys}# end`, "# end"],
  "comments above the section stay": [`# top\n[a]\n${keys}[b]\n`, "# top\n[b]\n"],
  "CRLF and other spacing are no hindrance": [
    `[b]\r\nk=v\r\n[a]\r\n${keys.toUpperCase().replaceAll(" = ", "=").replaceAll("\n", "\r\n")}`,
    "[b]\r\nk=v\r\n",
  ],
  "an expired session, or one without an expiry, goes like any other": [
    `[a]\n${keys.replace(/expiration.*\n/, "")}[b]\n`,
    "[b]\n",
  ],
  "so does one with the old token alone": [
    `[a]\n${keys.replace("aws_session_token", "aws_security_token")}[b]\n`,
    "[b]\n",
  ],
};

for (const [what, [before, after]] of Object.entries(cases)) {
  Deno.test(`removeSession(): ${what}`, () => assertEquals(removed(before), after));
}

for (
  const [what, text] of Object.entries({
    "a long-term key": `[a]\n${longTerm}`,
    "a long-term key over what a session left": `[a]\n${longTerm}aws_session_token = t\n`,
    "a long-term key beside an expiry": `[a]\n${longTerm}expiration = 2026-03-04T17:06:07Z\n`,
    "a secret alone": "[a]\naws_secret_access_key = secret\n",
    "other keys": "[a]\nregion = r\n",
    "nothing": "[a]\n",
    "no section": "[b]\n",
  })
) {
  Deno.test(`removeSession() leaves ${what} alone`, () => assertEquals(removed(text), undefined));
}

Deno.test("removeSession() takes the session that somebody knows as ours, whatever its key id", () => {
  const emulated = `[a]\n${keys.replace("ASIA", "AKIA")}`;
  assertEquals(removed(emulated), undefined);
  assertEquals(removed(emulated, (id) => id === "AKIAOTHER"), undefined);
  assertEquals(removed(emulated, (id) => id === "AKIAOLD"), "");
});
