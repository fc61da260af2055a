import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StsmfaError } from "../../../lib/errors.ts";
import { checkMfaSerial, isUsableSerial } from "../../../lib/profile/mfa_serial.ts";
import type { Origin } from "../../../lib/profile/origin.ts";

const file: Origin = { kind: "file", path: "/c", line: 7, key: "mfa_serial" };
const account = "arn:aws:iam::123456789012";

function refused(value: string, origin: Origin = file): StsmfaError {
  return assertThrows(() => checkMfaSerial({ value, origin }), StsmfaError);
}

for (
  const value of [
    `${account}:mfa/alice`,
    `${account}:mfa/eng/bob`,
    `${account}:mfa/root-account-mfa-device`,
    `${account}:mfa/Alice.o+x=,@-_`,
    `${account}:sms-mfa/alice`,
    "arn:aws-cn:iam::123456789012:mfa/alice",
    "arn:aws-us-gov:iam::123456789012:mfa/alice",
    "arn:aws-iso-b:iam::123456789012:mfa/alice",
    "arn:aws-eusc:iam::123456789012:mfa/alice",
    "GAHT12345678",
    "123456789",
  ]
) {
  Deno.test(`checkMfaSerial() takes ${value}`, () => {
    checkMfaSerial({ value, origin: file });
    assertEquals(isUsableSerial(value), true);
  });
}

for (
  const value of [
    "alice",
    "12345678",
    `${account}:mfa/`,
    `${account}:role/x`,
    "arn:aws:iam::12:mfa/a",
    `${account}:mfa/a b`,
    "x".repeat(257),
    `${account}:mfa/a\n`,
  ]
) {
  Deno.test(`checkMfaSerial() refuses ${JSON.stringify(value).slice(0, 50)}`, () => {
    const error = refused(value);
    assertEquals(error.code, "InvalidSetting");
    assertStringIncludes(error.message, "/c:7 mfa_serial: ");
    assertStringIncludes(error.message, value);
    assertStringIncludes(error.hint!, "arn:aws:iam::123456789012:mfa/alice");
    assertEquals(refused(value, { kind: "flag", flag: "--mfa-serial" }).code, "Usage");
  });
}

Deno.test("checkMfaSerial() refuses security keys and says what to register", () => {
  const value = `${account}:u2f/user/alice/key-ABC`;
  const error = refused(value);
  assertEquals(error.code, "UnusableMfaDevice");
  assertStringIncludes(error.message, `/c:7 mfa_serial: ${value}`);
  assertStringIncludes(error.hint!, "authenticator app");
  assertEquals(isUsableSerial(value), false);
});

Deno.test("checkMfaSerial() tells the likely device for a user's ARN", () => {
  assertEquals(refused(`${account}:user/alice`).hint, `try ${account}:mfa/alice`);
  assertEquals(refused(`${account}:user/eng/bob`).hint, `try ${account}:mfa/bob`);
});
