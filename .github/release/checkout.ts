/**
 * A copy of the checkout, for building it elsewhere, or with changes.
 *
 * @module
 */

import { dirname, join } from "node:path";

/** Copies the files that git knows or would add, as they are now, to a folder. */
export async function checkoutCopy(project: string, folder: string): Promise<void> {
  const args = ["ls-files", "-co", "--exclude-standard", "-z"];
  const { success, stdout } = await new Deno.Command("git", { args, cwd: project }).output();
  if (!success) throw new Error(`${project} is no git checkout`);
  for (const name of new TextDecoder().decode(stdout).split("\0").filter(Boolean)) {
    await Deno.mkdir(dirname(join(folder, name)), { recursive: true });
    try {
      await Deno.copyFile(join(project, name), join(folder, name));
    } catch (error) {
      // Known to git, but removed.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
