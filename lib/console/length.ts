/**
 * How long a console lasts. AWS takes a length of its own only from some sessions.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 *
 * @module
 */

import { formatDuration, parseDuration } from "../duration.ts";
import { StsmfaError } from "../errors.ts";
import { withArguments } from "../hint_words.ts";
import type { Profile } from "../profile/profile.ts";
import { chainedRoleSeconds, sessionTokenRange } from "../profile/session_duration.ts";
import { isLongTerm } from "../profile/source.ts";
import type { SignerKind } from "./signer.ts";

/** The shortest console, and the longest one of a role. */
const range = { least: 900, most: 43_200 };

/** How AWS is told how long a console is to last, if it is told. */
export interface ConsoleLength {
  /** Sent to the federation endpoint. */
  readonly sessionDuration?: number;
  /** The length of the session of a user without a role. */
  readonly federationSeconds: number;
  /** Whether the role has to be taken with the access key itself. */
  readonly isRoleByKey: boolean;
}

/**
 * Returns how the length in `--duration` is got, before anything is asked.
 *
 * @param profile absent for a session whose key is elsewhere
 * @throws StsmfaError `Usage` where AWS takes none
 */
export function consoleLength(
  value: string | undefined,
  signer: SignerKind,
  profile: Profile | undefined,
): ConsoleLength {
  const federationSeconds = signer === "user" && profile !== undefined
    ? profile.durationSeconds
    : sessionTokenRange.usual;
  if (value === undefined) return { federationSeconds, isRoleByKey: false };
  const most = signer === "user" ? sessionTokenRange.most : range.most;
  const seconds = checkedSeconds(value, most);
  if (signer === "user") return { federationSeconds: seconds, isRoleByKey: false };
  const isRoleByKey = signer === "role" && profile !== undefined && checkRole(profile);
  // A key that others give is no session yet: it gets this length as a user without a role.
  return { sessionDuration: seconds, federationSeconds: seconds, isRoleByKey };
}

function checkedSeconds(value: string, most: number): number {
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds >= range.least && seconds <= most) return seconds;
  const why = seconds === undefined
    ? `${value} is not a duration`
    : `${value} is out of range: AWS allows a console ${formatDuration(range.least)} to ${
      formatDuration(most)
    }`;
  throw usage(`--duration: ${why}`, "write seconds, or 8h, 90m");
}

/**
 * Reports whether the role has to be taken with the key itself, so that AWS takes a length.
 *
 * @throws StsmfaError `Usage` if the role is taken on top of a session
 */
function checkRole(profile: Profile): boolean {
  const { name, roles, source, usesMfa, durationSeconds } = profile;
  if (roles.length > 1 || !isLongTerm(source)) {
    const below = roles.length > 1 ? "another role" : "a session";
    throw usage(
      `--duration: AWS does not allow it for the console of ${name}, whose role is assumed with ${below}: ` +
        "it lasts as long as the role's session, an hour at most",
      "drop --duration",
    );
  }
  if (durationSeconds > chainedRoleSeconds) return false;
  if (!usesMfa) return true;
  const command = withArguments("stsmfa console", [name], " --force");
  throw usage(
    `--duration: AWS does not allow it for the console of ${name}, whose role is assumed with an MFA ` +
      "session: it lasts as long as the role's session, an hour at most",
    "for a longer one, use a longer role session, which needs its own MFA code: " +
      `set duration_seconds = 8h for ${name}, or STSMFA_DURATION=8h for ${command}`,
  );
}

function usage(message: string, hint: string): StsmfaError {
  return new StsmfaError("Usage", message, {
    hint,
    places: [{ kind: "flag", flag: "--duration" }],
  });
}
