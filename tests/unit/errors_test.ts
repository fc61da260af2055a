import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type ErrorCode,
  ExitStatus,
  flagWords,
  pathWord,
  profileWord,
  renewCommand,
  shellWord,
  storageError,
  StsmfaError,
  systemErrorCode,
  withArguments,
} from "../../lib/errors.ts";

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
  Recursion: 3,
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
  RequestRefused: 4,
  NetworkUnreachable: 5,
  NetworkTimeout: 5,
  ServiceUnavailable: 5,
  FileUnreadable: 6,
  FileUnwritable: 6,
  StorageFull: 6,
  LockTimeout: 6,
  UntrustedFile: 6,
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

Deno.test("systemErrorCode() reads codes of node and classes of Deno alike", () => {
  assertEquals(systemErrorCode(Object.assign(new Error(), { code: "EXDEV" })), "EXDEV");
  assertEquals(systemErrorCode(new Deno.errors.NotFound("x")), "ENOENT");
  assertEquals(systemErrorCode(new Deno.errors.PermissionDenied("x")), "EACCES");
  assertEquals(systemErrorCode(new Deno.errors.NotCapable("x")), "ENOTCAPABLE");
  for (const [number, code] of [[37, "ENOLCK"], [38, "ENOSYS"], [122, "EDQUOT"], [69, "EDQUOT"]]) {
    assertEquals(systemErrorCode(new Error(`In words (os error ${number}): at /x`)), code);
  }
  assertEquals(systemErrorCode(new Error("No such thing (os error 3700)")), undefined);
  assertEquals(storageError("write", "/x", new Error("Quota (os error 122)")).code, "StorageFull");
  assertEquals(systemErrorCode(new Error("x")), undefined);
  assertEquals(systemErrorCode("ENOENT"), undefined);
  assertEquals(systemErrorCode(Object.assign(new Error(), { code: 5 })), undefined);
});

const faults: ["read" | "write" | "lock", string, ErrorCode, string, hinted: boolean][] = [
  ["read", "EACCES", "FileUnreadable", "permission denied", true],
  ["write", "EACCES", "FileUnwritable", "permission denied", true],
  ["lock", "EACCES", "FileUnwritable", "permission denied", true],
  ["write", "ENOSPC", "StorageFull", "no space left on the disk", true],
  ["write", "EDQUOT", "StorageFull", "the disk quota is used up", true],
  ["write", "EROFS", "FileUnwritable", "the file system is read-only", true],
  ["read", "EISDIR", "FileUnreadable", "it is a directory", true],
  ["write", "EBUSY", "FileUnwritable", "it is in use, or mounted as a single file", true],
  ["read", "ENOTCAPABLE", "FileUnreadable", "Deno was started without the permission for it", true],
  ["write", "EXDEV", "FileUnwritable", "EXDEV", false],
];
for (const [action, systemCode, code, reason, hinted] of faults) {
  Deno.test(`storageError() makes ${code} of ${systemCode} in a ${action}`, () => {
    const cause = Object.assign(new Error("low"), { code: systemCode });
    const error = storageError(action, "/my files/c", cause);
    assertEquals([error.code, error.message, error.cause], [
      code,
      `cannot ${action} /my files/c: ${reason}`,
      cause,
    ]);
    assertEquals([error.exitStatus, error.hint !== undefined], [6, hinted]);
  });
}

Deno.test("storageError() hands on our own errors, and takes no fault of ours for one of the disk", () => {
  const own = new StsmfaError("LockTimeout", "x");
  assertEquals(storageError("lock", "/c", own), own);
  assertThrows(() => storageError("read", "/c", new TypeError("odd")), TypeError, "odd");
  const rare = new Error("File too large (os error 27)");
  assertStringIncludes(storageError("write", "/c", rare).message, "File too large");
});

const words: [word: string, expected: string][] = [
  ["work-mfa", "work-mfa"],
  ["a.b/c@d+e%f:g", "a.b/c@d+e%f:g"],
  ["my profile", "'my profile'"],
  ["it's", `"it's"`],
  ["", "''"],
  ["$(x)", "'$(x)'"],
  ["a;b", "'a;b'"],
  ["a&b", '"a&b"'],
  ["~root", "'~root'"],
  ["=ls", "'=ls'"],
  ["@args", "'@args'"],
  ["a,b", "'a,b'"],
  ["!!", "'!!'"],
  ["C:\\Users\\me", "'C:\\Users\\me'"],
  ["$x's\\", `'$x'"'"'s'"\\\\"`],
  ["a\nb", "NAME"],
  ["a\u202eb", "NAME"],
  ["\u00e4", "'\u00e4'"],
];
for (const [word, expected] of words) {
  Deno.test(`shellWord() writes ${JSON.stringify(word)} so that a shell gives it back`, () => {
    assertEquals(shellWord(word), expected);
  });
}

Deno.test("a name that would be taken for a flag or a command stands where only a name can", () => {
  const written: [hint: string, expected: string][] = [
    [renewCommand("work"), "stsmfa work"],
    [renewCommand("-x"), "stsmfa --profile=-x"],
    [renewCommand("clear"), "stsmfa --profile=clear"],
    [renewCommand("a b", "clear"), "stsmfa 'a b' clear"],
    [renewCommand("clear", "a"), "stsmfa refresh clear a"],
    [renewCommand("a", "--all"), "stsmfa refresh -- a --all"],
    [`stsmfa init ${profileWord("--adopt")} --adopt`, "stsmfa init --profile=--adopt --adopt"],
    [flagWords("--source-profile", "a"), "--source-profile a"],
    [flagWords("--source-profile", "-"), "--source-profile=-"],
    [flagWords("--source-profile", "-$x"), "--source-profile='-$x'"],
    [withArguments("stsmfa import", ["a"], " --from x"), "stsmfa import a --from x"],
    [withArguments("stsmfa import", ["-a"], " --from x"), "stsmfa import --from x -- -a"],
    [withArguments("stsmfa hooks list", []), "stsmfa hooks list"],
    [`rm ${pathWord("-rf")}`, "rm ./-rf"],
    [`rm ${pathWord("a\u0007")}`, "rm FILE"],
  ];
  for (const [hint, expected] of written) assertEquals(hint, expected);
});
