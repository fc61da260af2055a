/**
 * Which terminal we are at, which program started us, and who is stopped there: from Linux's `/proc`, elsewhere from `ps`.
 * Windows tells neither.
 *
 * @module
 */

import type { Seat } from "../context.ts";

/** Returns what the system tells; needs all permissions on Linux, and otherwise run. */
export function seat(): Seat {
  if (Deno.build.os === "windows") return {};
  const process = Deno.pid;
  try {
    return { ...Deno.build.os === "linux" ? seatOfProc() : seatOfPs(), process };
  } catch {
    return { process };
  }
}

/** Reports whether a process is stopped, as Ctrl-Z does, and the system for who asks in background. */
export function isStopped(process: number): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    const state = Deno.build.os === "linux"
      ? afterName(Deno.readTextFileSync(`/proc/${process}/stat`))[0]!
      : ps("stat=", process);
    return state.startsWith("T");
  } catch {
    return false;
  }
}

function seatOfProc(): Seat {
  const device = Number(afterName(Deno.readTextFileSync("/proc/self/stat"))[4]);
  const caller = Deno.readTextFileSync(`/proc/${Deno.ppid}/comm`).trim();
  return {
    terminal: nameOfDevice(device),
    caller: uncut(caller, Deno.readTextFileSync(`/proc/${Deno.ppid}/cmdline`).split("\0")),
  };
}

/** Returns the fields of `/proc/PID/stat` from the state on; the name before it may hold anything. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Returns the name of a terminal by the number that Linux has for its device. */
export function nameOfDevice(device: number): string | undefined {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major < 144) return `pts/${(major - 136) * 0x100000 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return undefined;
}

/** Returns the whole name of a program: Linux keeps its first 15 bytes, a command line has all. */
export function uncut(name: string, words: readonly string[]): string {
  const whole = words.slice(0, 2).map((word) => word.split("/").at(-1)!);
  return whole.find((each) => each.startsWith(name) && /^\S+$/.test(each)) ?? name;
}

function seatOfPs(): Seat {
  const terminal = ps("tty=", Deno.pid);
  return {
    terminal: /^\?+$/.test(terminal) ? undefined : terminal || undefined,
    caller: ps("comm=", Deno.ppid).split("/").at(-1) || undefined,
  };
}

function ps(field: string, pid: number): string {
  const { stdout } = new Deno.Command("/bin/ps", {
    args: ["-o", field, "-p", `${pid}`],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}
