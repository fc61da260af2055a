/**
 * What a `credential_process` prints, read by us and by botocore.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { printedCredentials } from "../../../lib/sources/process.ts";
import { needsPython, runPython } from "../../support/python.ts";
import { plain } from "../../support/source_world.ts";

const now = new Date();
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
const hour = at(3600);
const [keyId, secret, token] = ["ASIAGIVENGIVENGIVEN2", "given/secret+of/forty+letters", "t/k+n=="];

/** Prints an object of these, and the rest of what must be there. */
function json(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: keyId,
    SecretAccessKey: secret,
    ...changes,
  });
}

/** What both take. */
const taken: Record<string, string> = {
  "static keys": json(),
  "a session": json({ SessionToken: token, Expiration: hour }),
  "a session without an end": json({ SessionToken: token }),
  "an end without a token": json({ Expiration: hour }),
  "an account": json({ AccountId: "012345678901" }),
  "a line end before and after": `\r\n ${json()}\r\n\n`,
  "more keys": json({ Note: "hi", Nested: { a: [1] } }),
  "the same key twice": `{"Version": 2, ${
    json({ SessionToken: "first" }).slice(1, -1)
  }, "SessionToken": "${token}"}`,
  "version 1.0": json().replace(":1,", ":1.0,"),
  "version 1e0": json().replace(":1,", ":1e0,"),
  "null for a token": json({ SessionToken: null }),
  "null for an end": json({ Expiration: null }),
  "null for an account": json({ AccountId: null }),
  "an empty token": json({ SessionToken: "" }),
  "an empty account": json({ AccountId: "" }),
  "escapes": json().replace("ASIA", "\\u0041SIA"),
  "an end with an offset": json({ Expiration: at(86_400).replace("Z", "+02:00") }),
  "an end with an offset without a colon": json({ Expiration: at(86_400).replace("Z", "-0330") }),
  "an end with microseconds": json({ Expiration: hour.replace("Z", "456Z") }),
  "an end in whole seconds": json({ Expiration: hour.replace(/\.\d+/, "") }),
  "an end with a space": json({ Expiration: hour.replace("T", " ") }),
  "an end with a small z": json({ Expiration: hour.replace("Z", "z") }),
  "an end in UTC by name": json({ Expiration: hour.replace("Z", "UTC") }),
  "a key of another maker": json({ AccessKeyId: "test", SecretAccessKey: "test" }),
  "a token of 10,000 letters": json({ SessionToken: "x".repeat(10_000) }),
  "signs in a secret": json({ SecretAccessKey: "!#$%&'()*+,-./:;<=>?@[]^_`{|}~" }),
};

/** What neither takes. */
const refused: Record<string, string> = {
  "nothing": "",
  "a line end": "\n",
  "words": `Please sign in at https://idp.example; key ${secret}`,
  "half of it": json().slice(0, -3),
  "two objects": json() + json(),
  "words after it": `${json()} done`,
  "words before it": `done ${json()}`,
  "a byte order mark before it": `\ufeff${json()}`,
  "single quotes": json().replaceAll('"', "'"),
  "a comma at the end": json().replace("}", ",}"),
  "a comment": `// x\n${json()}`,
  "a list": `[${json()}]`,
  "a text": JSON.stringify(json()),
  "a number": "1",
  "null": "null",
  "an object of nothing": "{}",
  "no version": json({ Version: undefined }),
  "version 2": json({ Version: 2 }),
  "version 1 as a text": json({ Version: "1" }),
  "version null": json({ Version: null }),
  "no key": json({ AccessKeyId: undefined }),
  "no secret": json({ SecretAccessKey: undefined }),
  "keys in other letters": json().toLowerCase(),
  "an end in the past": json({ Expiration: at(-5) }),
  "an end long ago": json({ Expiration: "1999-01-01T00:00:00Z" }),
  "an end that is now": json({ Expiration: now.toISOString() }),
  "an end without a zone": json({ Expiration: hour.replace("Z", "") }),
  "an end that is not a time": json({ Expiration: "soon" }),
  "an empty end": json({ Expiration: "" }),
  "an end as a number": json({ Expiration: 4_000_000_000 }),
  "an end on 30 February": json({ Expiration: "2099-02-30T00:00:00Z" }),
  "an end at 25:00": json({ Expiration: "2099-02-03T25:00:00Z" }),
  "an end as a date alone": json({ Expiration: "2099-01-02Z" }),
  "an end as a list": json({ Expiration: [hour] }),
  "a line end within a text": json().replace(secret, `given\nsecret`),
  "a control character within a text": json().replace(secret, `given\u0001secret`),
  "a zero byte": `${json()}\0`,
};

/** What botocore takes and we refuse, since AWS takes none of it: not even an error would be clear. */
const onlyTheirs: Record<string, string> = {
  "version true": json({ Version: true }),
  "an empty key": json({ AccessKeyId: "" }),
  "an empty secret": json({ SecretAccessKey: "" }),
  "null for a key": json({ AccessKeyId: null }),
  "a number for a secret": json({ SecretAccessKey: 12_345_678 }),
  "an object for a token": json({ SessionToken: { token } }),
  "a number for a token": json({ SessionToken: 1 }),
  "a number for an account": json({ AccountId: 123456789012 }),
  "a line end in a secret": json({ SecretAccessKey: `${secret}\n` }),
  "a header in a token": json({ SessionToken: `${token}\r\nx-evil: 1` }),
  "a terminal's commands in a key": json({ AccessKeyId: "\u001b]0;x\u0007" }),
  "spaces around a key": json({ AccessKeyId: ` ${keyId} ` }),
  "letters outside ASCII in a secret": json({ SecretAccessKey: "gehëim" }),
  "half of a character in a secret": json().replace(secret, "\\ud800"),
  "a token of 20,000 letters": json({ SessionToken: "x".repeat(20_000) }),
  "an end without seconds": json({ Expiration: "2099-01-02T03:04Z" }),
  "an end without dashes": json({ Expiration: "20990102T030405Z" }),
  "an end as mail has it": json({ Expiration: "Fri, 02 Jan 2099 03:04:05 GMT" }),
  "NaN": json().replace("}", ',"x":NaN}'),
  "40 levels": json().replace("}", `,"x":${"[".repeat(40)}${"]".repeat(40)}}`),
};

const source = {
  origin: { kind: "file", path: "/home/a/.aws/config", line: 3, key: "credential_process" },
  section: "give",
} as const;

/** Reads an output; `refused` with a message that has nothing of it. */
function ours(output: string): unknown {
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = plain(
      printedCredentials(output, now, source),
    );
    const end = expiration && Math.floor(Date.parse(expiration) / 1000);
    return [accessKeyId, secretAccessKey, sessionToken ?? null, end ?? null, accountId ?? null];
  } catch (error) {
    if (!(error instanceof StsmfaError)) throw error;
    assertEquals(
      ["CredentialProcessFailed", "SessionExpired"].includes(error.code),
      true,
      error.code,
    );
    const said = `${error.message} ${error.hint}`;
    assert(said.startsWith("/home/a/.aws/config:3 credential_process of [give] printed "), said);
    for (const part of [keyId, secret, token, "given", "idp.example", "12345678", "geh"]) {
      assert(!said.replace("[give]", "").includes(part), `${said} has ${part}`);
    }
    return "refused";
  }
}

for (const [what, output] of Object.entries(taken)) {
  Deno.test(`a credential_process may print ${what}`, () => {
    assert(ours(output) !== "refused");
  });
}

for (const [what, output] of Object.entries({ ...refused, ...onlyTheirs })) {
  Deno.test(`a credential_process that prints ${what} is refused`, () => {
    assertEquals(ours(output), "refused");
  });
}

Deno.test("output that is not UTF-8 is refused", () => {
  const bytes = new TextEncoder().encode(json({ Note: "x" })).with(-3, 0xff);
  assertEquals(ours(new TextDecoder().decode(bytes)), "refused");
});

const python = needsPython("botocore");

Deno.test({
  name: `botocore takes and refuses the same outputs, with the same values${python.name}`,
  ignore: python.ignore,
  fn: async () => {
    const script = `
import json, sys
from botocore.credentials import ProcessProvider
class Process:
    returncode = 0
    def __init__(self, output): self.output = output
    def communicate(self): return self.output.encode("utf-8", "surrogatepass"), b""
def read(output):
    try:
        config = {"profiles": {"give": {"credential_process": "x"}}}
        found = ProcessProvider("give", lambda: config, popen=lambda *a, **k: Process(output)).load()
        keys = found.get_frozen_credentials()
        end = getattr(found, "_expiry_time", None)
        end = end and int(end.timestamp())
        return [keys.access_key, keys.secret_key, keys.token or None, end, keys.account_id or None]
    except Exception as error:
        return "refused"
print(json.dumps([read(output) for output in json.load(sys.stdin)]))
`;
    const all = { ...taken, ...refused, ...onlyTheirs };
    const outputs = Object.values(all);
    const answers = JSON.parse(await runPython(["-c", script], { input: JSON.stringify(outputs) }));
    const differ = Object.keys(all).filter((_, at) =>
      JSON.stringify(answers[at]) !== JSON.stringify(ours(outputs[at]!))
    );
    assertEquals(differ, Object.keys(onlyTheirs));
    assertEquals(outputs.length > 75, true);
  },
});
