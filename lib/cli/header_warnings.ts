/**
 * Warns of headers that SDKs read differently, in commands that a person runs; never in those that
 * SDKs run at every call.
 *
 * @module
 */

import { headerNotices } from "../aws_files/header_notices.ts";
import type { AwsFiles } from "../aws_files/read.ts";
import type { Talk } from "../talk.ts";

/**
 * Warns of what concerns these profiles.
 *
 * @param names of the profiles; if absent, everything in the files counts
 */
export function warnOfHeaders(
  files: AwsFiles,
  names: readonly string[] | undefined,
  { warn }: Talk,
): void {
  const notices = names === undefined
    ? headerNotices(files)
    : names.flatMap((name) => headerNotices(files, name));
  for (const { text } of notices) warn(text);
}
