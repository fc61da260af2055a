/**
 * The AWS CLI, as far as it is installed here.
 *
 * @module
 */

let isHere: boolean | undefined;

/** The options of a test that needs the AWS CLI: skipped, and why, where it is not. */
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
