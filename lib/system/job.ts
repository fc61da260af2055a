/**
 * Whether anybody could resume us after a stop.
 *
 * @module
 */

/**
 * Reports whether we are a part of a shell that captures what we print, as `$(...)` does, and not a
 * job: nobody could resume us, and the shell would wait for us, or leave us behind. Elsewhere than
 * on Linux it is known of the function of `stsmfa shell` alone. Needs all permissions on Linux.
 */
export function isPartOfShell(): boolean {
  return isGivenByFunction(Deno.args) || isInGroupOfShell();
}

/** Reports whether these are words of the function, which captures all that it runs with a mark. */
function isGivenByFunction(args: readonly string[]): boolean {
  return args[1] === "--shell" && args[3] === "--mark";
}

/**
 * Reports whether a shell of our session can resume our job: whether it is not what POSIX calls an
 * orphaned process group, which the system stops by no key. Told by Linux alone; needs all
 * permissions.
 */
export function isResumable(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const own = jobOf(Deno.pid);
    for (let { parent } = own;;) {
      const above = jobOf(parent);
      if (above.group !== own.group) return above.session === own.session;
      parent = above.parent;
    }
  } catch {
    return false;
  }
}

/**
 * Reports whether another job has the terminal, and the system would stop us for using it. A program
 * that is stopped within such a call hears nothing else: resumed by whoever ends it, it is stopped
 * again. Told by Linux alone; needs all permissions.
 */
export function isInBackground(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const { group, foreground } = jobOf(Deno.pid);
    return foreground > 0 && foreground !== group && isResumable() && !isIgnored("self", inputBit);
  } catch {
    return false;
  }
}

/** Stops our job, as the system does with one that reads from the terminal in the background. */
export function stopInBackground(): void {
  Deno.kill(0, "SIGTTIN");
}

interface Job {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** The group that has the terminal; -1 without one. */
  readonly foreground: number;
}

/** Returns what `/proc` tells of a process; the name before it may hold anything. */
function jobOf(process: number): Job {
  const stat = Deno.readTextFileSync(`/proc/${process}/stat`);
  const [, parent, group, session, , foreground] = stat.slice(stat.lastIndexOf(")") + 2)
    .split(" ").map(Number);
  return { parent: parent!, group: group!, session: session!, foreground: foreground! };
}

/** The places of SIGTSTP and SIGTTIN among the bits of signals. */
const [stopBit, inputBit] = [1n << 19n, 1n << 20n];

function isIgnored(process: number | "self", bit: bigint): boolean {
  const [, ignored] = /^SigIgn:\s*([\da-f]+)$/m
    .exec(Deno.readTextFileSync(`/proc/${process}/status`)) ?? [];
  return ignored !== undefined && (BigInt(`0x${ignored}`) & bit) !== 0n;
}

/** Reports whether who leads our process group ignores Ctrl-Z, as shells do where people type. */
function isInGroupOfShell(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const leader = jobOf(Deno.pid).group;
    if (leader === Deno.pid) return false;
    return isIgnored(leader, stopBit);
  } catch {
    return false;
  }
}
