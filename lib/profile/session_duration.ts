/**
 * How long sessions may last.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * @module
 */

import { formatDuration, parseDuration } from "../duration.ts";
import { type Resolved, settingError } from "./origin.ts";

/** The longest a role can last on an MFA session, in seconds: STS counts it as chained. */
export const chainedRoleSeconds = 3600;

/** How many seconds a GetSessionToken session may last, and lasts by default. */
export const sessionTokenRange = { least: 900, most: 129_600, usual: 43_200 };
const roleRange = { least: 900, most: 43_200, usual: chainedRoleSeconds };

/**
 * Returns the seconds from the setting, checked, or the default.
 *
 * @throws StsmfaError `InvalidSetting`, `Usage`
 */
export function resolveDuration(
  found: Resolved<string> | undefined,
  forRole: boolean,
): Resolved<number> {
  const { least, most, usual } = forRole ? roleRange : sessionTokenRange;
  if (found === undefined) {
    return { value: usual, origin: { kind: "default", reason: "default" } };
  }
  const seconds = parseDuration(found.value);
  if (seconds === undefined) {
    throw settingError(
      found,
      `${found.value} is not a duration`,
      "write seconds, or 12h, 90m, 1h30m",
    );
  }
  if (seconds < least || seconds > most) {
    throw settingError(
      found,
      `${found.value} is out of range: AWS allows ${forRole ? "a role" : "a user"} ${
        formatDuration(least)
      } to ${formatDuration(most)} (${least} to ${most} seconds)`,
    );
  }
  return { value: seconds, origin: found.origin };
}
