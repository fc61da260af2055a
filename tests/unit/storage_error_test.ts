import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type ErrorCode, StsmfaError } from "../../lib/errors.ts";
import { storageError, systemErrorCode } from "../../lib/storage_error.ts";

Deno.test("systemErrorCode() reads codes of node and classes of Deno alike", () => {
  assertEquals(systemErrorCode(Object.assign(new Error(), { code: "EXDEV" })), "EXDEV");
  assertEquals(systemErrorCode(new Deno.errors.NotFound("x")), "ENOENT");
  assertEquals(systemErrorCode(new Deno.errors.PermissionDenied("x")), "EACCES");
  assertEquals(systemErrorCode(new Deno.errors.NotCapable("x")), "ENOTCAPABLE");
  for (
    const [code, number, name] of [
      ["EPERM", 5, "EACCES"],
      ["EBUSY", 32, "ESHARED"],
      ["EBUSY", 33, "ESHARED"],
      ["EBUSY", 16, "EBUSY"],
      ["EPERM", 1, "EPERM"],
      ["EIO", 5, "EIO"],
      ["ENOENT", 123, "ENAME"],
    ] as const
  ) {
    const error = Object.assign(new Error(`In words (os error ${number}): at x`), { code });
    assertEquals(systemErrorCode(error), name);
  }
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
  [
    "read",
    "ESHARED",
    "FileUnreadable",
    "another program has it open, and lets no other use it",
    true,
  ],
  ["read", "ENOTCAPABLE", "FileUnreadable", "Deno was started without the permission for it", true],
  [
    "write",
    "EEXIST",
    "FileUnwritable",
    "something else has that name, or the name of a folder on the way",
    false,
  ],
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
