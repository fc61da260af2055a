import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import {
  accessKeyIdComplaint,
  checkedAccessKey,
  parseAccessKey,
  secretAccessKeyComplaint,
} from "../../../lib/keys/access_key.ts";

const id = "AKIAIOSFODNN7EXAMPLE";
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

Deno.test("accessKeyIdComplaint() takes a user's key id, with space around it as it is pasted", () => {
  for (const text of [id, ` ${id}\n`, "LSIAQAAAAAAVNCBMPNSG", "A".repeat(128)]) {
    assertEquals(accessKeyIdComplaint(text), undefined, text);
  }
});

Deno.test("accessKeyIdComplaint() tells a session's key id from what is no id", () => {
  for (const text of ["ASIAIOSFODNN7EXAMPLE", " ASIAIOSFODNN7EXAMPLE"]) {
    assertStringIncludes(accessKeyIdComplaint(text)!, "belongs to a session");
  }
  for (const text of ["", "AKIA", secret, `${id} ${id}`, `"${id}"`, "A".repeat(129)]) {
    assertStringIncludes(accessKeyIdComplaint(text)!, "16 or more letters and digits");
  }
});

Deno.test("accessKeyIdComplaint() knows a secret in the place of the id, before anybody is told it", () => {
  const secret = "wJalrXUtnFEMIsK7MDENGsbPxRfiCYEXAMPLEKEY";
  const complaint = accessKeyIdComplaint(secret)!;
  assertStringIncludes(complaint, "looks like the secret access key");
  assertEquals(complaint.includes(secret), false);
});

Deno.test("secretAccessKeyComplaint() takes a secret, and repeats none that it refuses", () => {
  for (const text of [secret, ` ${secret}\r\n`]) {
    assertEquals(secretAccessKeyComplaint(text), undefined);
  }
  for (const text of ["", "short", `${secret} ${secret}`, `${secret}\u00e4`, `${secret}\0`]) {
    const complaint = secretAccessKeyComplaint(text)!;
    assertStringIncludes(complaint, "a secret access key has");
    assertEquals(text !== "" && complaint.includes(text), false);
  }
});

Deno.test("checkedAccessKey() names the place of what is no key, and not the key", () => {
  for (const [badId, badSecret] of [["nonsense", secret], [id, "nonsense"]] as const) {
    const error = assertThrows(() => checkedAccessKey(badId, badSecret, "here"), StsmfaError);
    assertEquals([error.code, error.message.startsWith("here: ")], ["Usage", true]);
    assertEquals(/nonsense|EXAMPLE.*KEY/.test(error.message), false);
  }
});

for (
  const text of [
    `${id}\n${secret}\n`,
    `${id}\r\n${secret}`,
    `\n  ${id}  \n\n  ${secret}\t\n`,
    `${id},${secret}\n`,
    `Access key ID,Secret access key\n${id},${secret}`,
    `\ufeffAccess key ID,Secret access key\r\n${id},${secret}\r\n`,
  ]
) {
  Deno.test(`parseAccessKey() finds id and secret in ${JSON.stringify(text)}`, () => {
    const { accessKeyId, secretAccessKey } = parseAccessKey(text, "standard input");
    assertEquals([accessKeyId, secretAccessKey.reveal()], [id, secret]);
  });
}

Deno.test("parseAccessKey() refuses less or more than two words, and repeats none of them", () => {
  for (const [words, count] of [["", 0], [secret, 1], [`x ${id} ${secret}`, 3]] as const) {
    const error = assertThrows(() => parseAccessKey(words, "standard input"), StsmfaError);
    assertEquals(error.message, `standard input: two words are needed, and ${count} found`);
    assertEquals(error.hint!.includes(secret), false);
  }
});
