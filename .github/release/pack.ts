/**
 * Writes what an archive contains besides the program, as printed by the program itself: `pack.ts
 * PROGRAM DIRECTORY`.
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

/** Writes the files below a directory. */
export async function pack(program: string, directory: string): Promise<void> {
  for (const [name, args] of Object.entries(printed)) {
    const command = new Deno.Command(program, { args: [...args], stderr: "inherit" });
    const { success, stdout } = await command.output();
    if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
    const path = join(directory, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, stdout);
  }
}

if (import.meta.main) {
  const [program, directory] = Deno.args;
  if (program === undefined || directory === undefined) {
    throw new Error("usage: pack.ts PROGRAM DIRECTORY");
  }
  await pack(program, directory);
}
