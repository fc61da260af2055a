/**
 * An older Linux to run the program on: Debian 11, whose glibc is 2.31. Those with 2.27 are not to be
 * had any more; what the program's symbols ask for is read from it (`format.ts`).
 *
 * @module
 */

import { join } from "node:path";
import { exists, found, type Runner } from "./runners.ts";
import { cacheFolder } from "./runtime.ts";

const suite = "bullseye";

/**
 * Mounts what is needed, which ends with the process, and runs a program of this machine in there:
 * `sh -c enter ROOT PROGRAM ARGS`.
 */
const enter = `set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount --make-rprivate /
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
mount --rbind /tmp "$0/tmp"
: >>"$0/stsmfa"
mount --bind "$1" "$0/stsmfa"
shift
exec chroot "$0" /stsmfa "$@"`;

/** Returns how a program is run there, or why it cannot be. Fetched once, some 300 MB. */
export async function oldSystem(): Promise<Runner | string> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return "this is no x86-64 Linux";
  if (Deno.uid() !== 0) return "only root can change into it";
  const root = join(cacheFolder(), suite);
  if (!await exists(join(root, "complete"))) {
    const debootstrap = await found("debootstrap");
    if (debootstrap === undefined) return "no debootstrap is here";
    await fetchInto(root, debootstrap);
  }
  return {
    how: "on Debian 11 (glibc 2.31)",
    command: ["/usr/bin/unshare", "-m", "/bin/sh", "-c", enter, root],
    isPlain: true,
  };
}

async function fetchInto(root: string, debootstrap: string): Promise<void> {
  await Deno.mkdir(root, { recursive: true });
  // The files alone, nothing of which is run.
  const { success, stdout } = await new Deno.Command(debootstrap, {
    args: ["--foreign", "--variant=minbase", suite, root],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`debootstrap failed: ${new TextDecoder().decode(stdout)}`);
  // In a container it may be a link to this machine's own.
  for (const name of ["proc", "dev"]) {
    const path = join(root, name);
    if (!(await Deno.lstat(path)).isSymlink) continue;
    await Deno.remove(path);
    await Deno.mkdir(path);
  }
  await Deno.writeTextFile(join(root, "complete"), "");
}
