/**
 * Writes what an archive contains besides the program, as printed by the program itself.
 *
 * @module
 */

import { dirname, join } from "node:path";

/** The files, and the arguments of the command that prints each. */
export const printed: Readonly<Record<string, readonly string[]>> = {
  "completions/stsmfa.bash": ["completions", "bash"],
  "completions/_stsmfa": ["completions", "zsh"],
  "completions/stsmfa.fish": ["completions", "fish"],
  "completions/stsmfa.ps1": ["completions", "powershell"],
  "man/stsmfa.1": ["completions", "man"],
};

/**
 * Writes the files below a directory.
 *
 * @param command the program, behind what it is run by, if anything
 */
export async function pack(command: readonly string[], directory: string): Promise<void> {
  const [first, ...before] = command;
  for (const [name, args] of Object.entries(printed)) {
    const words = [...before, ...args];
    const { success, stdout } = await new Deno.Command(first!, { args: words, stderr: "inherit" })
      .output();
    if (!success) throw new Error(`${[first, ...words].join(" ")} failed`);
    const path = join(directory, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, new TextDecoder().decode(stdout).replaceAll("\r\n", "\n"));
  }
}
