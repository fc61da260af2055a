/**
 * Words what AWS says of a session that somebody else has made: stsmfa cannot renew it.
 *
 * @module
 */

import { StsmfaError } from "../errors.ts";
import type { Origin } from "../profile/origin.ts";
import { isLongTerm, keyedSource, type ProfileSource } from "../profile/source.ts";

/** Reports whether AWS says that a session was revoked, or has ended. */
export function isSessionGone(error: unknown): error is StsmfaError {
  return error instanceof StsmfaError &&
    (error.code === "SessionExpired" || error.code === "AccessKeyRefused");
}

/**
 * Returns the error to show for a request that was made with a source's own session: who has to renew
 * it. Any other error stays as it is.
 *
 * @param isPassing whether the session was given for this run
 */
export function refusedSource(error: unknown, source: ProfileSource, isPassing: boolean): unknown {
  if (!isSessionGone(error) || isLongTerm(source)) return error;
  const { section } = source;
  const place = placeOf(source);
  const where = place === undefined ? "" : `${place.path}: line ${place.line}: `;
  const hint = isPassing
    ? `renew the credentials of [${section}] where they come from`
    : `renew the session in [${section}]${
      place === undefined ? "" : ` of ${place.path}`
    } with the tool that made it`;
  return new StsmfaError(error.code, `${where}[${section}]: ${error.message}`, {
    hint,
    cause: error,
  });
}

/** Returns where a source is named, if a file names it. */
function placeOf(
  source: ProfileSource,
): { readonly path: string; readonly line: number } | undefined {
  const keyed = keyedSource(source);
  if (keyed !== undefined) return keyed.path === "" ? undefined : keyed;
  const { origin } = source as { readonly origin?: Origin };
  return origin?.kind === "file" ? origin : undefined;
}
