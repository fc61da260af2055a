/**
 * How a program of another system can be run here.
 *
 * @module
 */

import { delimiter, join } from "node:path";
import type { Target } from "./targets.ts";

/** A way to run a program. */
export interface Runner {
  /** In words. */
  readonly how: string;
  /** What stands before the program and its arguments. */
  readonly command: readonly string[];
  /** Whether the program sees this machine's files, and can be given variables. */
  readonly isPlain: boolean;
}

/** The packages of Debian that arm64 is run with. */
const arm64 = "qemu-user-static, libc6-arm64-cross, libgcc-s1-arm64-cross";

/** Returns how this target's programs can be run here, or why they cannot. */
export async function runnerOf({ triple }: Target): Promise<Runner | string> {
  if (triple === Deno.build.target) return { how: "natively", command: [], isPlain: true };
  if (triple === "aarch64-unknown-linux-gnu" && Deno.build.os === "linux") {
    const qemu = await found("qemu-aarch64-static") ?? await found("qemu-aarch64");
    const root = "/usr/aarch64-linux-gnu";
    if (qemu === undefined || !await exists(`${root}/lib/libgcc_s.so.1`)) {
      return `no qemu-user with libraries (${arm64})`;
    }
    return { how: "under qemu-user", command: [qemu, "-L", root], isPlain: true };
  }
  if (triple.includes("windows")) {
    const wine = Deno.env.get("STSMFA_WINE") || await found("wine");
    if (wine === undefined) return "no wine, and STSMFA_WINE names none";
    return { how: "under wine", command: [wine], isPlain: false };
  }
  return `no ${triple.includes("darwin") ? "macOS" : triple} is here`;
}

/** Returns where a program is on the path, if it is. */
export async function found(program: string): Promise<string | undefined> {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  for (const folder of folders) {
    const path = join(folder, program);
    if (folder !== "" && await exists(path)) return path;
  }
  return undefined;
}

/** Whether there is a file at this path. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
