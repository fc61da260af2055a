/**
 * Starts a program that gets none of the files that whoever started us has open: locks, and pipes
 * whose end somebody waits for. The runtime passes all of them on, and cannot close any.
 *
 * @module
 */

/** Closes what its first two words say, and becomes the program of the others. */
const script = `eval "exec $1"
if (eval "exec $2") 2>/dev/null; then eval "exec $2"; fi
shift 2
exec "$@"`;

/**
 * Returns words that start a program with its standard streams alone. Where there is no bash, a shell
 * may not be able to name those above 9, and passes these on.
 */
export function withoutDescriptors(argv: readonly string[]): readonly [string, ...string[]] {
  const open = openDescriptors();
  const closing = (some: readonly number[]) => some.map((each) => `${each}>&-`).join(" ");
  const [few, others] = [open.filter((each) => each < 10), open.filter((each) => each >= 10)];
  return [shell(), "-c", script, "sh", closing(few), closing(others), ...argv];
}

function shell(): string {
  try {
    if (Deno.statSync("/bin/bash").isFile) return "/bin/bash";
  } catch { /* there is none */ }
  return "/bin/sh";
}

/** Returns all above those of the standard streams; ours, too, which nobody gets anyway. */
function openDescriptors(): number[] {
  try {
    const folder = Deno.build.os === "linux" ? "/proc/self/fd" : "/dev/fd";
    return Array.from(Deno.readDirSync(folder), ({ name }) => Number(name))
      .filter((each) => each > 2);
  } catch {
    return [3, 4, 5, 6, 7, 8, 9];
  }
}
