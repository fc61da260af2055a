/**
 * A folder in memory for files that many tests write and sync: what they would wait for is a disk.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import { askOnce } from "./ask_once.ts";

const folder = "/dev/shm";
/** Much more than tests have there at one time. */
const neededBytes = 2 ** 30;

/**
 * Returns the folder, if the machine has one with room where programs can be run. Hooks cannot use
 * it: the runtime keeps them out of `/dev`.
 */
export function memoryFolder(): string | undefined {
  return askOnce("memory", () => serves() ? folder : null) ?? undefined;
}

function serves(): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < neededBytes) return false;
    const program = Deno.makeTempFileSync({ dir: folder });
    try {
      Deno.writeTextFileSync(program, "#!/bin/sh\nexit 0\n");
      Deno.chmodSync(program, 0o700);
      return new Deno.Command(program).outputSync().success;
    } finally {
      Deno.removeSync(program);
    }
  } catch {
    return false;
  }
}
