/**
 * Writes sessions to the credentials file.
 *
 * @module
 */

import type { Context } from "../context.ts";
import type { SessionCredentials } from "../credentials.ts";
import { StsmfaError } from "../errors.ts";
import { editAwsFile, type EditOptions } from "./edit.ts";
import { writeSessionSection } from "./session_section.ts";

/** A session and its target section. */
export interface SessionWrite {
  readonly section: string;
  readonly credentials: SessionCredentials;
  readonly roleArn: string | undefined;
}

/**
 * Writes several sessions in one step. Everything but the keys we own stays byte for byte the same.
 *
 * @throws StsmfaError `ServiceUnavailable` for a session that a file can't hold, and what
 * `editAwsFile` throws; the file is then unchanged
 */
export async function writeSessions(
  context: Context,
  writes: readonly SessionWrite[],
  options: EditOptions & { readonly legacyToken: boolean },
): Promise<void> {
  const { legacyToken } = options;
  await editAwsFile(context, (document) => {
    for (const { section, credentials, roleArn } of writes) {
      try {
        writeSessionSection(document, section, credentials, { roleArn, legacyToken });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new StsmfaError(
          "ServiceUnavailable",
          `cannot use the answer from STS: ${error.message}`,
        );
      }
    }
  }, options);
}
