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

/** The place of SIGTSTP among the bits of signals. */
const stopBit = 1n << 19n;

/** Reports whether who leads our process group ignores Ctrl-Z, as shells do where people type. */
function isInGroupOfShell(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    const leader = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
    if (leader === Deno.pid) return false;
    const [, ignored] = /^SigIgn:\s*([\da-f]+)$/m
      .exec(Deno.readTextFileSync(`/proc/${leader}/status`)) ?? [];
    return ignored !== undefined && (BigInt(`0x${ignored}`) & stopBit) !== 0n;
  } catch {
    return false;
  }
}
