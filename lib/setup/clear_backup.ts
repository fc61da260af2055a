/**
 * Removes sessions from the backup of the credentials file, which has what the file had when a person
 * had changed it last.
 *
 * @module
 */

import { editAwsFile } from "../aws_files/edit.ts";
import { readAwsFile } from "../aws_files/read.ts";
import { removeSession } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";

/**
 * Removes the sessions of some sections; access keys and all else stay.
 *
 * @param isOurs whether an unusual key ID belongs to a session anyway
 * @throws StsmfaError as `editAwsFile` does
 */
export async function clearBackup(
  context: Context,
  backup: string,
  sections: readonly string[],
  isOurs: (accessKeyId: string) => boolean,
  warn: (message: string) => void,
): Promise<void> {
  if (sections.length === 0) return;
  const known = await readAwsFile(context, backup);
  if (!sections.some((section) => known.document.has(section))) return;
  await editAwsFile(context, (document) => {
    for (const section of sections) removeSession(document, section, isOurs);
  }, { backup: false, known, warn });
}
