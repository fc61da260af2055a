/**
 * The words of an `mfa_process`.
 *
 * @module
 */

/**
 * The program and arguments of an `mfa_process`: a JSON list as it is, any other text by way of the
 * shell.
 *
 * @throws RangeError for a list that is none
 */
export function mfaCommand(
  process: string,
  os: "windows" | "unix",
): readonly [string, ...string[]] {
  if (!process.startsWith("[")) {
    return os === "windows" ? ["cmd.exe", "/d", "/s", "/c", process] : ["/bin/sh", "-c", process];
  }
  let list: unknown;
  try {
    list = JSON.parse(process);
  } catch { /* said below */ }
  if (Array.isArray(list) && list.every((word) => typeof word === "string")) {
    const [program, ...args] = list as string[];
    if (program) return [program, ...args];
  }
  // A seed may be among the words: they are not repeated.
  throw new RangeError("mfa_process begins like a list, and is no list of words");
}
