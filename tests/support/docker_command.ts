/**
 * The docker command, if it is installed; no engine is needed.
 *
 * @module
 */

let isHere: boolean | undefined;

/** Returns the options of a test that needs docker: skipped, with the reason, if it is missing. */
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
