/**
 * How much memory a process and those it started have held, on Linux and Windows.
 *
 * @module
 */

const { os } = Deno.build;

/** For names of tests, and whether to skip them. */
export const needsPeakMemory = os === "linux" || os === "windows"
  ? { ignore: false, name: "" }
  : { ignore: true, name: " (skipped: nothing here tells how much memory another process held)" };

/** Looks until `ended`; gives the most that any one of them has held, in MiB. */
export async function peakMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  const { tree, peak } = os === "windows"
    ? (await import("./windows_processes.ts"))
    : { tree: descendants, peak: highWater };
  let isOver = false;
  const over = ended.finally(() => isOver = true);
  let most = 0;
  while (!isOver) {
    for (const each of [pid, ...tree(pid)]) most = Math.max(most, peak(each) / 1024 / 1024);
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
  return Math.round(most);
}

function highWater(pid: number): number {
  const [, kilobytes = 0] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
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
