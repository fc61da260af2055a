/**
 * Checks whether a profile's session is still valid.
 *
 * @module
 */

import type { AwsFile } from "../aws_files/read.ts";
import { sessionCredentials } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft, type SessionCredentials } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { importLazily } from "../import_lazily.ts";
import { accountOf, type ProfileIdentity } from "../profile/identity.ts";
import type { Profile } from "../profile/profile.ts";
import { isLongTerm } from "../profile/source.ts";
import { parseSourceMark, sourceMarkPath } from "../state/directory.ts";
import type { RefreshOutcome } from "./outcome.ts";

/** By default, a session with less than this left is renewed. */
export const defaultMinLeftSeconds = 300;

/**
 * Returns the target section's session if it is for the profile's role, was made with the profile's
 * source as far as that is known, and has enough time left.
 *
 * @param isOurs whether an unusual key ID, as STS emulators return, belongs to a session anyway
 */
export async function validSession(
  context: Context,
  profile: Pick<ProfileIdentity, "target" | "role" | "source">,
  credentialsFile: AwsFile,
  minLeftSeconds: number,
  isOurs: (accessKeyId: string) => boolean = () => false,
): Promise<SessionCredentials | undefined> {
  const { document } = credentialsFile;
  const { section } = profile.target;
  const session = sessionCredentials(document, section);
  if (session === undefined) return undefined;
  // `aws configure` replaces a session's key with a long-term one and leaves token and expiration.
  if (session.accessKeyId.startsWith("AKIA") && !isOurs(session.accessKeyId)) return undefined;
  const roleArn = document.get(section, "assumed_role_arn") || undefined;
  if (roleArn !== profile.role?.roleArn) return undefined;
  const left = secondsLeft(session.expiration, context.clock.now());
  if (left <= 0 || left < minLeftSeconds) return undefined;
  return await isOfSource(context, profile, session.accessKeyId) ? session : undefined;
}

/**
 * Reports whether a written session was made with the access key that is the profile's source now;
 * also if nobody knows.
 */
export async function isOfSource(
  context: Context,
  { source }: Pick<ProfileIdentity, "source">,
  accessKeyId: string,
): Promise<boolean> {
  const path = sourceMarkPath(context, accessKeyId);
  if (!isLongTerm(source) || path === undefined) return true;
  try {
    const bytes = await context.files.read(path);
    const mark = bytes && parseSourceMark(bytes);
    if (mark === undefined || mark.madeWith.includes(source.credentials.accessKeyId)) return true;
    const { requireOurs } = await importLazily<typeof import("../files/ours.ts")>(
      "../files/ours.ts",
      import.meta.url,
    );
    await requireOurs(context, path);
    return false;
  } catch {
    return true;
  }
}

/**
 * Rejects a minimum that no session of the profile could ever satisfy.
 *
 * @throws StsmfaError `Usage`
 */
export function checkMinLeft({ name, durationSeconds }: Profile, minLeftSeconds: number): void {
  if (minLeftSeconds <= durationSeconds) return;
  throw new StsmfaError(
    "Usage",
    `--min-left is longer than the ${
      formatDuration(durationSeconds)
    } that a session of ${name} lasts`,
    { hint: "pass a smaller --min-left, or a longer --duration" },
  );
}

/** Returns the outcome for a session that is still valid. */
export function validOutcome(
  profile: ProfileIdentity,
  credentials: SessionCredentials,
  serialNumber = profile.mfa.serialNumber,
): RefreshOutcome {
  const accountId = accountOf(profile, serialNumber);
  return { kind: "valid", profile, credentials, accountId };
}
