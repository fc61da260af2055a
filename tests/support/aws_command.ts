/**
 * The AWS CLI, if it is installed.
 *
 * @module
 */

import { canRun } from "./ask_once.ts";

/**
 * Returns the options of a test that needs the AWS CLI: skipped, with the reason, if it is missing.
 */
export function needsAwsCommand(): { name: string; ignore: boolean } {
  const isHere = canRun("aws", "--version");
  return { name: isHere ? "" : " (skipped: no aws here)", ignore: !isHere };
}
