/**
 * The docker command, as far as it is installed here; no engine is needed.
 *
 * @module
 */

let isHere: boolean | undefined;

/** The options of a test that needs docker: skipped, and why, where it is not. */
export function needsDocker(): { name: string; ignore: boolean } {
  isHere ??= canRun();
  return { name: isHere ? "" : " (skipped: no docker here)", ignore: !isHere };
}

function canRun(): boolean {
  try {
    return new Deno.Command("docker", {
      args: ["manifest", "inspect", "--help"],
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch {
    return false;
  }
}
