/**
 * Whether a profile's session is still valid.
 *
 * @module
 */

import type { AwsFile } from "../aws_files/read.ts";
import { sessionCredentials } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft, type SessionCredentials } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import type { ProfileIdentity } from "../profile/identity.ts";
import { accountOfArn } from "../profile/mfa_serial.ts";
import type { Profile } from "../profile/profile.ts";
import type { RefreshOutcome } from "./outcome.ts";

/** A session with less than this left is renewed, unless something else is said. */
export const defaultMinLeftSeconds = 300;

/**
 * The target's session when it is for the profile's role and has enough time left.
 *
 * @param isOurs whether an odd key id is that of a session all the same, as emulators of STS give
 */
export function validSession(
  context: Context,
  profile: Pick<ProfileIdentity, "target" | "role">,
  credentialsFile: AwsFile,
  minLeftSeconds: number,
  isOurs: (accessKeyId: string) => boolean = () => false,
): SessionCredentials | undefined {
  const { document } = credentialsFile;
  const { section } = profile.target;
  const session = sessionCredentials(document, section);
  if (session === undefined) return undefined;
  // `aws configure` puts a long-term key over a session's and leaves token and expiration behind.
  if (session.accessKeyId.startsWith("AKIA") && !isOurs(session.accessKeyId)) return undefined;
  const roleArn = document.get(section, "assumed_role_arn") || undefined;
  if (roleArn !== profile.role?.roleArn) return undefined;
  const left = secondsLeft(session.expiration, context.clock.now());
  return left > 0 && left >= minLeftSeconds ? session : undefined;
}

/**
 * Refuses what no session of the profile could ever satisfy.
 *
 * @throws StsmfaError `Usage`
 */
export function checkMinLeft({ name, durationSeconds }: Profile, minLeftSeconds: number): void {
  if (minLeftSeconds <= durationSeconds) return;
  throw new StsmfaError(
    "Usage",
    `--min-left asks for more than the ${
      formatDuration(durationSeconds)
    } that a session of ${name} lasts`,
    { hint: "ask for less, or for a longer session with --duration" },
  );
}

/** The outcome for a session that is still valid. */
export function validOutcome(
  profile: ProfileIdentity,
  credentials: SessionCredentials,
  serialNumber = profile.mfa.serialNumber,
): RefreshOutcome {
  const accountId = accountOf(profile, serialNumber);
  return { kind: "valid", profile, credentials, accountId };
}

/** The account of the session: the role's, or that of the device. */
export function accountOf(
  profile: ProfileIdentity,
  serialNumber: string | undefined,
): string | undefined {
  return accountOfArn(profile.role?.roleArn ?? serialNumber ?? "");
}
