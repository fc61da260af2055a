/**
 * Which processes have a file open, as a sign that they wait for its lock.
 *
 * @module
 */

/** Reports whether so many processes have a file below a folder open; elsewhere than on Linux, yes. */
export function isOpenIn(processes: number, folder: string): boolean {
  if (Deno.build.os !== "linux") return true;
  const hasOpen = (pid: string) => {
    try {
      return Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).some(({ name }) =>
        Deno.readLinkSync(`/proc/${pid}/fd/${name}`).startsWith(folder)
      );
    } catch {
      // It has ended, or is somebody else's.
      return false;
    }
  };
  const names = Array.from(Deno.readDirSync("/proc"), ({ name }) => name);
  return names.filter((name) => /^\d+$/.test(name) && hasOpen(name)).length >= processes;
}
