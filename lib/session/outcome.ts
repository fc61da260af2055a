/**
 * What a refresh is asked for, and how each profile comes out.
 *
 * @module
 */

import type { AwsFile } from "../aws_files/read.ts";
import { sessionCredentials } from "../aws_files/session_section.ts";
import type { Context } from "../context.ts";
import { secondsLeft, type SessionCredentials } from "../credentials.ts";
import { formatDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import type { AskApproval } from "../hooks/profile_hooks.ts";
import type { HookOutcome } from "../hooks/run.ts";
import type { TokenCodeSources } from "../mfa/authenticate.ts";
import type { ProfileIdentity } from "../profile/identity.ts";
import { accountOfArn } from "../profile/mfa_serial.ts";
import type { Profile } from "../profile/profile.ts";
import type { Talk } from "../talk.ts";

/** A session with less than this left is renewed, unless something else is said. */
export const defaultMinLeftSeconds = 300;

/** How one profile came out. */
export type RefreshOutcome =
  & {
    readonly profile: ProfileIdentity;
    /** How its hooks came out, if any ran or should have. */
    readonly hooks?: readonly HookOutcome[];
  }
  & (
    | {
      readonly kind: "valid" | "renewed";
      readonly credentials: SessionCredentials;
      readonly accountId: string | undefined;
    }
    | { readonly kind: "failed"; readonly error: StsmfaError }
  );

/** How to refresh. */
export interface RefreshOptions {
  /** Renews what is still valid, with a new code. */
  readonly force: boolean;
  /** Lets a profile that may not be written fail by itself, instead of the whole run. */
  readonly continueOnError: boolean;
  /** A session with less than this left is renewed. */
  readonly minLeftSeconds: number;
  readonly backup: boolean;
  readonly legacyToken: boolean;
  /**
   * Where sessions go: into the credentials file (default), beside the kept MFA session, or there
   * when the file refuses them.
   */
  readonly storage?: "file" | "state" | "file-or-state";
  /** A token code that was handed over; good for one device. */
  readonly given?: TokenCodeSources["given"];
  /** Gives codes in place of the person at the terminal. */
  readonly provider?: TokenCodeSources["provider"];
  /** Whether the person at the terminal may be asked. */
  readonly interactive: boolean;
  /** Runs the profiles' hooks, and asks about those that need an approval; without it none runs. */
  readonly hooks?: { readonly ask?: AskApproval | undefined };
  readonly talk: Talk;
}

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
