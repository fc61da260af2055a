/**
 * Removes sessions from the backup of the credentials file, which has what the file had when a person
 * had changed it last.
 *
 * @module
 */

import { parseAwsFile } from "../aws_files/read.ts";
import { removeSession } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { requireOurs } from "../files/ours.ts";
import { replaceFile } from "../files/replace.ts";
import { storageError } from "../storage_error.ts";

/**
 * Removes the sessions of some sections; access keys and all else stay.
 *
 * @param isOurs whether an unusual key ID belongs to a session anyway
 * @throws StsmfaError `UnparsableFile`, `UntrustedFile`, `FileUnreadable`, `FileUnwritable`,
 * `StorageFull`
 */
export async function clearBackup(
  context: Context,
  backup: string,
  sections: readonly string[],
  isOurs: (accessKeyId: string) => boolean,
): Promise<void> {
  const { files } = context;
  try {
    const bytes = await files.read(backup);
    if (bytes === undefined) return;
    const document = parseAwsFile(backup, bytes);
    const removed = sections.filter((section) => removeSession(document, section, isOurs));
    if (removed.length === 0) return;
    const target = await requireOurs(context, backup, { isAwsFile: true });
    const content = new TextEncoder().encode(document.toString());
    await replaceFile(context, target, content, await files.status(target));
  } catch (error) {
    throw storageError("write", backup, error);
  }
}
