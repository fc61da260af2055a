/**
 * How much memory a process and those it started have held, on Linux.
 *
 * @module
 */

/** For names of tests, and whether to skip them. */
export const needsProc = Deno.build.os === "linux"
  ? { ignore: false, name: "" }
  : { ignore: true, name: " (skipped: there is no /proc here)" };

/** Looks until `ended`; gives the most that any one of them has held, in MiB. */
export async function peakMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = ended.finally(() => isOver = true);
  let most = 0;
  while (!isOver) {
    for (const each of [pid, ...descendants(pid)]) {
      const [, kilobytes = 0] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${each}/status`)) ?? [];
      most = Math.max(most, Number(kilobytes) / 1024);
    }
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
  return Math.round(most);
}

function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter((id) => id !== "")
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
