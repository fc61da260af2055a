/**
 * The AWS CLI, if it is installed.
 *
 * @module
 */

let isHere: boolean | undefined;

/**
 * Returns the options of a test that needs the AWS CLI: skipped, with the reason, if it is missing.
 */
export function needsAwsCommand(): { name: string; ignore: boolean } {
  isHere ??= canRun();
  return { name: isHere ? "" : " (skipped: no aws here)", ignore: !isHere };
}

function canRun(): boolean {
  try {
    return new Deno.Command("aws", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
