/**
 * Splits an `mfa_process` into its words.
 *
 * @module
 */

/** Reports whether the system's shell reads an `mfa_process`. */
export function isShellCommand(process: string): boolean {
  return !process.startsWith("[");
}

/**
 * Returns the program and arguments of an `mfa_process`: a JSON list as is, any other text as a
 * shell command.
 *
 * @throws RangeError for a malformed list
 */
export function mfaCommand(
  process: string,
  os: "windows" | "unix",
): readonly [string, ...string[]] {
  if (isShellCommand(process)) {
    // Of what stands between the first quote and the last one, cmd takes every character as it is.
    return os === "windows"
      ? ["cmd.exe", "/d", "/s", "/c", `"${process}"`]
      : ["/bin/sh", "-c", process];
  }
  let list: unknown;
  try {
    list = JSON.parse(process);
  } catch { /* reported below */ }
  if (Array.isArray(list) && list.every((word) => typeof word === "string")) {
    const [program, ...args] = list as string[];
    if (program) return [program, ...args];
  }
  // The words are not repeated: one may be a seed.
  throw new RangeError("mfa_process begins like a list, and is not a list of words");
}
