/**
 * Whether a process is there, by its number, and of which processes that is one.
 *
 * @module
 */

/**
 * Reports whether a process is there. One that has ended, and that its parent has not asked for yet,
 * is not. Needs the permission run, on Linux read, on Windows ffi.
 */
export function isRunning(process: number): boolean {
  if (!Number.isSafeInteger(process) || process <= 0) return false;
  if (Deno.build.os === "windows") return isRunningOnWindows(process);
  try {
    if (Deno.build.os === "linux") {
      const stat = Deno.readTextFileSync(`/proc/${process}/stat`);
      return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
    }
    // No signal is sent; the types do not know of that.
    Deno.kill(process, 0 as unknown as Deno.Signal);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}

/**
 * Returns a word of letters, digits, `-` and `_` for the processes that we see: from the start of the
 * system and the namespace on Linux, elsewhere the machine's name. Needs the permissions read and
 * sys, on Linux all of them.
 */
export function processRealm(): string {
  const parts = Deno.build.os === "linux"
    ? [
      () => Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim(),
      () => Deno.readLinkSync("/proc/self/ns/pid").replace(/\D/g, ""),
    ]
    : [() => Deno.hostname()];
  return parts.map((part) => {
    try {
      return part().replace(/[^\w-]/g, "_");
    } catch {
      return "";
    }
  }).join("_");
}

/** SYNCHRONIZE: to wait for a process, and nothing else. */
const synchronize = 0x00100000;

/** WAIT_TIMEOUT: it has not ended. */
const timedOut = 258;

function isRunningOnWindows(process: number): boolean {
  const library = Deno.dlopen("kernel32.dll", {
    OpenProcess: { parameters: ["u32", "i32", "u32"], result: "pointer" },
    WaitForSingleObject: { parameters: ["pointer", "u32"], result: "u32" },
    CloseHandle: { parameters: ["pointer"], result: "i32" },
  });
  try {
    const { symbols } = library;
    const handle = symbols.OpenProcess(synchronize, 0, process);
    if (handle === null) return false;
    const isThere = symbols.WaitForSingleObject(handle, 0) === timedOut;
    symbols.CloseHandle(handle);
    return isThere;
  } finally {
    library.close();
  }
}
