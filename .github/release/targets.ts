/**
 * The systems that a release has a program for.
 *
 * @module
 */

/** A system that a program is compiled for. */
export interface Target {
  /** As Rust and Deno name it. */
  readonly triple: string;
  /** The program's file. */
  readonly program: "stsmfa" | "stsmfa.exe";
  /** How the archive's name ends. */
  readonly archive: "tar.gz" | "zip";
}

/** All of them. */
export const targets: readonly Target[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
].map((triple) =>
  triple.includes("windows")
    ? { triple, program: "stsmfa.exe", archive: "zip" }
    : { triple, program: "stsmfa", archive: "tar.gz" }
);

/**
 * Returns the target of this name.
 *
 * @throws Error when there is none
 */
export function targetOf(triple: string): Target {
  const found = targets.find((each) => each.triple === triple);
  if (found === undefined) throw new Error(`there is no target ${triple}`);
  return found;
}
