/**
 * What Windows tells about processes: which one started which, and how much memory they have held.
 * Loaded on Windows alone.
 *
 * Source: https://learn.microsoft.com/en-us/windows/win32/api/tlhelp32/ and .../api/psapi/
 *
 * @module
 */

/** Where the fields of a PROCESSENTRY32W are, in bytes, on a 64-bit system. */
const entry = { process: 8, parent: 32, size: 568 } as const;

/** Those of a PROCESS_MEMORY_COUNTERS. */
const counters = { peakWorkingSet: 8, size: 72 } as const;

/** TH32CS_SNAPPROCESS. */
const allProcesses = 2;

/** PROCESS_QUERY_LIMITED_INFORMATION and PROCESS_VM_READ. */
const access = 0x1010;

const { symbols: kernel } = Deno.dlopen("kernel32.dll", {
  CreateToolhelp32Snapshot: { parameters: ["u32", "u32"], result: "pointer" },
  Process32FirstW: { parameters: ["pointer", "buffer"], result: "i32" },
  Process32NextW: { parameters: ["pointer", "buffer"], result: "i32" },
  OpenProcess: { parameters: ["u32", "i32", "u32"], result: "pointer" },
  K32GetProcessMemoryInfo: { parameters: ["pointer", "buffer", "u32"], result: "i32" },
  CloseHandle: { parameters: ["pointer"], result: "i32" },
});

/** Returns the processes that this one has started, those that they have, and so on. */
export function tree(pid: number): number[] {
  const parents = new Map<number, number>();
  const snapshot = kernel.CreateToolhelp32Snapshot(allProcesses, 0);
  const found = new DataView(new ArrayBuffer(entry.size));
  const bytes = new Uint8Array(found.buffer);
  found.setUint32(0, entry.size, true);
  for (
    let isThere = kernel.Process32FirstW(snapshot, bytes);
    isThere !== 0;
    isThere = kernel.Process32NextW(snapshot, bytes)
  ) {
    parents.set(found.getUint32(entry.process, true), found.getUint32(entry.parent, true));
  }
  kernel.CloseHandle(snapshot);
  const below = (parent: number): number[] =>
    [...parents].filter(([each, its]) => its === parent && each !== parent)
      .flatMap(([each]) => [each, ...below(each)]);
  return below(pid);
}

/** Returns the most bytes of memory that a process has held; 0 if it is gone. */
export function peak(pid: number): number {
  const handle = kernel.OpenProcess(access, 0, pid);
  if (handle === null) return 0;
  const told = new DataView(new ArrayBuffer(counters.size));
  told.setUint32(0, counters.size, true);
  const isTold = kernel.K32GetProcessMemoryInfo(
    handle,
    new Uint8Array(told.buffer),
    counters.size,
  );
  kernel.CloseHandle(handle);
  return isTold === 0 ? 0 : Number(told.getBigUint64(counters.peakWorkingSet, true));
}
