import { assert, assertEquals } from "@std/assert";
import { type ErrorCode, ExitStatus, StsmfaError } from "../../lib/errors.ts";

/** The contract; the type checker holds it complete. */
const statuses: Record<ErrorCode, number> = {
  Unexpected: 1,
  Usage: 2,
  TokenCodeNeeded: 2,
  TokenCodeMalformed: 2,
  MfaProcessFailed: 2,
  MfaDeviceChoiceNeeded: 2,
  ProfileNotFound: 3,
  InvalidSetting: 3,
  UnparsableFile: 3,
  LongTermCredentialsMissing: 3,
  SourceIsSession: 3,
  SourceIsTarget: 3,
  TargetHoldsLongTermCredentials: 3,
  TargetIsShadowed: 3,
  UnusableMfaDevice: 3,
  MfaDeviceMissing: 3,
  LongTermCredentialsStored: 3,
  KeyNotFound: 3,
  StoredKeyMissing: 3,
  Recursion: 3,
  CredentialProcessFailed: 3,
  InvalidHook: 3,
  CommandNotFound: 2,
  CommandNotRunnable: 2,
  TokenCodeRefused: 4,
  TokenCodeUsed: 4,
  MfaSerialRefused: 4,
  ClockSkew: 4,
  AccessKeyRefused: 4,
  SecretKeyRefused: 4,
  SessionExpired: 4,
  AccessDenied: 4,
  DurationRefused: 4,
  RegionDisabled: 4,
  Throttled: 4,
  SecondAccessKey: 4,
  RequestRefused: 4,
  NetworkUnreachable: 5,
  NetworkTimeout: 5,
  ServiceUnavailable: 5,
  FileUnreadable: 6,
  FileUnwritable: 6,
  StorageFull: 6,
  LockTimeout: 6,
  UntrustedFile: 6,
  KeyStoreLocked: 6,
  KeyStoreUnusable: 6,
  HookFailed: 7,
  HookNotApproved: 7,
  Cancelled: 130,
};
for (const [code, status] of Object.entries(statuses) as [ErrorCode, number][]) {
  Deno.test(`StsmfaError.exitStatus is ${status} for ${code}`, () => {
    assertEquals(new StsmfaError(code, "x").exitStatus, status);
  });
}

Deno.test("ExitStatus is what programs rely on", () => {
  assertEquals(Object.values(ExitStatus), [0, 1, 2, 3, 4, 5, 6, 7, 8, 129, 130, 143]);
});

Deno.test("StsmfaError.toJSON() gives code, message and hint, never the cause", () => {
  const cause = new Error("inner");
  const error = new StsmfaError("Usage", "bad", { hint: "do", cause });
  assertEquals(JSON.stringify(error), '{"code":"Usage","message":"bad","hint":"do"}');
  assertEquals(JSON.stringify(new StsmfaError("Usage", "bad")), '{"code":"Usage","message":"bad"}');
  assert(error instanceof Error);
  assertEquals([error.name, error.cause, `${error}`], ["StsmfaError", cause, "StsmfaError: bad"]);
  assertEquals("cause" in new StsmfaError("Usage", "bad"), false);
});
